#!/usr/bin/env perl
# The page's script and the worker in Chromium, in the demo shop: the consent form and its memory,
# what is shown and reported, a new key, the browser's settings, an edge that is busy. Pushes are
# handed to the worker directly.

use WebPush::Test;
use WebPush::Browser;
use WebPush::Edge;
use WebPush::Process qw(capture);
use WebPush::Shop;

use JSON::PP ();

my $types = capture(['npm', 'run', '--silent', 'check'], cwd => root());
is($types->{exit}, 0, 'the scripts are well typed') or diag($types->{stdout});

my %keys;            # of the site, by the name they have here
my %seen;            # records read, by log
my $issued = time;   # of the last delivery token

my $edge = WebPush::Edge->new;
$edge->nginx->write_config(shop());
my $settings = $edge->edge_dir . '/default/public';
mkdir $settings or die "mkdir $settings: $!";
write_settings();
$edge->run;
my $origin = shop_origin($edge->nginx);
my $browser = WebPush::Browser->start('chromium', origin => $origin);

# ---- the form ----

my $subscription = q{navigator.serviceWorker.getRegistration('/push/')
    .then((registration) => registration.pushManager.getSubscription())
    .then((subscription) => subscription ? subscription.endpoint : 'none')};
my $form = '#webpush-consent';
my $accept = "$form >>> .accept";
my $later = "$form >>> .later";

visit('/');
is(status(), 'undecided', 'a new visitor has not decided');
is($browser->text($form), undef, 'and is not asked by itself');

ask();
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
answer_is('later', 'Escape is "not now"');
is($browser->text($form), undef, 'and closes the form');

is($browser->evaluate('webpush.ask()'), 'later', 'who said "not now" is not asked again');
visit('/');
is($browser->evaluate('webpush.ask()'), 'later', 'nor on the next page');
is($browser->evaluate(set_consent('old.at -= 8 * 24 * 3600 * 1000')), 'later', '(a week passes)');
ask();
pass('but is a week later');
$browser->click($later);
answer_is('later', 'the button is "not now"');

write_settings(auto => JSON::PP::true);
visit('/');
is(status(), 'later', 'a site that asks by itself does not ask who said "not now"');
is($browser->text($form), undef, 'there is no form');
$browser->evaluate(set_consent('old.at -= 8 * 24 * 3600 * 1000'));
visit('/');
wait_for { defined $browser->text($form) } 'the form to come by itself';
$browser->press('Escape');
wait_for { !defined $browser->text($form) } 'the end of the form';
write_settings();

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
    visit('/');
    $browser->screenshot("$screens/shop-$name.png");
    my $wide = $browser->evaluate('document.documentElement.scrollWidth > innerWidth');
    is($wide, 0, "$name: nothing is cut off");
    ask('{force: true}');
    in_form(q{Promise.all(root.getAnimations().map(({ finished }) => finished)).then(() => 0)});
    $browser->screenshot("$screens/form-$name.png");
    $browser->press('Escape');
    answer_is('later', "$name: the form was there");
}
$browser->look(width => 1200, height => 860, scheme => 'light');

# ---- subscribe, from the shop's button ----

visit('/');
$browser->click('#notify');
$browser->click($accept);
my $record = next_record('subscribe');
wait_for { $browser->text('#notify-note') =~ /hear from us/ } 'the shop to say so';
is($record->{page}, '/', 'the record names the page');
is($record->{consent}, '3', 'and the consent text');
is($record->{platform}, 'chrome-desktop', 'and the browser');
my $first = $record;

visit('/offers/lantern-week/');
$record = next_record('refresh');
is($record->{page}, '/offers/lantern-week/', 'the next page refreshes');
is($record->{n}, $first->{n}, 'which is no new decision');
is($record->{id}, $first->{id}, 'of the same subscription');

# ---- what is shown and reported ----

my $id = $first->{id};
push_run(1, title => 'First', body => 'Hello', image => "$origin/images/lantern-week.png");
my $shown = $browser->notification('First');
is_deeply($shown->{picture}, { width => 200, height => 100 }, 'with its picture');
event_is('shown', 1, 'a first copy is reported as shown');

