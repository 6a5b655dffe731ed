#!/usr/bin/env perl
# The page's script and the worker in Chromium when something fails: the edge is away or
# refuses, the browser does not do what it is asked, its memory is lost. Failures of the browser are
# put into the page or the worker from outside.

use WebPush::Test;
use WebPush::Visitor;

my $visitor = WebPush::Visitor->start;
my ($browser, $edge, $origin) = ($visitor->browser, $visitor->edge, $visitor->origin);
$visitor->visit('/');

# ---- the edge is away, or refuses ----

$visitor->answer_with(subscribe => 'busy');
agree();
wait_for { posts(subscribe => 503) } 'the busy answer';
$visitor->answer_with;
my $first = $visitor->next_record('subscribe');
$visitor->answer_is('subscribed', 'who agrees is subscribed when the edge is not busy any more');

# An edge that sets no pause, or none that makes sense, is left one all the same.
$browser->evaluate(<<'END');
window.times = [];
const real = window.fetch;
window.fetch = (url, request) => {
    if (request?.method !== 'POST') { return real(url, request); }
    times.push(performance.now());
    const after = { 1: '', 2: '0' }[times.length];
    const busy = { status: 503, headers: { 'Retry-After': after } };
    return after === undefined ? real(url, request) : Promise.resolve(new Response('', busy));
};
0
END
$visitor->call('webpush.unsubscribe()');
$visitor->next_record('unsubscribe');
$visitor->answer_is('left', 'who leaves has left at the third attempt');
cmp_ok($browser->evaluate("times[$_] - times[$_ - 1]"), '>', 900, "attempt $_ came after a pause")
    for 1, 2;

# Busy for longer than the page wants to wait: the next visit tells it.
$visitor->visit('/');
$visitor->answer_with(subscribe => 'away');
agree();
$visitor->answer_is('subscribed', 'who agrees while the edge is away is subscribed in the browser');
$visitor->answer_with;
$visitor->visit('/');
my $second = $visitor->next_record('subscribe');
cmp_ok($second->{n}, '>', $first->{n}, 'the next visit tells the edge of the decision');
wait_for { $visitor->remember('')->{delivered} } 'the page to know that it is delivered';

$visitor->answer_with(subscribe => 'refused');
my $told = $browser->evaluate(<<'END');    # the visit of a second page, as this one sees it end
new Promise((resolve) => {
    console.warn = (error) => resolve(error.message);
    delete window.webpush;
    const script = document.createElement('script');
    script.src = '/push/sdk.js';
    document.body.append(script);
})
END
like($told, qr/refused with 403/, 'a refresh is refused');
$visitor->answer_with;
$visitor->visit('/');
is($visitor->next_record('refresh')->{id}, $second->{id}, 'which ends nothing');

leave();
$visitor->answer_with(subscribe => 'away');
agree();
$visitor->answer_is('subscribed', 'the edge is away again');
$visitor->answer_with(subscribe => 'refused');
$visitor->visit('/');
wait_for { $visitor->subscription eq 'none' } 'the end of the subscription that the edge refused';
wait_for { $visitor->status eq 'later' } 'the end of the decision';
$visitor->visit('/');
$visitor->answer_with;

# ---- leaving, when the browser does not do as it is asked ----

agree();
$visitor->next_record('subscribe');
$visitor->answer_is('subscribed', 'who agrees again is subscribed again');
for my $member ('PushSubscription.prototype.unsubscribe', 'PushManager.prototype.getSubscription') {
    $browser->evaluate("$member = () => Promise.reject(new Error('torn')), 0");
    $visitor->call('webpush.unsubscribe()');
    $visitor->next_record('unsubscribe');
    $visitor->answer_is('torn', "$member fails: the edge knows, and the page is told");
    $visitor->visit('/');
    wait_for { $visitor->subscription eq 'none' } 'the next visit to end the subscription';
    is($visitor->status, 'left', 'the visitor has left');
    agree();
    $visitor->next_record('subscribe');
    $visitor->answer_is('subscribed', 'and may come back');
}
is(posts(subscribe => 403), 2, 'what was refused was not sent again');

# In another tab, say, while this one subscribes.
leave();
my $leave = $visitor->remembering(q{old.choice = 'left'; old.n += 1});
$browser->evaluate(<<"END");
const { subscribe } = PushManager.prototype;
PushManager.prototype.subscribe = async function (options) {
    const subscription = await subscribe.call(this, options);
    await $leave;
    return subscription;
};
0
END
agree();
$visitor->answer_is('left', 'who leaves while he is subscribed has left');
is($visitor->subscription, 'none', 'the browser has no subscription');
$visitor->nothing_new('and the edge was not told of any');

# ---- the memory is lost ----

$visitor->visit('/');
agree();
$visitor->next_record('subscribe');
$visitor->answer_is('subscribed', 'subscribed');
$visitor->push_run(1, title => 'First');
$visitor->event_is('shown', 1, 'shown');

