# Runs are paused, resumed and cancelled while they are sent: a second after the answer nothing more of
# the run is on the wire, also with several senders and when they are killed in between; who is sent to
# later gets the message once.

use WebPush::Test;
use WebPush::Audience;
use WebPush::Crypt;
use WebPush::Daemon;
use WebPush::PushService;

use Time::HiRes qw(time);

use constant { MANY => 700, APPLE => 60, BUSY => 5, ANSWER_MS => 40 };
use constant { THREADS => 2, CONNECTIONS => 4, STREAMS => 4, BATCH => 256 };

my $service = WebPush::PushService->start(max_streams => STREAMS);
my $daemon = WebPush::Daemon->new(args => [
    '--roles', 'plan,send,api', '--send-threads', THREADS, $service->arguments,
])->start;
my $audience = WebPush::Audience->new($daemon);
my $keys = browser_keys();
$audience->subscribe_all(
    (map { { keys => $keys, path => "/wpush/v2/$_" } } 1 .. MANY - APPLE - BUSY),
    (map { { keys => $keys, path => "/wpush/v2/busy-$_" } } 1 .. BUSY),
    (map { { keys => $keys, service => 'apple', path => "/$_" } } 1 .. APPLE),
);
$service->answer(
    { path => 'busy', status => 503, headers => { 'retry-after' => '600' } },
    { path => '.', status => 201, delay => ANSWER_MS },
);

subtest 'paused and resumed' => sub {
    my ($run, $earlier) = begin();
    my $paused = control(pause => $run);
    my $answered = time;
    is_deeply([@$paused{qw(state pause_reason)}], ['paused', 'asked'], 'the answer says so');
    is(campaign_state($run), 'paused', 'its campaign too');
    quiet($run, $answered);
    is(control(pause => $run)->{state}, 'paused', 'asking twice is no mistake');
    my $before = $service->count - $earlier;
    cmp_ok($before, '<', MANY, 'in the middle');

    is(control(resume => $run)->{state}, 'sending', 'resumed');
    is(campaign_state($run), 'sending', 'its campaign too');
    is(control(resume => $run)->{state}, 'sending', 'twice');
    wait_for { handled($run) == MANY - BUSY } 'all the others', 30;
    is_deeply(not_once($earlier), [], 'everybody gets it once');
    is_deeply($audience->counts($run), { accepted => MANY - BUSY }, 'and nothing is in doubt');
    is($audience->state($run), 'sending', 'some wait for their push service');
    is(control(cancel => $run)->{state}, 'cancelled', 'who are not waited for');
    closed($run, BUSY);
};

subtest 'cancelled' => sub {
    my ($run, $earlier) = begin();
    my $cancelled = control(cancel => $run);
    my $answered = time;
    is($cancelled->{state}, 'cancelled', 'the answer says so');
    is(campaign_state($run), 'cancelled', 'its campaign too');
    quiet($run, $answered);
    closed($run, MANY - handled($run));
    is_deeply([grep { $_ > 1 } values %{ posts($earlier) }], [], 'nobody got it twice');
    is(control(cancel => $run)->{state}, 'cancelled', 'asking twice is no mistake');
    for my $action (qw(pause resume)) {
        my $refused = $daemon->cli_raw('run', $action, $run);
        like($refused->{stderr}, qr/^webpush: run $run is cancelled, it cannot be ${action}d \(conflict\)$/,
            "a cancelled run cannot be ${action}d");
    }
};

subtest 'paused, and killed at once' => sub {
    my ($run, $earlier) = begin();
    control(pause => $run);
    $daemon->kill9;
    my $killed = time;
    $daemon->start;
    end_leases($run);
    quiet($run, $killed);
    control(resume => $run);
    wait_for { handled($run) == MANY - BUSY } 'all the others', 30;
    my $posts = posts($earlier);
    my @again = grep { $posts->{$_} > 1 && !/busy/ } keys %$posts;
    cmp_ok(scalar @again, '<=', THREADS * (BATCH + 2 * CONNECTIONS * STREAMS),
        'sent again is only what was on the wire or not yet recorded');
    is_deeply([grep { $posts->{$_} > 2 && !/busy/ } keys %$posts], [], 'and once only');
    control(cancel => $run);
    closed($run, BUSY);
};

