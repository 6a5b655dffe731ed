# A run too many of whose messages fail pauses itself and says why; neither strangers' endpoints nor
# subscriptions that have ended do that to it. A message that cannot be read is not even begun.

use WebPush::Test;
use WebPush::Audience;
use WebPush::Crypt;
use WebPush::Daemon;
use WebPush::PushService;

use constant { REGULARS => 60, STRANGERS => 340, ANSWER_MS => 150 };
use constant EVERYBODY => REGULARS + STRANGERS;

my $service = WebPush::PushService->start(max_streams => 4);
my $daemon = WebPush::Daemon->new(args => ['--roles', 'plan,send,api', $service->arguments])->start;
my $audience = WebPush::Audience->new($daemon);
my $keys = browser_keys();
$audience->subscribe_all(
    (map { { keys => $keys, path => "/wpush/v2/regular-$_" } } 1 .. REGULARS),
    (map { { keys => $keys, path => "/wpush/v2/stranger-$_" } } 1 .. STRANGERS),
);

subtest 'the first message of all, with a mistake' => sub {
    $service->answer({ path => '.', status => 400, delay => ANSWER_MS });
    my $run = $audience->send({ title => 'Wrong', target => '/' });
    wait_for { $audience->state($run) eq 'paused' } 'the run to be paused', 30;
    my $shown = $daemon->cli(qw(run show), $run);
    is($shown->{pause_reason}, 'errors', 'the reason');
    like($shown->{pause_detail}, qr/^(\d+) of the last \1 failed, most of them: answer$/, 'in words');
    like($daemon->output, qr/\[warning\].* run $run: paused: \d+ of the last \d+ failed/, 'also in the log');
    like($daemon->cli_raw('report', $run)->{stdout}, qr/: paused \(\d+ of the last \d+ failed, most of them: answer\)$/m,
        'and in the report');
    is($daemon->sql("SELECT c.state FROM campaign c JOIN run r ON r.campaign = c.id WHERE r.id = $run"), 'paused',
        'its campaign is paused, too');
    wait_for { $daemon->sql("SELECT count(*) FROM send_job WHERE run = $run AND state = 'leased'") == 0 } 'what was on the wire';
    my $failed = $audience->counts($run)->{'failed/answer'};
    cmp_ok($failed, '<', EVERYBODY, "not everybody's message was used up");

    $service->answer;
    is($daemon->cli(qw(run resume), $run)->{pause_reason}, undef, 'resumed');
    $audience->wait_finished($run);
    is_deeply($audience->counts($run), { 'failed/answer' => $failed, accepted => EVERYBODY - $failed },
        'the others get it');
};

# As if only the regulars had ever accepted one.
$daemon->sql("UPDATE subscription SET accepted_at = CASE WHEN endpoint LIKE '%regular%' THEN now() END");

subtest "strangers' endpoints" => sub {
    $service->answer({ path => 'stranger', status => 400, delay => ANSWER_MS });
    my $run = $audience->send({ title => 'Right', target => '/' });
    $audience->wait_finished($run, 40);
    is_deeply($audience->counts($run), { 'failed/answer' => STRANGERS, accepted => REGULARS }, 'stop nothing');
    unlike($daemon->output, qr/run $run: paused/, 'at no time');
};

subtest 'ended and busy' => sub {
    $service->answer(
        { path => 'stranger-\d*[02468]$', status => 410, delay => ANSWER_MS },
        { path => 'stranger', status => 429, headers => { 'retry-after' => '1200' }, delay => ANSWER_MS },
    );
    my $run = $audience->send({ title => 'Right, too', target => '/' });
    wait_for { $daemon->sql("SELECT count(*) FROM send_job WHERE run = $run AND state = 'done'")
        == ($daemon->sql("SELECT count(*) FROM send_job WHERE run = $run") || -1) } 'all of it', 40;
    is($audience->state($run), 'sending', 'are no errors');
    $daemon->cli(qw(run cancel), $run);
};

subtest 'a message that cannot be read' => sub {
    $service->answer;
    my $earlier = $service->count;
    my $run = $audience->send({ nonsense => 1 });
    wait_for { $audience->state($run) eq 'paused' } 'the run to be paused';
    is($daemon->cli(qw(run show), $run)->{pause_reason}, 'message', 'the reason');
    like($daemon->output, qr/\[error\].* run $run: paused: its message cannot be read/, 'also in the log');
    wait_for { $daemon->sql("SELECT count(*) FROM send_job WHERE run = $run AND state = 'leased'") == 0 } 'all to be given back';
    is_deeply($audience->counts($run), {}, 'nobody fails for that');
    is($service->count, $earlier, 'nothing was sent');
    $daemon->sql(q(UPDATE message SET content = '{"title":"Mended","target":"/"}' WHERE id = )
        . "(SELECT message FROM run WHERE id = $run)");
    $daemon->cli(qw(run resume), $run);
    $audience->wait_finished($run);
    is($audience->counts($run)->{accepted}, $daemon->sql('SELECT count(*) FROM subscription'), 'once it is mended, all are sent');
};

$daemon->stop;
done_testing();
