# Several senders, and senders that die: everybody gets the message once, but for what was on the wire
# or not yet recorded when one was killed; that is sent again with the same Topic, to Apple not at all,
# where a few more are dropped with them.
# A sender that was replaced writes nothing.

use WebPush::Test;
use WebPush::Audience;
use WebPush::Crypt;
use WebPush::Daemon;
use WebPush::Process;
use WebPush::PushService;

use constant { MANY => 600, APPLE => 800, ANSWER_MS => 30 };
use constant { THREADS => 2, CONNECTIONS => 4, STREAMS => 5, BATCH => 256, AHEAD => 64 };

my $service = WebPush::PushService->start(max_streams => STREAMS);
my $daemon = WebPush::Daemon->new(args => [
    '--roles', 'plan,send', '--send-threads', THREADS, $service->arguments,
])->start;
my $audience = WebPush::Audience->new($daemon);
my $keys = browser_keys();
my @many = $audience->subscribe_all(map { { keys => $keys, path => "/wpush/v2/$_" } } 1 .. MANY);

subtest 'two senders' => sub {
    my $run = $audience->send({ title => 'Two', target => '/' });
    $audience->wait_finished($run, 30);
    my %posts;
    $posts{ $_->{path} }++ for $service->posts;
    is(scalar keys %posts, MANY, 'everybody is sent to');
    is_deeply([grep { $posts{$_} != 1 } keys %posts], [], 'nobody twice');
    is_deeply($audience->counts($run), { accepted => MANY }, 'and all are recorded');
};

