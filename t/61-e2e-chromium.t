#!/usr/bin/env perl
# The whole way once, with a stock Chromium: the demo shop, our form, a campaign, an encrypted rich
# notification with its picture, a click, and what the database knows of it.

use WebPush::Test;
use WebPush::EndToEnd;

my $way = WebPush::EndToEnd->start('chromium');

$way->subscribe;
is($way->subscription('platform'), 'chrome-desktop', 'the database has the subscription');

my $run = $way->send_campaign('Lantern week',
    body => 'A fifth off every lantern', target => '/offers/lantern-week/',
    icon => '/images/icon.png', image => '/images/lantern-week.png');
my $shown = $way->browser->notification('Lantern week');
like($shown->{body}, qr/A fifth off every lantern/, 'the notification is shown as it was written');
is_deeply($shown->{picture}, { width => 200, height => 100 }, 'with its picture');
ok($shown->{icon}, 'and its icon');
like($way->access_log, qr{GET /images/lantern-week\.png \S+ 200}, 'which came from the shop');

# The push service did not hear that it arrived and sends it again.
$way->wait_for_event(shown => 1);
$way->browser->repeat_push;
wait_for { ($way->browser->notifications)[0]{copies} == 2 } 'the second copy';
is(scalar $way->browser->notifications, 1, 'a second copy takes the place of the first');
ok(($way->browser->notifications)[0]{silent}, 'without a sound');

$way->in_worker(
    q{addEventListener('notificationclick', (event) => { self.trusted = event.isTrusted; }), 0});
$way->click($shown, '/offers/lantern-week/');
is($way->in_worker('self.trusted'), 1, 'the click on the notification is a trusted one');
$way->report_is($run, accepted => 1, shown => 1, closed => 0, clicked => 1, clicks => 1);

my $dismissed = $way->send_campaign('Candles are back', body => 'Three for one', target => '/');
$way->browser->dismiss_notification($way->browser->notification('Candles are back'));
$way->wait_for_event(closed => 1);
$way->report_is($dismissed, accepted => 1, shown => 1, closed => 1, clicked => 0, clicks => 0);

$way->unsubscribe;
$way->reaches_nobody('After leaving');

done_testing();