push_run(1, title => 'First', body => 'Hello again');
wait_for { ($browser->notifications)[0]{copies} == 2 } 'the second copy';
is(scalar $browser->notifications, 1, 'a second copy takes the place of the first');
ok(($browser->notifications)[0]{silent}, 'without a sound');
$browser->dismiss_notification($browser->notifications);

push_run(2, title => 'Second');
event_is('shown', 2, 'and is not reported, nor is its close: next comes the next run');
$browser->dismiss_notification($browser->notification('Second'));
event_is('closed', 2, 'a dismissal is reported');

push_run(3, title => 'Third', tag => 'offer');
event_is('shown', 3, 'shown');
push_run(4, title => 'Fourth', tag => 'offer');
event_is('shown', 4, 'a notification that takes the place of another: no close of that one');

my %more = (action => 'more', title => 'More', navigate => link_to(5, '/?more', 'more'));
push_run(5, title => 'Buttons', actions => [\%more]);
event_is('shown', 5, 'shown');
$browser->click_notification($browser->notification('Buttons'), 'More');
my $click = next_event();
is("$click->{k} $click->{run} $click->{action}", 'click 5 more', 'a button opens its own link');
wait_for { grep { $_ eq "$origin/?more" } $browser->pages } 'the page of the button';
next_record('refresh');

my @unknown = ('{"unknown":true}', '{"notification":{"title":"x","actions":1}}', 'plain text', '');
for my $text (@unknown) {
    $browser->push_text("$origin/push/", $text);
    my $unknown = $browser->notification('127.0.0.1');
    my $body = $text eq 'plain text' ? qr/plain text/ : qr/^[\d.:]*\s*$/;
    like($unknown->{body}, $body, "something is shown for \"$text\"");
    $browser->dismiss_notification($unknown);
}

# ---- a new key, leaving, a busy edge ----

write_settings(key => 'new');
visit('/');
$record = next_record('refresh');
isnt($record->{id}, $id, 'a new key makes a new subscription');
is($record->{replaces}, $id, 'which names the one that it replaces');
is($record->{vapid}, key_of('new')->{id}, 'and its key');

visit('/');
next_record('refresh');
$browser->permit(notifications => 0);
wait_for { $browser->evaluate($subscription) eq 'none' } 'the end of the subscription';
is(status(), 'denied', 'who forbids notifications in the browser is unsubscribed by it');
is($browser->evaluate('webpush.ask({force: true})'), 'denied', 'and is not asked any more');
$browser->permit(notifications => 1);
my $again = next_record('refresh');
is($again->{replaces}, $record->{id}, 'who allows them again is subscribed again by the worker');
$record = $again;

visit('/');
next_record('refresh');
my $busy = shop() =~ s/webpush_unsubscribe;/add_header Retry-After 1 always; return 503;/r;
$edge->nginx->write_config($busy);
$edge->nginx->reload;
$browser->click('#notify');
wait_for { $edge->nginx->access_log =~ m{POST /push/unsubscribe \S+ 503} } 'the busy answer';
is($browser->evaluate($subscription), 'none', 'who leaves has left in the browser at once');
$edge->nginx->write_config(shop());
$edge->nginx->reload;
my $left = next_record('unsubscribe');
is($left->{id}, $record->{id}, 'and at the edge as soon as it is not busy');
cmp_ok($left->{n}, '>', $first->{n}, 'which is a newer decision');
wait_for { $browser->text('#notify-note') =~ /not hear/ } 'the page to know that it is delivered';
is(status(), 'left', 'which the page knows');

visit('/');
is($browser->evaluate('webpush.ask()'), 'left', 'who left is not asked again');
is($browser->text($form), undef, 'there is no form');
is(scalar $edge->records('subscriptions'), records_seen(), 'and nothing is refreshed');

# ---- storage blocked ----