$browser->evaluate(<<'END');
new Promise((resolve) => {
    indexedDB.deleteDatabase('webpush').onsuccess = () => resolve(0);
})
END
is($visitor->status, 'subscribed', 'the page goes on when its database is deleted');
$visitor->remember('old = { choice: "left", at: 1, n: 1, delivered: true }');
is($visitor->status, 'left', 'with a new one');
$visitor->push_run(2, title => 'Second');
$visitor->event_is('shown', 2, 'so does the worker');
$visitor->push_run(2, title => 'Second');
wait_for { $browser->notification('Second')->{copies} == 2 } 'the second copy', 30;
ok($browser->notification('Second')->{silent}, 'which remembers the runs');

# What a browser does that lost its database without saying so.
$browser->evaluate(<<'END');
const { transaction } = IDBDatabase.prototype;
IDBDatabase.prototype.transaction = () => {
    IDBDatabase.prototype.transaction = transaction;
    throw new DOMException('lost', 'InvalidStateError');
};
0
END
is($visitor->status, 'left', 'a connection that is lost is made again');

# Nothing can be opened while a deletion waits for someone else's connection.
$visitor->visit('/');
wait_for { $visitor->subscription eq 'none' } 'the end of the subscription';
agree();
$visitor->next_record('subscribe');
$visitor->answer_is('subscribed', 'subscribed');
$browser->evaluate(<<'END');
new Promise((resolve) => {
    indexedDB.open('webpush').onsuccess = ({ target: { result: database } }) => {
        indexedDB.deleteDatabase('webpush').onblocked = () => {
            setTimeout(() => database.close(), 1500);
            resolve(0);
        };
    };
})
END
$visitor->call('webpush.unsubscribe()');
$visitor->next_record('unsubscribe');
$visitor->answer_is('left', 'a database that is slow to open is waited for');
$visitor->visit('/');
is($visitor->status, 'left', 'what was written then is what the next page reads');

$browser->evaluate(<<'END');
IDBFactory.prototype.open = () => { throw new DOMException('damaged', 'UnknownError'); };
new Promise((resolve) => {
    indexedDB.deleteDatabase('webpush').onsuccess = () => resolve(0);
})
END
for my $call (qw(status ask unsubscribe)) {
    my $status = $browser->evaluate("webpush.$call({ force: true })");
    is($status, 'unsupported', "$call() where nothing can be remembered");
}

# ---- the worker ----

$visitor->visit('/offers/lantern-week/');
$visitor->in_worker(<<'END');
const { getNotifications, showNotification } = ServiceWorkerRegistration.prototype;
self.failures = [];
self.addEventListener('error', ({ message }) => failures.push(message));
ServiceWorkerRegistration.prototype.getNotifications = () => Promise.reject(new Error('torn'));
0
END
$visitor->push_run(3, title => 'Third');
ok($browser->notification('Third'), 'shown, even when others cannot be looked for');
$visitor->event_is('shown', 3, 'and reported');

$visitor->in_worker(<<'END');
self.refused = 0;
ServiceWorkerRegistration.prototype.getNotifications = getNotifications;
ServiceWorkerRegistration.prototype.showNotification = () => {
    refused++;
    return Promise.reject(new Error('torn'));
};
0
END
$visitor->push_run(4, title => 'Fourth');
wait_for { $visitor->in_worker('refused') == 2 } 'both attempts to show it';
$visitor->in_worker('ServiceWorkerRegistration.prototype.showNotification = showNotification, 0');
$visitor->push_run(4, title => 'Fourth');
ok(!$browser->notification('Fourth')->{silent}, 'the first that is shown is no second copy');
$visitor->event_is('shown', 4, 'and is reported');

# A notification that someone else showed with our registration.
my $foreign = q{navigator.serviceWorker.getRegistration('/push/')
    .then((registration) => registration.showNotification('Foreign')), 0};
$browser->evaluate($foreign);
$browser->click_notification($browser->notification('Foreign'));
wait_for { grep { $_ eq "$origin/" } $browser->pages } 'the shop, where a foreign click leads';
wait_for { !grep { $_->{title} eq 'Foreign' } $browser->notifications } 'its end';
$browser->evaluate($foreign);
$browser->dismiss_notification($browser->notification('Foreign'));
$browser->dismiss_notification($browser->notification('Fourth'));
$visitor->event_is('closed', 4, 'the dismissal of a foreign one is not reported');
is($visitor->in_worker('failures.join()'), '', 'nor does it fail');

done_testing();

# ---- the edge ----

# How many requests of this kind got this answer.
sub posts {
    my ($kind, $status) = @_;
    my @lines = $edge->nginx->access_log =~ m{POST /push/$kind \S+ $status }g;
    return scalar @lines;
}

# ---- the visitor ----

# Leaves the answer for answer_is().
sub agree {
    $visitor->ask('{ force: true }');
    $browser->click($visitor->accept);
    return;
}

sub leave {
    is($browser->evaluate('webpush.unsubscribe()'), 'left', 'the visitor leaves');
    $visitor->next_record('unsubscribe');
    return;
}
