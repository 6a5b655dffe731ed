# One delivery, from the plan to the click, as the tables know it: `webpush trace` and its call.

use WebPush::Test;
use WebPush::Audience;
use WebPush::Daemon;
use WebPush::Http;
use WebPush::PushService;

use MIME::Base64 qw(encode_base64url);

my $service = WebPush::PushService->start;
my $daemon = WebPush::Daemon->new(args => ['--roles', 'plan,send,api', $service->arguments])->start;
my $audience = WebPush::Audience->new($daemon);
my $http = WebPush::Http->at_socket($daemon->admin_socket);
my $time = qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

$service->answer({ path => 'gone', status => 410 }, { path => 'busy', status => 503, headers => { 'retry-after' => 600 } });
my ($anna, $gone, $busy) = $audience->subscribe_all(map { { path => "/wpush/v2/$_" } } qw(anna gone busy));
my $run = $audience->send({ title => 'Hello', target => '/' });
wait_for { $audience->outcome($run, $anna) && $audience->outcome($run, $gone) && $audience->deferred($run, $busy) } 'the campaign';
wait_for { !$daemon->sql("SELECT count(*) FROM send_job WHERE run = $run AND state <> 'done'") } 'its chunks';

subtest 'sent' => sub {
    for (['shown', '', 2], ['closed', '', 3], ['click', 'see', 4]) {
        my ($kind, $action, $minute) = @$_;
        $daemon->sql("INSERT INTO event (month, bucket, site, run, subscription, kind, action, at) SELECT month, $anna->{bucket}, "
            . "site, id, '$anna->{id}', '$kind', '$action', starts_at + interval '$minute min' FROM run WHERE id = $run");
    }
    my $trace = trace($run, $anna)->{json};
    is_deeply([@$trace{qw(run run_state subscription stage)}], [$run, 'sending', id($anna), 'recorded'], 'which');
    is($trace->{chunk}{state}, 'done', 'its chunk');
    is($trace->{chunk}{claims}, 1, 'claimed once');
    like(delete $trace->{delivery}{at}, $time, 'recorded');
    is_deeply($trace->{delivery}, { outcome => 'accepted', status => 201, attempt => 0 }, 'what became of it');
    is_deeply([map { "$_->{kind} " . ($_->{action} // '-') } @{ $trace->{events} }], ['shown -', 'closed -', 'click see'], 'events');
    like($_->{at}, $time, "time of $_->{kind}") for @{ $trace->{events} };
    is($trace->{subscription_state}{platform}, 'firefox-desktop', 'the subscription');
    like($trace->{subscription_state}{accepted_at}, $time, 'which took it');

    my $printed = $daemon->cli_raw('trace', $run, id($anna))->{stdout};
    like($printed, qr/^Run $run, subscription \Q@{[id($anna)]}\E: recorded$/m, 'for people');
    like($printed, qr/ planned +chunk \d+, done, claimed once\n.* recorded +accepted, HTTP 201.*\n.* shown\n.* closed\n.* click +button see\n/,
        'in order');
    is_deeply($daemon->cli('trace', $run, id($anna))->{events}, $trace->{events}, '--json');
};

subtest 'the subscription has ended' => sub {
    my $trace = trace($run, $gone)->{json};
    is_deeply([@{ $trace->{delivery} }{qw(outcome status)}], ['gone', 410], 'outcome');
    like($trace->{subscription_state}{ended_at}, $time, 'since when');
    ok(!$trace->{subscription_state}{active}, 'it is not active');
    is($trace->{subscription_state}{end_reason}, 'gone', 'and why');
    like($daemon->cli_raw('trace', $run, id($gone))->{stdout}, qr/ subscription ended +gone\n\z/, 'for people');
    $daemon->sql("UPDATE tombstone SET reason = 'replaced', replaced_by = '$anna->{id}' WHERE id = '$gone->{id}'");
    is(trace($run, $gone)->{json}{subscription_state}{replaced_by}, id($anna), 'replaced by another');
};

subtest 'waiting' => sub {
    my $trace = trace($run, $busy)->{json};
    is($trace->{stage}, 'waiting', 'it waits');
    is($trace->{delivery}, undef, 'without an outcome');
    is_deeply([@{ $trace->{waiting} }{qw(reason attempt claims)}], ['busy', 1, 0], 'why, how often it was tried');
    like($trace->{waiting}{not_before}, $time, 'until when');
    like($daemon->cli_raw('trace', $run, id($busy))->{stdout}, qr/ due +waits singly: busy, attempts so far: 1\n/, 'for people');
    $daemon->sql("UPDATE deferred SET epoch = 1, lease_until = now() + interval '1 hour' WHERE run = $run");
    is(trace($run, $busy)->{json}{stage}, 'leased', 'until a sender has it');
    $daemon->sql("UPDATE deferred SET lease_until = now() - interval '1 s' WHERE run = $run");
    is(trace($run, $busy)->{json}{stage}, 'waiting', 'for as long as its lease is');
};

subtest 'not yet' => sub {
    my $later = $audience->send({ title => 'Later', target => '/' }, starts_in => 3600);
    is(trace($later, $anna)->{json}{stage}, 'unplanned', 'before its run is planned');
    $daemon->sql("UPDATE run SET state = 'paused' WHERE id = $later");
    $daemon->sql("INSERT INTO send_job (bucket, site, run, id_from, id_to, not_before) SELECT $anna->{bucket}, site, id, "
        . "'$anna->{id}', '$anna->{id}', now() FROM run WHERE id = $later");
    is(trace($later, $anna)->{json}{stage}, 'ready', 'in a chunk that nobody has');
    $daemon->sql("UPDATE send_job SET state = 'leased', lease_until = now() + interval '1 hour' WHERE run = $later");
    is(trace($later, $anna)->{json}{stage}, 'leased', 'and that a sender has');
    refused('in none', trace($later, $busy), qr/^subscription \S+ is not in the audience of run $later$/);
};

subtest 'unknown' => sub {
    refused('the run', trace(99, $anna), qr/^no run 99$/);
    refused('the subscription', trace($run, { id => 'ab' x 16 }), qr/^no subscription q6\S+ on site default$/);
    refused('no id', $http->request(GET => "/v1/runs/$run/deliveries/anna"), qr/^not the id of a subscription$/);
    my ($late) = $audience->subscribe_all({ path => '/wpush/v2/late' });
    refused('who came later', trace($run, $late), qr/is not in the audience/);
    my $printed = $daemon->cli_raw('trace', $run, id($late));
    is($printed->{exit}, 1, 'for people: fails');
    like($printed->{stderr}, qr/is not in the audience of run $run/, 'and says why');
};

$daemon->stop;
done_testing();

sub id { return encode_base64url(pack 'H*', $_[0]{id}) }

sub trace {
    my ($of, $subscription) = @_;
    return $http->request(GET => "/v1/runs/$of/deliveries/" . id($subscription));
}

sub refused {
    my ($name, $answer, $detail) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is("$answer->{status} $answer->{json}{code}", '404 not_found', $name);
    return like($answer->{json}{detail}, $detail, 'and says what');
}
