# What keeps an audience together when a push service errs, or somebody with bad intentions helps it to:
# endings that come in a surge are held back, a service that refuses everybody is stopped and tried with
# one message after the other; and nobody brings that about, or hides it, with subscriptions made up.

use WebPush::Test;
use WebPush::Audience;
use WebPush::Daemon;
use WebPush::PushService;

my $service = WebPush::PushService->start;
my $daemon = WebPush::Daemon->new(args => [$service->arguments])->start;
my $audience = WebPush::Audience->new($daemon);
my $keys = { %{ $audience->subscribe(path => '/wpush/v2/first')->{keys} } };

subtest 'made-up subscriptions that are gone' => sub {
    my @made_up = subscribe('made-up', 200);
    known('reader', 50);
    my $run = send_with({ path => '^/wpush/v2/made-up', status => 410 });
    is_deeply($audience->counts($run), { gone => 200, accepted => 51 }, 'end, and nobody else does');
    is_deeply(alarms(), {}, 'nothing is held back for them');
};

subtest 'a surge of endings' => sub {
    known('old', 300);
    subscribe('made-up-too', 300);
    subscribe('helper', 300);
    my $again = $daemon->sql("SELECT max(id::text) FROM subscription WHERE accepted_at IS NOT NULL AND endpoint LIKE '%/old%'");
    $daemon->sql("UPDATE subscription SET gone_at = now() - interval '8 days' WHERE id = '$again'");

    my $run = send_with({ path => '^/wpush/v2/(old|made-up)', status => 410 });
    my $counts = $audience->counts($run);
    my $ended = ended($run, 'old');
    cmp_ok($ended, '<=', 60, "$ended are ended before it is noticed, behind 650 others' answers");
    is(held($run, 'old'), 300 - $ended, 'the others are held back');
    my $kept = $daemon->sql("SELECT count(*) FROM subscription WHERE endpoint LIKE '%/old%'");
    is($kept, 300 - $ended - 1, 'and kept, but for the one that said so a week ago');
    is($daemon->sql("SELECT count(*) FROM subscription WHERE id = '$again'"), 0, 'that one ends');
    is($daemon->sql('SELECT sum(active) FROM audience_size'), $daemon->sql('SELECT count(*) FROM subscription'),
        'the audience is counted right');
    is_deeply($counts, $audience->counted_rows($run), 'so are the outcomes');

    my $alarm;
    wait_for { $alarm = alarms()->{'gone_held:updates.push.services.mozilla.com'} } 'the alarm';
    like($alarm->{text}, qr/unusually many .* ended/, 'the operator is told');
    wait_for { alarms()->{ $alarm->{key} }{count} == $counts->{'failed/gone_held'} } 'how many it has concerned';
    my $shown = $daemon->cli_raw('status');
    like($shown->{stdout}, qr/^alarm gone_held:updates\.push\.services\.mozilla\.com, since /m, 'webpush status says so');
    is($shown->{exit}, 0, 'and is content');
    logged(1, qr/\[warning\] .*alarm gone_held:updates\S+: updates\.push\S+ says/);
};

subtest 'the service tells the truth again' => sub {
    my $run = send_with();
    my $counts = $audience->counts($run);
    is_deeply([keys %$counts], ['accepted'], 'everybody who was held is sent to');
    # By its share of all lately, however many of its answers have come at once.
    wait_for { !%{ alarms() } || send_with() && 0 } 'the alarm to be over', 60;
    logged(1, qr/alarm gone_held:\S+ is over/);
    is($daemon->sql('SELECT count(*) FROM subscription WHERE gone_at IS NOT NULL'), 0, 'nobody is doubted');
    my ($one) = known('late', 1);
    $run = send_with({ path => '^/wpush/v2/late', status => 410 });
    is($audience->outcome($run, $one)->{outcome}, 'gone', 'and one that ends, ends');
};

subtest 'made-up subscriptions that are refused' => sub {
    reset_audience();
    my @foreign = subscribe('foreign', 200);
    known('loyal', 60);
    my $run = send_with({ path => '^/wpush/v2/foreign', status => 401 });
    is_deeply($audience->counts($run), { 'failed/refused' => 200, accepted => 60 }, 'stop nobody');
    is_deeply(alarms(), {}, 'and raise no alarm');
};

