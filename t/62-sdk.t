#!/usr/bin/env perl
# The page's script and the worker in Chromium, in the demo shop: the consent form and its memory,
# what is shown and reported, a new key, the browser's settings, an edge that is busy.

use WebPush::Test;
use WebPush::Process qw(capture);
use WebPush::Visitor;

use Compress::Zlib qw(memGzip);
use JSON::PP ();

my $types = capture(['npm', 'run', '--silent', 'check'], cwd => root());
is($types->{exit}, 0, 'the scripts are well typed') or diag($types->{stdout});

my %budget = ('sdk.js' => 8000, 'sw.js' => 3000);    # octets, as they travel
for my $script (sort keys %budget) {
    my $size = length memGzip(read_file(build_path("browser/$script")));
    cmp_ok($size, '<=', $budget{$script}, "$script: $size octets with gzip");
}

my $visitor = WebPush::Visitor->start;
my ($browser, $edge, $origin) = ($visitor->browser, $visitor->edge, $visitor->origin);

# ---- the form ----

my $form = WebPush::Visitor::FORM;

$visitor->visit('/');
is($visitor->status, 'undecided', 'a new visitor has not decided');
is($visitor->form, undef, 'and is not asked by itself');

$visitor->ask;
is(in_form(q{root.querySelector('dialog').matches(':modal')}), 1, 'the form is a modal dialog');
is(in_form(q{root.activeElement.localName}), 'dialog', 'that takes the focus');
my $name = q{root.querySelector('dialog').getAttribute('aria-labelledby')};
is(in_form("root.getElementById($name).textContent"), 'Would you like to hear from us?',
    'named by its title');
is(in_form(q{getComputedStyle(root.querySelector('.later')).borderRadius}), '10px',
    'its style passes a strict Content-Security-Policy');
for my $button (qw(accept later)) {
    $browser->press('Tab');
    is(in_form(q{root.activeElement.className}), $button, "Tab goes to the button \"$button\"");
}
$browser->press('Escape');
$visitor->answer_is('later', 'Escape is "not now"');
is($visitor->form, undef, 'and closes the form');

is($browser->evaluate('webpush.ask()'), 'later', 'who said "not now" is not asked again');
$visitor->visit('/');
is($browser->evaluate('webpush.ask()'), 'later', 'nor on the next page');
is($visitor->remember('old.at -= 8 * 24 * 3600 * 1000')->{choice}, 'later', '(a week passes)');
$visitor->ask;
pass('but is a week later');
$browser->click("$form >>> .later");
$visitor->answer_is('later', 'the button is "not now"');

$visitor->write_settings(auto => JSON::PP::true);
$visitor->visit('/');
is($visitor->status, 'later', 'a site that asks by itself does not ask who said "not now"');
is($visitor->form, undef, 'there is no form');
$visitor->remember('old.at -= 8 * 24 * 3600 * 1000');
$visitor->visit('/');
wait_for { defined $visitor->form } 'the form to come by itself';
$browser->press('Escape');
wait_for { !defined $visitor->form } 'the end of the form';
$visitor->write_settings;

is_deeply([$edge->records('subscriptions')], [], 'nothing of all this reached the edge');

# ---- screens ----

my $screens = build_path('screens');
mkdir $screens;
for my $screen (
    ['light', width => 1200, height => 860, scheme => 'light'],
    ['dark', width => 1200, height => 860, scheme => 'dark'],
    ['phone', width => 390, height => 800, scheme => 'light', phone => 1],
    ['phone-dark', width => 390, height => 800, scheme => 'dark', phone => 1],
) {
    my ($name, %look) = @$screen;
    $browser->look(%look);
    $visitor->visit('/');
    $browser->screenshot("$screens/shop-$name.png");
    my $wide = $browser->evaluate('document.documentElement.scrollWidth > innerWidth');
    is($wide, 0, "$name: nothing is cut off");
    $visitor->ask('{force: true}');
    in_form(q{Promise.all(root.getAnimations().map(({ finished }) => finished)).then(() => 0)});
    $browser->screenshot("$screens/form-$name.png");
    $browser->press('Escape');
    $visitor->answer_is('later', "$name: the form was there");
}
$browser->look(width => 1200, height => 860, scheme => 'light');

# ---- subscribe, from the shop's button ----

$visitor->visit('/');
$browser->click('#notify');
$browser->click($visitor->accept);
my $record = $visitor->next_record('subscribe');
wait_for { $browser->text('#notify-note') =~ /hear from us/ } 'the shop to say so';
is($record->{page}, '/', 'the record names the page');
is($record->{consent}, '3', 'and the consent text');
is($record->{platform}, 'chrome-desktop', 'and the browser');
my $first = $record;

$visitor->visit('/offers/lantern-week/');
$record = $visitor->next_record('refresh');
is($record->{page}, '/offers/lantern-week/', 'the next page refreshes');
is($record->{n}, $first->{n}, 'which is no new decision');
is($record->{id}, $first->{id}, 'of the same subscription');

