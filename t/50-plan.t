# The planner cuts a run into chunks when its time has come, once, however many daemons plan; and
# finishes it when nothing is left to do.

use WebPush::Test;
use WebPush::Audience;
use WebPush::Daemon;

my $daemon = WebPush::Daemon->new(args => ['--roles', 'plan'])->start;
my $audience = WebPush::Audience->new($daemon);
my $site = $daemon->sql("SELECT id FROM site WHERE name = 'default'");

subtest 'an empty audience' => sub {
    my $run = $audience->send({ title => 'Nobody', target => '/' });
    $audience->wait_finished($run);
    is($daemon->sql("SELECT count(*) FROM send_job"), 0, 'makes no chunks');
    is($daemon->sql("SELECT c.state FROM campaign c JOIN run r ON r.campaign = c.id WHERE r.id = $run"),
        'finished', 'and finishes its campaign');
};

my %active = (0 => 1, 1 => 1000, 2 => 1001, 255 => 2500, 7 => 0);
$daemon->sql("INSERT INTO audience_size (bucket, site, active) VALUES ($_, $site, $active{$_})") for keys %active;

subtest 'chunks' => sub {
    my $run = $audience->send({ title => 'Everybody', target => '/' });
    wait_for { $audience->state($run) eq 'sending' } 'the run to be planned';
    my %chunks = map { @$_ } $daemon->sql("SELECT bucket, count(*) FROM send_job WHERE run = $run GROUP BY 1");
    is_deeply(\%chunks, { 0 => 1, 1 => 1, 2 => 2, 255 => 3 }, 'of about a thousand each, in buckets that have any');
    is($daemon->sql("SELECT audience FROM run WHERE id = $run"), 4502, 'the audience is known');
    is($daemon->sql("SELECT bool_and(state = 'ready' AND not_before <= now()) FROM send_job"), 't', 'all can start');
    is_deeply([map { $_->[0] } $daemon->sql(
        "SELECT id_from FROM send_job WHERE run = $run AND bucket = 2 ORDER BY 1")],
        ['02000000-0000-0000-0000-000000000000', '02800000-0000-0000-0000-000000000000'], 'cut in the middle');
    is($daemon->sql("SELECT id_to FROM send_job WHERE run = $run AND bucket = 255 ORDER BY 1 DESC LIMIT 1"),
        'ffffffff-ffff-ffff-ffff-ffffffffffff', 'to the very end');
    finish($run);
};

subtest 'not yet' => sub {
    my $later = $audience->send({ title => 'Later', target => '/' }, starts_in => 3600);
    my $now = $audience->send({ title => 'Now', target => '/' });
    wait_for { $audience->state($now) eq 'sending' } 'one that is due';
    is($audience->state($later), 'planned', 'a run waits for its time');
    finish($now);
};

subtest 'what waits singly keeps a run open' => sub {
    my $run = $audience->send({ title => 'Waiting', target => '/' });
    wait_for { $audience->state($run) eq 'sending' } 'the run to be planned';
    $daemon->sql("INSERT INTO deferred (bucket, run, subscription, site, not_before, reason) "
        . "VALUES (0, $run, gen_random_uuid(), $site, now() + interval '1 hour', 'busy')");
    $daemon->sql("UPDATE send_job SET state = 'done' WHERE run = $run");
    my $other = $audience->send({ title => 'Other', target => '/' });
    wait_for { $audience->state($other) eq 'sending' } 'the planner to have been round';
    is($audience->state($run), 'sending', 'it is not finished');
    $daemon->sql('DELETE FROM deferred');
    $audience->wait_finished($run);
    finish($other);
};

subtest 'two planners' => sub {
    my $second = WebPush::Daemon->new(args => ['--roles', 'plan'], database => $daemon->conninfo)->start;
    my @runs = map { $audience->send({ title => "Run $_", target => '/' }) } 1 .. 20;
    wait_for { !$daemon->sql("SELECT count(*) FROM run WHERE state = 'planned' AND starts_at <= now()") } 'all to be planned';
    my $list = join ', ', @runs;
    is_deeply([$daemon->sql("SELECT DISTINCT count(*) FROM send_job WHERE run IN ($list) GROUP BY run")], [[7]],
        'each run is planned once');
    $second->stop;
};

$daemon->stop;
done_testing();

# As if it had been sent.
sub finish {
    my ($run) = @_;
    $daemon->sql("UPDATE send_job SET state = 'done' WHERE run = $run");
    $audience->wait_finished($run);
    return;
}
