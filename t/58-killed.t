# Killed at any moment: workers of nginx, webpushd, its PostgreSQL, or both at once, by kill -9 while
# browsers subscribe and a campaign is sent. Everything that was acknowledged is there once, everybody
# who was subscribed gets the campaign, and no more is sent twice than what was in doubt.
#
# Who is killed and when follows from a seed, which is printed; SEED=... plays it again. A kill that
# met nobody at work is counted, checked as well, and another moment is drawn. SOAK_RUNS is how often
# (make soak).

use WebPush::Test;
use WebPush::Disk;
use WebPush::Fleet;
use WebPush::Kill;
use WebPush::Seed;

use Time::HiRes qw(time sleep);

use constant { RUNS => $ENV{SOAK_RUNS} // 20, RUNS_A_FLEET => 20, DRAWS => 6, PLAY_SECONDS => 150 };
use constant { FIRST_BROWSERS => 300, MORE_BROWSERS => 60, SUBSCRIBE_RATE => 80, CLICK => 0.2 };

# What a crash may leave in doubt: the one sender thread commits outcomes at least every 256 messages
# (or 200 ms, which is less here); and the streams that are open, on up to four connections to each push
# service.
use constant { BATCH => 256, SERVICES => 4, CONNECTIONS => 4, STREAMS => 5, ANSWER_MS => 50 };
use constant { IN_DOUBT => BATCH + SERVICES * CONNECTIONS * STREAMS };

# An answer and a sync take a while, so that whoever is killed has something under way.
use constant { SYNC_MS => 10, LEASE_SECONDS => 20, LATEST_MS => 50 };

my @kinds = ('worker', 'webpushd', 'postgres', 'webpushd and its postgres');
my $seed = WebPush::Seed->new;
diag($seed->how_to_repeat);
my %total = (kills => 0, missed => 0, again => 0, most => 0, dropped => 0);
my $began = time;
my $fleet;

for my $number (0 .. RUNS - 1) {
    if ($number % RUNS_A_FLEET == 0) {
        end_fleet() if $fleet;
        $fleet = new_fleet($number);
    }
    subtest "run $number: " . kind_of($number) => sub { hit($number) };
}
end_fleet();
diag(sprintf '%d kills, %d of them met nobody at work; %d messages sent again, %d at most after one kill'
    . ' (bound: %d), %d dropped at Apple; %d s', @total{qw(kills missed again most)}, IN_DOUBT,
    $total{dropped}, time - $began);
done_testing();

# ---- the fleet ----

sub new_fleet {
    my ($number) = @_;
    my @streams = ('--max-streams', STREAMS);
    my $made = WebPush::Fleet->new(
        workers => 2,
        daemon => ['--lease-seconds', LEASE_SECONDS],
        pushsim => {
            show => 1, click => CLICK, seed => int 2**32 * $seed->draw('pushsim', $number),
            rules => ['delay=' . ANSWER_MS], args => \@streams,
        },
        before_nginx => \&slow_disk,
    );
    $made->add_browsers(FIRST_BROWSERS);
    $made->wait_subscribed;
    $made->pushsim->stop;
    push @streams, '--subscribe-rate', SUBSCRIBE_RATE;
    return $made;
}

sub slow_disk {
    my ($made) = @_;
    WebPush::Disk->under($made)->fault('slow', SYNC_MS);
    $made->nginx->expect_log(qr/exited on signal 9/);
    return;
}

sub end_fleet {
    $fleet->daemon->stop;
    $fleet->nginx->stop;
    return;
}

# ---- one run ----

sub kind_of {
    my ($number) = @_;
    return ($seed->shuffled('kinds ' . int($number / @kinds), @kinds))[$number % @kinds];
}

sub hit {
    my ($number) = @_;
    for my $draw (1 .. DRAWS) {
        my $played = play($number, $draw);
        ++$total{kills};
        check($played);
        return pass('it was at work') if was_at_work($played);
        ++$total{missed};
    }
    return fail('it was at work, at one of ' . DRAWS . ' moments');
}

# A campaign, and the kill in the middle of it: everything that is known of both.
sub play {
    my ($number, $draw) = @_;
    alarm deadline(PLAY_SECONDS);    # so many runs take longer than a test should
    my $kind = kind_of($number);
    my $chance = sub { $seed->draw(@_, $number, $draw) };
    my $campaign = $fleet->campaign;
    my %played = (kind => $kind, subscribed => [$fleet->subscriptions], answers => []);
    my $answered = sub { push @{ $played{answers} }, $fleet->new_answers; scalar @{ $played{answers} } };

    $fleet->new_answers;    # of earlier runs
    $fleet->add_browsers(MORE_BROWSERS);
    wait_for { $answered->() } 'the first to subscribe';
    my $run = $played{run} = $fleet->send($campaign);
    my $progress = $kind eq 'worker' ? $answered : sub { scalar $fleet->posts($run) };
    my $all = $kind eq 'worker' ? MORE_BROWSERS : @{ $played{subscribed} };
    wait_closely($progress, 1 + int 0.7 * $all * $chance->('after'));
    sleep LATEST_MS * $chance->('wait') / 1000;    # so that every moment is possible
    $answered->();
    kill_by(\%played, $chance);

    $fleet->wait_finished($run, 2 * LEASE_SECONDS + 20);
    $fleet->wait_subscribed;
    wait_for_visitors($run);
    $played{errors} = $fleet->pushsim->summary->{errors};
    $fleet->pushsim->stop;
    $answered->();
    $played{posts} = [$fleet->posts($run)];
    return \%played;
}

# Notes when they were killed, and when what it took away was back.
sub kill_by {
    my ($played, $chance) = @_;
    my $kind = $played->{kind};
    if ($kind eq 'worker') {
        my @workers = $fleet->nginx->worker_pids;    # all, or the one that answered last
        @workers = grep { $_ == $played->{answers}[-1][0] } @workers if $chance->('all') > 0.3;
        $played->{workers} = { map { $_ => 1 } @workers };
        $played->{killed} = kill9(@workers);
    } elsif ($kind eq 'postgres') {
        $played->{killed} = kill_postgres($fleet->daemon);
    } else {
        my $killed = $played->{killed} = kill_daemon($fleet->daemon, with_postgres => $kind ne 'webpushd');
        end_leases($fleet->daemon, $killed + LEASE_SECONDS);
    }
    $played->{back} = time;
    return;
}

# Without the pauses of wait_for(), which would make some moments impossible.
sub wait_closely {
    my ($progress, $least) = @_;
    my $end = time + deadline(20);
    while ($progress->() < $least) {
        die "timed out waiting for $least to be done\n" if time > $end;
        sleep 0.002;
    }
    return;
}

# They have seen it, and what the edge has answered them is in the database.
sub wait_for_visitors {
    my ($run) = @_;
    my $expected = grep { $_->{outcome} eq 'accepted' && $_->{platform} !~ /^safari/ }
        values %{ $fleet->deliveries($run) };
    wait_for { ($fleet->pushsim->summary->{runs}{$run}{shown} // 0) >= $expected } 'all to have seen it', 30;
    return;
}

# Requests were under way in the worker, and answered before and after. Messages were sent before
# the kill and after it, when webpushd and its database were back.
sub was_at_work {
    my ($played) = @_;
    my ($killed, $back) = @$played{qw(killed back)};
    if ($played->{kind} eq 'worker') {
        my @before = grep { $_->[1] < $killed && $played->{workers}{ $_->[0] } } @{ $played->{answers} };
        my @after = grep { $_->[1] > $killed } @{ $played->{answers} };
        return @before && @after && ($played->{errors}{'subscribe: tried again'} // 0) > 0;
    }
    my @before = grep { $_->{t} < $killed } @{ $played->{posts} };
    my @after = grep { $_->{t} > $back } @{ $played->{posts} };
    return @before && @after;
}

# ---- what must hold whoever was killed ----

sub check {
    my ($played) = @_;
    my $run = $played->{run};
    my $known = {
        deliveries => $fleet->deliveries($run), outcomes => $fleet->outcomes($run), posts => {},
    };
    push @{ $known->{posts}{ $_->{sub} } }, $_ for @{ $played->{posts} };
    check_subscriptions();
    check_deliveries($played, $known);
    check_copies($played, $known);
    check_counters($run, $known->{deliveries});
    check_events($run, $known->{outcomes});
    return;
}

sub check_subscriptions {
    my @acknowledged = sort $fleet->acknowledged;
    my @there = sort map { $_->[0] } $fleet->daemon->sql('SELECT endpoint FROM subscription');
    is(scalar @acknowledged, $fleet->browsers, 'every browser is acknowledged');
    is_deeply(\@there, \@acknowledged, 'who is acknowledged is in the database once, and nobody else');
    is($fleet->daemon->sql('SELECT sum(active) FROM audience_size'), scalar @there, 'and in the audience');
    return;
}

sub check_deliveries {
    my ($played, $known) = @_;
    my ($deliveries, $outcomes) = @$known{qw(deliveries outcomes)};
    my @dropped = grep { $deliveries->{$_}{reason} eq 'in_doubt' && $deliveries->{$_}{outcome} eq 'dropped' }
        keys %$deliveries;
    my %dropped = map { $_ => 1 } @dropped;
    my @without = grep { !$outcomes->{$_} && !$dropped{$_} } @{ $played->{subscribed} };
    is_deeply(\@without, [], 'who was subscribed got it');
    is_deeply([grep { $deliveries->{$_}{platform} !~ /^safari/ } @dropped], [], 'only to Apple is anything dropped');
    cmp_ok(scalar @dropped, '<=', IN_DOUBT, 'and no more than what was in doubt');
    is_deeply([sort grep { !$dropped{$_} } keys %$outcomes], [sort grep { !$dropped{$_} } keys %$deliveries],
        'the browsers and the database agree on who got it');
    is_deeply([grep { $_->{outcome} ne 'accepted' } map { $deliveries->{$_} } grep { !$dropped{$_} } keys %$deliveries],
        [], 'which is recorded as accepted');
    $total{dropped} += @dropped;
    return;
}

sub check_copies {
    my ($played, $known) = @_;
    my @again = map { (@$_)[1 .. $#$_] } values %{ $known->{posts} };
    my $bound = $played->{kind} =~ /^webpushd/ ? IN_DOUBT : 0;
    cmp_ok(scalar @again, '<=', $bound, "no more is sent again than what was in doubt ($bound)");
    is_deeply([grep { $_->{authority} =~ /apple/ } @again], [], 'and nothing to Apple');
    is_deeply([grep { @$_ > 2 } values %{ $known->{posts} }], [], 'nor anything for a third time');
    my $in_doubt = grep { $_->{reason} eq 'in_doubt' } values %{ $known->{deliveries} };
    cmp_ok($in_doubt, '>=', scalar @again, 'all of that is counted as in doubt');
    note("$played->{kind}: ", scalar @again, " sent again, $in_doubt counted as in doubt");
    $total{again} += @again;
    $total{most} = @again if @again > $total{most};
    return;
}

# The report counts by counters that are kept beside the rows.
sub check_counters {
    my ($run, $deliveries) = @_;
    my $report = $fleet->daemon->cli('report', $run);
    my %rows = map { ($_ => 0) } qw(accepted dropped gone key_mismatch expired failed deferred in_doubt);
    ++$rows{ $_->{outcome} } for values %$deliveries;
    $rows{in_doubt} = grep { $_->{reason} eq 'in_doubt' } values %$deliveries;
    is_deeply({ map { $_ => $report->{$_} } keys %rows }, \%rows, 'the counters equal the rows');
    is($report->{handled}, scalar keys %$deliveries, 'and everybody is counted once');
    return;
}

# What the edge has taken: reports of notifications shown, and clicks.
sub check_events {
    my ($run, $outcomes) = @_;
    my $taken = { shown => [], click => [] };
    for my $outcome (values %$outcomes) {
        push @{ $taken->{shown} }, $outcome->{sub} if $outcome->{shown};
        push @{ $taken->{click} }, $outcome->{sub} if $outcome->{clicks};
    }
    for my $kind (qw(shown click)) {
        my @missing;
        eval { wait_for { @missing = missing_events($run, $kind, $taken->{$kind}); !@missing } "the events"; 1 };
        is_deeply(\@missing, [], "every $kind that the edge has taken is in the database");
    }
    return;
}

sub missing_events {
    my ($run, $kind, $taken) = @_;
    my $there = $fleet->events($run)->{$kind};
    return grep { !$there->{$_} } @$taken;
}