my $stopped;
subtest 'a service that refuses everybody' => sub {
    known('other', 40, service => 'apple');
    $stopped = send_run({ path => '^/wpush/v2/(loyal|foreign)', status => 403 });
    wait_for { waiting($stopped) + handled($stopped) == 300 } 'all to be sent, refused or waiting';
    my $counts = $audience->counts($stopped);
    is($counts->{accepted}, 40, 'the other service goes on');
    my $failed = failed($stopped, 'loyal');
    cmp_ok($failed, '<=', 50, "$failed failed before they were half of the last 100");
    is(waiting($stopped, 'origin_stopped'), 260 - ($counts->{'failed/refused'} // 0), 'all others wait');
    is($daemon->sql("SELECT count(*) FROM deferred WHERE run = $stopped AND attempt > 0"), 0, 'that is no attempt');
    is($daemon->sql('SELECT count(*) FROM subscription WHERE NOT key_mismatch'), 300, 'nobody is marked or ended');

    my $alarm;
    wait_for { $alarm = alarms()->{'origin_stopped:updates.push.services.mozilla.com'} } 'the alarm';
    is($alarm->{site}, 'default', 'the alarm names the site');
    like($alarm->{text}, qr/refuses .* contact address .* clock.* VAPID keys/, 'and what to look at');
    logged(1, qr/\[warning\] .*alarm origin_stopped:/);
};

subtest 'half open' => sub {
    my $since = $service->count;
    $daemon->sql('UPDATE origin_guard SET probe_at = now()');
    for my $round (1 .. 3) {    # a second each, so that the senders know
        make_due('s.accepted_at IS NULL');
        wait_for { due() == 0 } 'them to be put off';
    }
    is($service->count, $since, 'what strangers posted is not what is tried');

    make_due('s.accepted_at IS NOT NULL');
    wait_for { $daemon->sql('SELECT probe_seconds FROM origin_guard') == 60 } 'one to be tried';
    wait_for { due() == 0 } 'the others to be put off';
    my %paths = map { $_->{path} => 1 } $service->posts_after($since);
    is(scalar keys %paths, 1, 'one message is sent, while all are due');
    is_deeply([keys %{ alarms() }], ['origin_stopped:updates.push.services.mozilla.com'], 'refused again: it stays stopped');

    $service->answer();
    $daemon->sql('UPDATE origin_guard SET probe_at = now()');
    wait_for { make_due('true') if due() == 0; !%{ alarms() } } 'an accepted one to open it';
    logged(1, qr/alarm origin_stopped:\S+ is over/);
    $daemon->sql("UPDATE deferred SET not_before = now() WHERE run = $stopped");
    $audience->wait_finished($stopped, 30);
    my $counts = $audience->counts($stopped);
    is($counts->{accepted} + ($counts->{'failed/refused'} // 0), 300, 'everybody who waited has it');
};

subtest 'a site alone is stopped' => sub {
    $daemon->sql(<<~'END');
        INSERT INTO origin_guard (kind, origin, site, probe_at)
            VALUES ('stopped', 'updates.push.services.mozilla.com', 4711, now() + interval '1 hour')
        END
    wait_for { alarms()->{'origin_stopped:updates.push.services.mozilla.com'} } 'it to be noticed';
    my $run = send_with();
    is_deeply([keys %{ $audience->counts($run) }], ['accepted'], "the others' messages to the same service go on");
    $daemon->sql('DELETE FROM origin_guard');
    wait_for { $daemon->sql("SELECT count(*) FROM alarm WHERE seen_at < now() - interval '1 second'") == 1 } 'nobody to say so again';
};

$daemon->stop;
done_testing();

# ---- audience ----

sub subscribe { my ($name, $n, %more) = @_; return $audience->subscribe_all(map { path_of($name, $_, %more) } 1 .. $n) }

sub path_of { my ($name, $i, %more) = @_; return { path => "/wpush/v2/$name-$i", keys => $keys, %more } }

# Those that a message was accepted for before.
sub known {
    my ($name, @more) = @_;
    my @known = subscribe($name, @more);
    $daemon->sql("UPDATE subscription SET accepted_at = now() WHERE endpoint LIKE '%/$name-%'");
    return @known;
}

sub reset_audience { $daemon->sql('TRUNCATE subscription, audience_size'); return }

# ---- runs ----

sub send_run { my (@rules) = @_; $service->answer(@rules); return $audience->send({ title => 'Guards', target => '/' }) }

sub send_with { my $run = send_run(@_); $audience->wait_finished($run, 40); return $run }

sub of_name { my ($run, $name, $condition) = @_; return scalar grep { $condition->($_) } rows($run, $name) }

# {outcome, reason} of deliveries; those whose subscription has ended have none of the names any more.
sub rows {
    my ($run, $name) = @_;
    my %id = map { endpoint_key("/wpush/v2/$name-$_") => 1 } 1 .. 300;
    return map { { outcome => $_->[1], reason => $_->[2] } } grep { $id{ $_->[0] } }
        $daemon->sql("SELECT subscription, outcome, reason FROM delivery WHERE run = $run");
}

sub endpoint_key {
    require Digest::SHA;
    my $id = unpack 'H32', Digest::SHA::sha256("https://updates.push.services.mozilla.com$_[0]");
    return join '-', unpack 'A8 A4 A4 A4 A12', $id;
}

sub ended { return of_name(@_, sub { $_[0]{outcome} eq 'gone' }) }
sub held { return of_name(@_, sub { $_[0]{reason} eq 'gone_held' }) }
sub failed { return of_name(@_, sub { $_[0]{outcome} eq 'failed' }) }

sub handled { return scalar $daemon->sql("SELECT count(*) FROM delivery WHERE run = $_[0]") }

sub waiting {
    my ($run, $reason) = @_;
    my $only = $reason ? "AND reason = '$reason'" : '';
    return scalar $daemon->sql("SELECT count(*) FROM deferred WHERE run = $run $only");
}

# What waits, of subscriptions that fulfil the condition, may be tried now; nothing else may.
sub make_due {
    my ($condition) = @_;
    $daemon->sql("UPDATE deferred d SET not_before = CASE WHEN $condition THEN now() ELSE now() + interval '10 minutes' END "
        . "FROM subscription s WHERE d.run = $stopped AND s.id = d.subscription");
    return;
}

sub due { return scalar $daemon->sql("SELECT count(*) FROM deferred WHERE run = $stopped AND not_before <= now()") }

# ---- what the operator sees ----

sub alarms { return { map { $_->{key} => $_ } @{ $daemon->cli('status')->{alarms} } } }

sub logged {
    my ($times, $what) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my @lines = $daemon->output =~ /^.*$what.*$/mg;
    return is(scalar @lines, $times, "logged once: $what");
}
