# What becomes of a delivery and of its subscription for each kind of answer: only 404 and 410 end a
# subscription, nothing is tried for ever, nothing is lost silently.

use WebPush::Test;
use WebPush::Audience;
use WebPush::Daemon;
use WebPush::PushService;

use POSIX qw(strftime);

# name, how the subscription is made, rules that answer, then what is expected: outcome, reason and
# status as recorded; posts = how often it was sent; keeps = the subscription is still there; or
# deferred = [reason, least, most seconds until it is tried again].
my $in_ten_minutes = strftime('%a, %d %b %Y %H:%M:%S GMT', gmtime(time + 600));
my @cases = (
    ['created', {}, [{ status => 201 }], outcome => 'accepted', status => 201],
    ['ok without content', {}, [{ status => 204 }], outcome => 'accepted', status => 204],

    ['not found', {}, [{ status => 404 }], outcome => 'gone', status => 404, keeps => 0],
    ['gone', {}, [{ status => 410 }], outcome => 'gone', status => 410, keeps => 0],
    ['gone in its first minute', { age => 20 }, [{ status => 410 }],
        deferred => ['young', 0, 7]],
    ['gone just after it was made', { age => 5 }, [{ status => 410, times => 1 }], outcome => 'accepted', status => 201,
        posts => 2, attempt => 1],
    ['removed for good', { host => 'permanently-removed.invalid' }, [], outcome => 'gone', reason => 'removed', status => 0, posts => 0,
        keeps => 0],

    ['unauthorized', {}, [{ status => 401 }], outcome => 'failed', reason => 'refused', status => 401, posts => 2],
    ['forbidden', {}, [{ status => 403 }], outcome => 'failed', reason => 'refused', status => 403, posts => 2],
    ['forbidden once', {}, [{ status => 403, times => 1 }], outcome => 'accepted', status => 201, posts => 2],
    ['another key', { service => 'apple' }, [{ status => 403, body => '{"reason":"VapidPkHashMismatch"}' }],
        outcome => 'key_mismatch', status => 403],

    ['bad request', {}, [{ status => 400 }], outcome => 'failed', reason => 'answer', status => 400],
    ['too large', {}, [{ status => 413 }], outcome => 'failed', reason => 'answer', status => 413],
    ['moved', {}, [{ status => 302, headers => { location => 'https://updates.push.services.mozilla.com/wpush/v2/x' } }],
        outcome => 'failed', reason => 'answer', status => 302],
    ['moved for good', {}, [{ status => 308, headers => { location => '/wpush/v2/x' } }],
        outcome => 'failed', reason => 'answer', status => 308],

    ['topic not liked', { service => 'apple' }, [{ status => 400, times => 1, body => '{"reason":"BadWebPushTopic"}' }],
        outcome => 'accepted', status => 201, posts => 2, last_without => 'topic'],
    ['wns dropped', { service => 'windows' }, [{ status => 201, headers => { 'x-wns-status' => 'dropped' } }],
        outcome => 'dropped', reason => 'service', status => 201],
    ['wns channel throttled', { service => 'windows' }, [{ status => 200, headers => { 'x-wns-status' => 'ChannelThrottled' } }],
        deferred => ['busy', 0, 7]],
    ['wns throttled', { service => 'windows' }, [{ status => 406, headers => { 'x-wns-status' => 'appthrottled',
        'retry-after' => '900' } }], deferred => ['busy', 600, 900]],
    ['wns domain blocked', { service => 'windows' }, [{ status => 410, headers => {
        'x-wns-error-description' => 'Domain Blocked' } }], outcome => 'failed', reason => 'refused', status => 410, posts => 2],
    ['wns cache', { service => 'windows' }, [{ status => 400, times => 1, headers => {
        'x-wns-error-description' => 'Ttl value conflicts with X-WNS-Cache-Policy.' } }],
        outcome => 'accepted', status => 201, posts => 2, last_with => 'x-wns-cache-policy'],

    ['too many', {}, [{ status => 429, headers => { 'retry-after' => '600' } }], deferred => ['busy', 300, 600]],
    ['too many until', {}, [{ status => 429, headers => { 'retry-after' => $in_ten_minutes } }],
        deferred => ['busy', 300, 601]],
    ['too many for too long', {}, [{ status => 429, headers => { 'retry-after' => '7200' } }],
        outcome => 'expired', reason => 'busy', status => 429],
    ['too many for a second', {}, [{ status => 429, times => 1, headers => { 'retry-after' => '1' } }],
        outcome => 'accepted', status => 201, posts => 2, attempt => 1],
    ['server error', {}, [{ status => 500 }], deferred => ['busy', 0, 7]],
    ['unavailable', {}, [{ status => 503 }], deferred => ['busy', 0, 7]],

    ['a key of another sender', { vapid => 'elsewhere' }, [], deferred => ['no_key', 0, 7]],
    ['stream refused', {}, [{ action => 'reset', times => 1 }], outcome => 'accepted', status => 201, posts => 2],
);
push @$_, path => '/wpush/v2/' . ($_->[0] =~ tr/ /-/r) for @cases;