subtest 'killed in the middle' => sub {
    my @apple = $audience->subscribe_all(map { { keys => $keys, service => 'apple', path => "/$_" } } 1 .. APPLE);
    my $earlier = $service->count;
    $service->answer({ path => '.', status => 201, delay => ANSWER_MS });
    my $run = $audience->send({ title => 'Killed', target => '/' });
    wait_for { $service->count > $earlier + MANY / 3 } 'some to be sent';
    $daemon->kill9;
    $daemon->start;
    isnt($audience->state($run), 'finished', 'there is something left to do');
    end_leases($run);
    $audience->wait_finished($run, 40);

    my %posts;
    push @{ $posts{ $_->{path} } }, $_ for $service->posts_after($earlier);
    is(scalar(grep { /^\/wpush/ } keys %posts), MANY, 'the next start finishes: everybody is sent to');
    my @twice = grep { @$_ > 1 } values %posts;
    note(scalar(@twice), ' were sent again');
    cmp_ok(scalar @twice, '<=', THREADS * (BATCH + CONNECTIONS * STREAMS),
        'sent again is only what was on the wire or not yet recorded');
    is_deeply([grep { $_->[0]{headers}{topic} ne $_->[1]{headers}{topic} } @twice], [], 'with the same Topic');
    is_deeply([grep { @$_ > 2 } @twice], [], 'and once only');
    is_deeply([grep { $_->[0]{authority} =~ /apple/ } @twice], [], 'none of it to Apple');
    my $counts = $audience->counts($run);
    my ($accepted, $again, $dropped) = map { $_ // 0 } @$counts{qw(accepted accepted/in_doubt dropped/in_doubt)};
    is($accepted + $again + $dropped, MANY + APPLE, 'everybody is counted once');
    cmp_ok($again, '>=', scalar @twice, 'who may have got it twice is counted as in doubt');
    is_deeply($counts, $audience->counted_rows($run), 'the counters equal the rows');

    my %sent = map { $_->[0]{authority} . $_->[0]{path} => 1 } values %posts;
    my %dropped = map { $_->[0] => 1 }
        $daemon->sql("SELECT subscription FROM delivery WHERE run = $run AND reason = 'in_doubt' AND outcome = 'dropped'");
    my @dropped = grep { $dropped{ dashed($_->{id}) } } @apple;
    my @unsent = grep { !$sent{ $_->{endpoint} =~ s{^https://}{}r } } @dropped;
    note(scalar(@dropped), ' to Apple are dropped, ', scalar(@unsent), ' of them unsent');
    is(scalar @dropped, $dropped, 'what is dropped was to Apple');
    cmp_ok($dropped, '<=', THREADS * (BATCH + CONNECTIONS * STREAMS), 'of those no more than may have been sent');
    cmp_ok(scalar @unsent, '<=', THREADS * AHEAD, 'and a few that were to be next');
};

subtest 'the database dies while a chunk is loaded' => sub {
    $service->answer;
    my $lock = lock_deliveries();
    my $run = $audience->send({ title => 'Unloaded', target => '/' });
    wait_for { $daemon->sql("SELECT count(*) FROM send_job WHERE run = $run AND state = 'leased'") } 'a lease';
    my $data = $daemon->state_dir . '/db';
    my ($server) = split /\n/, read_file("$data/postmaster.pid");
    rename "$data/postgresql.conf", "$data/postgresql.conf.away" or die "rename: $!";
    kill KILL => $server or die "kill: $!";
    # by the third the senders, who ask each second, have been refused
    wait_for { 3 <= (() = $daemon->output =~ /postgres did not start.*trying again/g) } 'starts that fail';
    rename "$data/postgresql.conf.away", "$data/postgresql.conf" or die "rename: $!";
    $lock->wait_end;
    wait_for { $daemon->output =~ /postgres is back/ } 'the database';
    $audience->wait_finished($run, 20);    # leases last a minute: it was given back
    is_deeply($audience->counts($run), { accepted => MANY + APPLE }, 'nothing is in doubt');
};

subtest 'replaced' => sub {
    $service->answer({ path => '.', status => 201, delay => 700 });
    my $run = $audience->send({ title => 'Replaced', target => '/' });
    wait_for { $daemon->sql("SELECT count(*) FROM send_job WHERE run = $run AND state = 'leased'") } 'a lease';
    my $since = $daemon->sql("UPDATE send_job SET epoch = epoch + 1, lease_until = now() + interval '1 day' "
        . "WHERE run = $run AND state = 'leased' RETURNING now()");
    $daemon->sql("UPDATE run SET state = 'paused' WHERE id = $run");
    wait_for { $daemon->output =~ /outcomes left to the sender that has taken over/ } 'outcomes to be refused';
    is($daemon->sql("SELECT count(*) FROM delivery d JOIN send_job j ON j.run = d.run AND j.bucket = d.bucket "
        . "WHERE d.run = $run AND j.state = 'leased' AND d.subscription BETWEEN j.id_from AND j.id_to "
        . "AND j.epoch > 1 AND d.at > '$since'"), 0, 'nothing is written for a chunk that is another\'s');
};

subtest 'stopped in the middle' => sub {
    $service->answer({ path => '.', status => 201, delay => ANSWER_MS });
    my $earlier = $service->count;
    my $run = $audience->send({ title => 'Stopped', target => '/' });
    wait_for { $service->count > $earlier + MANY / 4 } 'a part to be sent';
    $daemon->stop;
    $daemon->start;
    $audience->wait_finished($run, 20);    # leases last a minute: they were given back
    my %posts;    # by Topic, which is another for each run and subscription
    $posts{ $_->{headers}{topic} }++ for $service->posts_after($earlier);
    is_deeply([grep { $posts{$_} != 1 } keys %posts], [], 'nobody is sent to twice');
    is_deeply($audience->counts($run), { accepted => MANY + APPLE }, 'nothing is in doubt');
};

$daemon->stop;
done_testing();

sub dashed { return join '-', unpack 'A8 A4 A4 A4 A12', $_[0] }

# Chunks can be claimed, but not loaded, until this ends, which the server's end does.
sub lock_deliveries {
    my $process = WebPush::Process->start('lock', ['psql', '-Xq', $daemon->conninfo, '-c',
        'BEGIN; LOCK delivery; SELECT pg_sleep(60)']);
    wait_for { $daemon->sql("SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted "
        . "AND relation = 'delivery'::regclass") } 'the lock';
    return $process;
}

# As if the leases' time was over.
sub end_leases {
    my ($run) = @_;
    $daemon->sql("UPDATE send_job SET lease_until = now() WHERE run = $run AND state = 'leased'");
    return;
}
