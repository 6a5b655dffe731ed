# The database's clock jumps while two senders are at work: nobody's lease is taken from him for that,
# so nobody is sent to twice; and what can be sent does not wait for a clock that was set back.
#
# Its clock is what now() says, which is another function here for who connects after that.

use WebPush::Test;
use WebPush::Audience;
use WebPush::Crypt;
use WebPush::Daemon;
use WebPush::PushService;

use constant { MANY => 500, ANSWER_MS => 200, LEASE_SECONDS => 20 };

my $service = WebPush::PushService->start(max_streams => 2);
my $daemon = WebPush::Daemon->new(args => ['--roles', 'plan'])->start;
my $audience = WebPush::Audience->new($daemon);
my $keys = browser_keys();
$audience->subscribe_all(map { { keys => $keys, path => "/wpush/v2/$_" } } 1 .. MANY);
$daemon->sql(<<'END');
    CREATE SCHEMA jumping;
    CREATE TABLE jumping.clock (ahead interval);
    INSERT INTO jumping.clock VALUES ('0');
    CREATE FUNCTION jumping.now() RETURNS timestamptz STABLE LANGUAGE sql AS
        'SELECT pg_catalog.now() + ahead FROM jumping.clock';
    ALTER DATABASE postgres SET search_path = public, jumping, pg_catalog;
END
$daemon->stop;
$daemon->start;

# Keys are files of the first one's state directory.
my @senders = map { WebPush::Daemon->new(
    args => ['--roles', 'send', '--lease-seconds', LEASE_SECONDS, $service->arguments],
    database => $daemon->conninfo,
) } 1, 2;
for my $sender (@senders) {
    system('cp', '-a', $daemon->state_dir . '/keys', $daemon->state_dir . '/edge', $sender->state_dir) == 0 or die 'cp';
    $sender->start;
}

subtest 'an hour ahead' => sub {
    $service->answer({ path => '.', status => 201, delay => ANSWER_MS });
    my $run = $audience->send({ title => 'Ahead', target => '/' });
    wait_for { $service->count > MANY / 5 } 'a part to be sent', 30;
    is($daemon->sql("SELECT count(*) > 20 AND max(lease_until) > now() FROM send_job WHERE run = $run AND state = 'leased'"),
        't', 'the rest is in hand');
    jump('1 hour');
    is($daemon->sql("SELECT max(lease_until) < now() FROM send_job WHERE run = $run AND state = 'leased'"), 't',
        'all leases seem to have ended');
    $audience->wait_finished($run, 60);
    is_deeply(not_once(0), [], 'nobody is sent to twice');
    is_deeply($audience->counts($run), { accepted => MANY }, 'and nothing is in doubt');
};

subtest 'and back again' => sub {
    my $run = $audience->send({ title => 'Back', target => '/' });
    wait_for { $service->count > MANY + MANY / 5 } 'a part to be sent', 30;
    jump('0');
    $audience->wait_finished($run, 60);
    is_deeply(not_once(MANY), [], 'everybody is sent to, once');
    is_deeply($audience->counts($run), { accepted => MANY }, 'nothing is in doubt');
};

subtest 'back before anything is sent' => sub {
    $daemon->sql("INSERT INTO ingest_source VALUES ('web1', now() - interval '3 hours', now())");    # holds it up
    my $run = $audience->send({ title => 'Planned', target => '/' });
    wait_for { $audience->state($run) eq 'sending' } 'the run to be planned';
    jump('-1 hour');
    $daemon->sql('DELETE FROM ingest_source');
    $audience->wait_finished($run, 60);
    is_deeply($audience->counts($run), { accepted => MANY }, 'what was planned before waits for nothing');
};

$_->stop for @senders, $daemon;
done_testing();

sub jump {
    my ($ahead) = @_;
    $daemon->sql("UPDATE jumping.clock SET ahead = '$ahead'");
    return;
}

# Who got it not once, but more often or not at all, after so many POSTs.
sub not_once {
    my ($earlier) = @_;
    my @lines = $service->lines;
    my %posts = map { ("/wpush/v2/$_" => 0) } 1 .. MANY;
    $posts{$_}++ for map { /"path":"([^"]+)"/ } @lines[$earlier .. $#lines];
    return [grep { $posts{$_} != 1 } keys %posts];
}