my $service = WebPush::PushService->start;
my $daemon = WebPush::Daemon->new(args => ['--roles', 'plan,send', $service->arguments])->start;
my $audience = WebPush::Audience->new($daemon);

my @subscriptions = $audience->subscribe_all(map {
    my ($name, $subscription, $rules, %expect) = @$_;
    { path => $expect{path}, %$subscription };
} @cases);
$service->answer(map {
    my ($name, $subscription, $rules, %expect) = @$_;
    map { { path => "^$expect{path}\$", %$_ } } @$rules;
} @cases);

my ($another) = grep { $_->{path} =~ /another-key$/ } @subscriptions;
my $before = audience_size();
my $run = $audience->send({ title => 'Verdicts', target => '/' });
my $final = grep { my (undef, undef, undef, %expect) = @$_; !$expect{deferred} } @cases;
wait_for { $daemon->sql("SELECT count(*) FROM delivery WHERE run = $run") == $final } "$final outcomes", 20;

for my $i (0 .. $#cases) {
    my ($name, undef, undef, %expect) = @{ $cases[$i] };
    subtest $name => sub { check($subscriptions[$i], %expect) };
}

is_deeply($audience->counts($run), $audience->counted_rows($run), 'the counters equal the rows');
is($audience->state($run), 'sending', 'the run is not finished while some wait');
is(audience_size(), $before - 3, 'three left the audience');
is_deeply([map { $_->[0] } $daemon->sql('SELECT reason FROM tombstone')], [('gone') x 3], 'with a tombstone each');
is_deeply([$daemon->sql('SELECT id FROM subscription WHERE key_mismatch')], [[dashed($another->{id})]],
    'only the one made with another key is marked');

my $next = $audience->send({ title => 'Next', target => '/' });
wait_for { $audience->outcome($next, $another) } 'the next run';
is_deeply([@{ $audience->outcome($next, $another) }{qw(outcome reason)}], ['key_mismatch', 'known'],
    'which counts that one');
is(scalar $service->posts($another->{path}), 1, 'and does not send to it');

my ($waiting) = grep { $_->{path} =~ /too-many$/ } @subscriptions;
$daemon->sql("UPDATE subscription SET key_mismatch = true WHERE id = '$waiting->{id}'");
$daemon->sql("UPDATE deferred SET not_before = now() WHERE run = $run AND subscription = '$waiting->{id}'");
wait_for { $audience->outcome($run, $waiting) } 'what waited';
is($audience->outcome($run, $waiting)->{outcome}, 'key_mismatch', 'so does one that waited');

is_deeply([map { $_->[0] } $daemon->sql("SELECT DISTINCT platform FROM delivery WHERE run = $run")], ['firefox-desktop'],
    'deliveries say what they were to');

$daemon->stop;
done_testing();

sub check {
    my ($subscription, %expect) = @_;
    my @posts = $service->posts($expect{path});
    is(scalar @posts, $expect{posts} // 1, 'sent as often as it should be') if !$expect{deferred};
    is($audience->is_active($subscription), $expect{keeps} // 1, 'the subscription');
    return check_deferred($subscription, @{ $expect{deferred} }) if $expect{deferred};
    is_deeply($audience->outcome($run, $subscription), {
        outcome => $expect{outcome}, status => $expect{status}, reason => $expect{reason} // '', reduced => '',
        attempt => $expect{attempt} // 0,
    }, 'the delivery');
    is($audience->deferred($run, $subscription), undef, 'nothing waits');
    ok(exists $posts[0]{headers}{ $expect{last_without} } && !exists $posts[-1]{headers}{ $expect{last_without} },
        "the last is without $expect{last_without}") if $expect{last_without};
    ok(!exists $posts[0]{headers}{ $expect{last_with} } && exists $posts[-1]{headers}{ $expect{last_with} },
        "the last is with $expect{last_with}") if $expect{last_with};
    return;
}

sub check_deferred {
    my ($subscription, $reason, $least, $most) = @_;
    my $deferred = $audience->deferred($run, $subscription);
    is($deferred->{reason}, $reason, 'it waits');
    cmp_ok($deferred->{attempt}, '>=', 1, 'for another attempt');
    cmp_ok($deferred->{seconds}, '>=', $least, 'not too short') if $least;
    cmp_ok($deferred->{seconds}, '<=', $most, 'and not too long') if $deferred->{attempt} == 1;
    is($audience->outcome($run, $subscription), undef, 'without an outcome as yet');
    return;
}

sub audience_size { return scalar $daemon->sql('SELECT sum(active) FROM audience_size') }

sub dashed { return join '-', unpack 'A8 A4 A4 A4 A12', $_[0] }