$browser->permit(cookies => 0);
visit('/');
is(status(), 'unsupported', 'who blocks all storage of the site cannot be subscribed');
is($browser->evaluate('webpush.ask({force: true})'), 'unsupported', 'and is not asked');
is($browser->evaluate(q{document.getElementById('notify').hidden}), 1, 'the shop hides its button');

done_testing();

# ---- the site ----

sub shop { return shop_config(edge => '%%EDGE%%', log => '%%LOG%%') }

# The key pairs' public halves; the private ones are not needed, as nothing is encrypted here.
sub key_of {
    my ($name) = @_;
    return $keys{$name} //= do {
        my $public = WebPush::Crypt::browser_keys()->{p256dh};
        { id => substr($public, 1, 8), public => $public };
    };
}

sub write_settings {
    my (%option) = @_;
    my $key = key_of($option{key} // 'old');
    write_file("$settings/config.json", JSON::PP::encode_json({
        v => 1, site => 'default', consent => '3',
        vapid => $key->{id}, applicationServerKey => $key->{public},
        prompt => {
            title => 'Would you like to hear from us?',
            text => 'We send you news as notifications. You can stop them at any time.',
            accept => 'Yes, please', later => 'Not now', auto => $option{auto} // JSON::PP::false,
        },
    }));
    return;
}

# ---- the page ----

sub visit { return $browser->visit($origin . $_[0]) }

sub status { return $browser->evaluate('webpush.status()') }

# Leaves the answer in window.answer, as the form waits for the visitor.
sub ask {
    my ($options) = @_;
    my $call = 'webpush.ask(' . ($options // '') . ')';
    $browser->evaluate("$call.then((status) => { window.answer = status; }), 0");
    wait_for { defined $browser->text($form) } 'the form';
    return;
}

sub answer_is {
    my ($expected, $name) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $answer = wait_for { $browser->evaluate('window.answer') } 'an answer';
    $browser->evaluate('delete window.answer');
    return is($answer, $expected, $name);
}

sub in_form {
    my ($script) = @_;
    return $browser->evaluate("((root) => $script)(document.querySelector('$form').shadowRoot)");
}

# Changes what the browser remembers of the visitor's decision; the choice in it.
sub set_consent {
    my ($change) = @_;
    return <<"END";
new Promise((resolve) => {
    indexedDB.open('webpush').onsuccess = ({ target: { result: database } }) => {
        const table = database.transaction('state', 'readwrite').objectStore('state');
        table.get('consent').onsuccess = ({ target: { result: old } }) => {
            $change;
            table.put(old, 'consent').onsuccess = () => { database.close(); resolve(old.choice); };
        };
    };
})
END
}

# ---- pushes ----

sub link_to {
    my ($run, $target, $action) = @_;
    my %field = (run => $run, sub => $id, target => $target, action => $action);
    return $origin . $edge->click_link(%field);
}

# Sent later, a second copy has another token.
sub new_token {
    my ($run) = @_;
    return $edge->delivery_token(run => $run, sub => $id, issued => ++$issued);
}

sub push_run {
    my ($run, %notification) = @_;
    return $browser->push_text("$origin/push/", JSON::PP::encode_json({
        web_push => 8030,
        notification => {
            navigate => link_to($run, "/?run-$run"), tag => "run-$run", %notification,
        },
        webpush => { v => 1, run => $run, token => new_token($run) },
    }));
}

# ---- the logs ----

sub records_seen { return $seen{subscriptions} }

sub next_of {
    my ($log) = @_;
    my $next = wait_for { ($edge->records($log))[ $seen{$log} // 0 ] } "a record in $log";
    $seen{$log}++;
    return $next;
}

sub next_record {
    my ($kind) = @_;
    my $next = next_of('subscriptions');
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is($next->{k}, $kind, "the edge has the $kind");
    return $next;
}

sub next_event { return next_of('events') }

sub event_is {
    my ($kind, $run, $name) = @_;
    my $event = next_event();
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    return is("$event->{k} $event->{run}", "$kind $run", $name);
}