# ---- what is shown and reported ----

my $id = $first->{id};
my $image = "$origin/images/lantern-week.png";
$visitor->push_run(1, title => 'First', body => 'Hello', image => $image);
my $shown = $browser->notification('First');
is_deeply($shown->{picture}, { width => 200, height => 100 }, 'with its picture');
$visitor->event_is('shown', 1, 'a first copy is reported as shown');

$visitor->push_run(1, title => 'First', body => 'Hello again');
wait_for { ($browser->notifications)[0]{copies} == 2 } 'the second copy';
is(scalar $browser->notifications, 1, 'a second copy takes the place of the first');
ok(($browser->notifications)[0]{silent}, 'without a sound');
$browser->dismiss_notification($browser->notifications);

$visitor->push_run(2, title => 'Second');
$visitor->event_is('shown', 2, 'and is not reported, nor is its close: next comes the next run');
$browser->dismiss_notification($browser->notification('Second'));
$visitor->event_is('closed', 2, 'a dismissal is reported');

$visitor->push_run(3, title => 'Third', tag => 'offer');
$visitor->event_is('shown', 3, 'shown');
$visitor->push_run(4, title => 'Fourth', tag => 'offer');
$visitor->event_is('shown', 4, 'one takes the place of another: no close of that one');

my %more = (action => 'more', title => 'More', navigate => $visitor->link_to(5, '/?more', 'more'));
$visitor->push_run(5, title => 'Buttons', actions => [\%more]);
$visitor->event_is('shown', 5, 'shown');
$browser->click_notification($browser->notification('Buttons'), 'More');
my $click = $visitor->next_event;
is("$click->{k} $click->{run} $click->{action}", 'click 5 more', 'a button opens its own link');
wait_for { grep { $_ eq "$origin/?more" } $browser->pages } 'the page of the button';
$visitor->next_record('refresh');

my @unknown = ('{"unknown":true}', '{"notification":{"title":"x","actions":1}}', 'plain text', '');
for my $text (@unknown) {
    $visitor->push_text($text);
    my $unknown = $browser->notification('127.0.0.1');
    my $body = $text eq 'plain text' ? qr/plain text/ : qr/^[\d.:]*\s*$/;
    like($unknown->{body}, $body, "something is shown for \"$text\"");
    $browser->dismiss_notification($unknown);
}

# ---- a new key, leaving, a busy edge ----

$visitor->write_settings(key => 'new');
$visitor->visit('/');
$record = $visitor->next_record('refresh');
isnt($record->{id}, $id, 'a new key makes a new subscription');
is($record->{replaces}, $id, 'which names the one that it replaces');
is($record->{vapid}, $visitor->key_of('new')->{id}, 'and its key');

$visitor->visit('/');
$visitor->next_record('refresh');
$browser->permit(notifications => 0);
wait_for { $visitor->subscription eq 'none' } 'the end of the subscription';
is($visitor->status, 'denied', 'who forbids notifications in the browser is unsubscribed by it');
is($browser->evaluate('webpush.ask({force: true})'), 'denied', 'and is not asked any more');
$browser->permit(notifications => 1);
my $again = $visitor->next_record('refresh');
is($again->{replaces}, $record->{id}, 'who allows them again is subscribed again by the worker');
$record = $again;

$visitor->visit('/');
$visitor->next_record('refresh');
$visitor->answer_with(unsubscribe => 'busy');
$browser->click('#notify');
wait_for { $edge->nginx->access_log =~ m{POST /push/unsubscribe \S+ 503} } 'the busy answer';
is($visitor->subscription, 'none', 'who leaves has left in the browser at once');
$visitor->answer_with;
my $left = $visitor->next_record('unsubscribe');
is($left->{id}, $record->{id}, 'and at the edge as soon as it is not busy');
cmp_ok($left->{n}, '>', $first->{n}, 'which is a newer decision');
wait_for { $browser->text('#notify-note') =~ /not hear/ } 'the page to know that it is delivered';
is($visitor->status, 'left', 'which the page knows');

$visitor->visit('/');
is($browser->evaluate('webpush.ask()'), 'left', 'who left is not asked again');
is($visitor->form, undef, 'there is no form');
$visitor->nothing_new('and nothing is refreshed');

# ---- storage blocked ----

$browser->permit(cookies => 0);
$visitor->visit('/');
is($visitor->status, 'unsupported', 'who blocks all storage of the site cannot be subscribed');
is($browser->evaluate('webpush.ask({force: true})'), 'unsupported', 'and is not asked');
is($browser->evaluate(q{document.getElementById('notify').hidden}), 1, 'the shop hides its button');

done_testing();

# ---- the form ----

sub in_form {
    my ($script) = @_;
    return $browser->evaluate("((root) => $script)(document.querySelector('$form').shadowRoot)");
}