subtest 'cancelled, and killed at once' => sub {
    my ($run) = begin();
    control(cancel => $run);
    $daemon->kill9;
    my $killed = time;
    $daemon->start;
    end_leases($run);
    quiet($run, $killed);
    wait_for { closed_at($run) } 'its end';
    is(left($run), 0, 'nothing is left');
};

subtest 'before it is planned' => sub {
    my $run = $audience->send({ title => 'Later', target => '/' }, starts_in => 3600);
    control(pause => $run);
    is($audience->state($run), 'paused', 'paused');
    is(control(resume => $run)->{state}, 'planned', 'resumed');
    control(cancel => $run);
    closed($run, 0);
};

subtest 'other runs go on' => sub {
    my ($run) = begin();
    control(pause => $run);
    my $other = $audience->send({ title => 'Other', target => '/' });
    wait_for { handled($other) == MANY - BUSY } 'another run', 30;
    is($audience->state($run), 'paused', 'while the first is paused');
    control(cancel => $_) for $run, $other;
    my $finished = $audience->send({ title => 'In the past', target => '/' }, active => -1);
    $audience->wait_finished($finished);
    like($daemon->cli_raw(qw(run pause), $finished)->{stderr}, qr/run $finished is finished, it cannot be paused/,
        'one that is finished cannot be paused');
};

$daemon->stop;
done_testing();

# A run of which a part is sent, and how many POSTs there were before it.
sub begin {
    my $earlier = $service->count;
    my $run = $audience->send({ title => 'Under way', target => '/' });
    wait_for { $service->count > $earlier + MANY / 5 } 'a part to be sent', 30;
    return ($run, $earlier);
}

sub control {
    my ($action, $run) = @_;
    return $daemon->cli('run', $action, $run);
}

# From a second after the answer on there is no POST, whether given back or not.
sub quiet {
    my ($run, $answered) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    wait_for { $daemon->sql("SELECT count(*) FROM send_job WHERE run = $run AND state = 'leased' AND lease_until > now()") == 0 }
        'everything to be given back';
    wait_for { time > $answered + deadline(2) } 'some time to pass', 5;
    my @late = grep { $_->{time} > $answered + deadline(1) } $service->posts;
    is(scalar @late, 0, 'nothing is sent any more');
    return;
}

sub closed {
    my ($run, $never_sent) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    wait_for { closed_at($run) } 'its end';
    is(left($run), 0, 'no chunk and nobody waiting is left');
    is($daemon->cli(qw(run show), $run)->{never_sent}, $never_sent, "$never_sent were never sent to");
    like($daemon->output, qr/run $run: cancelled, $never_sent never sent/, 'the log says so');
    like($daemon->cli_raw('report', $run)->{stdout}, qr/^never sent +$never_sent /m, 'the report too');
    return;
}

sub closed_at {
    my ($run) = @_;
    return $daemon->sql("SELECT finished_at FROM run WHERE id = $run AND state = 'cancelled'");
}

sub left {
    my ($run) = @_;
    return $daemon->sql("SELECT (SELECT count(*) FROM send_job WHERE run = $run AND state <> 'done') "
        . "+ (SELECT count(*) FROM deferred WHERE run = $run)");
}

sub handled { return $daemon->sql("SELECT coalesce(sum(n), 0) FROM run_count WHERE run = $_[0]") }

sub campaign_state {
    my ($run) = @_;
    return $daemon->sql("SELECT c.state FROM campaign c JOIN run r ON r.campaign = c.id WHERE r.id = $run");
}

# {<endpoint's end> => how often} since.
sub posts {
    my ($earlier) = @_;
    my %posts;
    $posts{"$_->{authority}$_->{path}"}++ for $service->posts_after($earlier);
    return \%posts;
}

sub not_once {
    my ($earlier) = @_;
    my $posts = posts($earlier);
    is(scalar keys %$posts, MANY, 'everybody is sent to');
    return [grep { $posts->{$_} != 1 } keys %$posts];
}

# As if the leases' time was over.
sub end_leases {
    my ($run) = @_;
    $daemon->sql("UPDATE send_job SET lease_until = now() WHERE run = $run AND state = 'leased'");
    $daemon->sql("UPDATE deferred SET lease_until = now() WHERE run = $run AND lease_until IS NOT NULL");
    return;
}
