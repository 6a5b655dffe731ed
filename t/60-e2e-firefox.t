#!/usr/bin/env perl
# The whole way once, with a stock Firefox: the demo shop, our form, a campaign, an encrypted
# standard notification, a click, and what the database knows of it.

use WebPush::Test;
use WebPush::EndToEnd;

my $way = WebPush::EndToEnd->start('firefox');

$way->subscribe;
is($way->subscription('platform'), 'firefox-desktop', 'the database has the subscription');

my $run = $way->send_campaign('Lantern week',
    body => 'A fifth off every lantern', target => '/offers/lantern-week/',
    icon => '/images/icon.png');
my $shown = $way->browser->notification('Lantern week');
is($shown->{body}, 'A fifth off every lantern', 'the notification is shown as it was written');

# The push service did not hear that it arrived and sends it again.
$way->wait_for_event(shown => 1);
$way->browser->repeat_push;
my $copy = wait_for {
    my ($other) = grep { $_->{id} ne $shown->{id} } $way->browser->notifications;
    $other;
} 'the second copy';
is(scalar $way->browser->notifications, 1, 'a second copy takes the place of the first');

$way->click($copy, '/offers/lantern-week/');
$way->report_is($run, accepted => 1, shown => 1, closed => 0, clicked => 1, clicks => 1);

my $dismissed = $way->send_campaign('Candles are back', body => 'Three for one', target => '/');
$way->browser->dismiss_notification($way->browser->notification('Candles are back'));
$way->wait_for_event(closed => 1);
$way->report_is($dismissed, accepted => 1, shown => 1, closed => 1, clicked => 0, clicks => 0);

# The push service loses its state: the worker subscribes again, with no page and no prompt.
my $old = $way->subscription('id');
$way->browser->visit('about:blank');
$way->browser->forget_browser;
wait_for { $way->subscription('id') ne $old } 'another subscription';
is($way->count('subscription'), 1, 'a subscription that the browser replaced');
is($way->daemon->sql('SELECT replaced_by FROM tombstone'), $way->subscription('id'),
    'follows the old one');
my $moved = $way->send_campaign('Still here', body => 'At another endpoint', target => '/');
$way->click($way->browser->notification('Still here'), '/');
my @clicked = (accepted => 1, shown => 1, closed => 0, clicked => 1, clicks => 1);
$way->report_is($moved, @clicked);

$way->unsubscribe;
$way->reaches_nobody('After leaving');
$way->report_is($moved, @clicked);    # the close that Firefox tells after a click never came

done_testing();
