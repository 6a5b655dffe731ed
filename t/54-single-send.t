# A message is sent to one person when something happens: to all subscriptions of a contact or to one, at
# once, and once for each Idempotency-Key.

use WebPush::Test;
use WebPush::Audience;
use WebPush::Daemon;
use WebPush::Http;
use WebPush::PushService;

use JSON::PP qw(encode_json);
use MIME::Base64 qw(encode_base64url);
use Time::HiRes qw(time);

my $service = WebPush::PushService->start;
my $daemon = WebPush::Daemon->new(args => ['--roles', 'plan,send,api', $service->arguments])->start;
my $audience = WebPush::Audience->new($daemon);
my $http = WebPush::Http->at_socket($daemon->admin_socket);

my @anna = $audience->subscribe_all(map { { path => "/wpush/v2/anna-$_" } } 1 .. 3);
my ($ben) = $audience->subscribe_all({ path => '/wpush/v2/ben' });
$daemon->sql("UPDATE subscription SET contact = encode(substring(sha256('anna\@shop.example') FOR 16), 'hex')::uuid "
    . "WHERE endpoint LIKE '%anna%'");
my %anna = (contact => 'anna@shop.example');
my %ben = (subscription => encode_base64url(pack 'H*', $ben->{id}));
my %message = (title => 'On its way', target => '/orders');
my $id;

subtest 'composed' => sub {
    my $made = call(POST => '/v1/messages', { name => 'Shipped', urgency => 'high', active_seconds => 3600, message => \%message });
    is($made->{status}, 201, 'made');
    $id = $made->{json}{id};
    is($made->{headers}{location}, "/v1/messages/$id", 'Location');
    like(delete $made->{json}{created_at}, qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, 'created_at');
    is_deeply($made->{json}, { id => $id, site => 'default', name => 'Shipped', urgency => 'high', active_seconds => 3600,
        message => \%message }, 'as it was given');
    is(call(GET => "/v1/messages/$id")->{json}{name}, 'Shipped', 'and is kept');
    refused('no such message', call(GET => '/v1/messages/99'), 404, 'not_found');
    refused('no name', call(POST => '/v1/messages', { message => \%message }), 422, 'field_missing', 'name');
    refused('an audience', call(POST => '/v1/messages', { name => 'x', audience => 'all', message => \%message }),
        422, 'field_invalid', 'audience');
    refused('no title', call(POST => '/v1/messages', { name => 'x', message => { target => '/' } }),
        422, 'field_missing', 'message.title');
    my $campaign = call(POST => '/v1/campaigns', { name => 'x', message => \%message })->{json}{id};
    my $of_campaign = $daemon->sql("SELECT message FROM campaign WHERE id = $campaign");
    refused("a campaign's", call(GET => "/v1/messages/$of_campaign"), 404, 'not_found');
};

subtest 'to a contact' => sub {
    my $asked = time;
    my $sent = send_to('order 1', \%anna);
    is($sent->{status}, 202, 'accepted');
    my $run = $sent->{json}{run};
    is($sent->{headers}{location}, "/v1/runs/$run", 'Location');
    is_deeply($sent->{json}, { message => $id, run => $run, subscriptions => 3 }, 'its run');
    $audience->wait_finished($run);
    my @posts = $service->posts;
    note(sprintf 'first push %.2f s after it was asked for', $posts[0]{time} - $asked);
    is_deeply([sort map { $_->{path} } @posts], [sort map { $_->{path} } @anna], 'each of its subscriptions gets it');
    is($posts[0]{headers}{urgency}, 'high', 'Urgency');
    cmp_ok($posts[0]{headers}{ttl}, '<=', 3600, 'TTL');
    my $shown = call(GET => "/v1/runs/$run/report")->{json};
    is_deeply([@$shown{qw(campaign message name state audience accepted)}], [0, $id, 'Shipped', 'finished', 3, 3], 'its report');
    is($daemon->sql("SELECT class FROM run WHERE id = $run"), 0, 'transactional');

    my $again = send_to('order 1', \%anna);
    is_deeply([$again->{status}, $again->{json}], [202, $sent->{json}], 'the same request is answered as before');
};

subtest 'to a subscription' => sub {
    my $sent = send_to('order 2', \%ben)->{json};
    is($sent->{subscriptions}, 1, 'one');
    $audience->wait_finished($sent->{run});
    is($audience->outcome($sent->{run}, $ben)->{outcome}, 'accepted', 'it gets it');
    is($service->count, 4, 'what was asked for again was not sent again');
};

subtest 'keys' => sub {
    refused('of another recipient', send_to('order 1', \%ben), 409, 'conflict', 'Idempotency-Key');
    my $other = call(POST => '/v1/messages', { name => 'Other', message => \%message })->{json}{id};
    refused('of another message', call(POST => "/v1/messages/$other/send", \%anna, 'order 1'), 409, 'conflict', 'Idempotency-Key');
    refused('none', call(POST => "/v1/messages/$id/send", \%anna), 422, 'field_missing', 'Idempotency-Key');
    refused('too long', send_to('x' x 201, \%anna), 422, 'field_too_long', 'Idempotency-Key');

    my @both = map { WebPush::Http->at_socket($daemon->admin_socket) } 1, 2;
    my $body = encode_json(\%anna);
    $_->send_raw("POST /v1/messages/$id/send HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        . "Idempotency-Key: at once\r\nContent-Length: @{[length $body]}\r\n\r\n$body") for @both;
    my @runs = map { $_->read_answer->{json}{run} } @both;
    is($runs[0], $runs[1], 'two at once make one run');
    $audience->wait_finished($runs[0]);
    is($service->count, 7, 'and are sent once');

    $daemon->sql("UPDATE idempotency_key SET created_at = now() - interval '25 hours' WHERE key = 'order 1'");
    $daemon->stop;
    $daemon->start;
    $http = WebPush::Http->at_socket($daemon->admin_socket);
    wait_for { !$daemon->sql("SELECT count(*) FROM idempotency_key WHERE key = 'order 1'") } 'an old key to be forgotten';
    is($daemon->sql('SELECT count(*) FROM idempotency_key'), 2, 'newer ones are kept');
    is(send_to('order 2', \%ben)->{json}{subscriptions}, 1, 'over a restart');
    is($service->count, 7, 'and still send nothing');
};

subtest 'nobody to send to' => sub {
    refused('an unknown contact', send_to('order 3', { contact => 'carl' }), 422, 'field_invalid', 'contact');
    refused('an unknown subscription', send_to('order 3', { subscription => encode_base64url('x' x 16) }),
        422, 'field_invalid', 'subscription');
    is($daemon->sql('SELECT count(*) FROM run WHERE audience = 0'), 0, 'makes no run');
    is(send_to('order 3', \%ben)->{status}, 202, 'and the key can be used again');
    refused('no id', send_to('order 4', { subscription => 'ben' }), 422, 'field_invalid', 'subscription');
    refused('both', send_to('order 4', { %anna, %ben }), 422, 'field_invalid', 'subscription');
    refused('neither', send_to('order 4', {}), 422, 'field_missing', 'contact');
    refused('a misspelt member', send_to('order 4', { contatc => 'anna' }), 422, 'field_invalid', 'contatc');
    refused('an empty contact', send_to('order 4', { contact => '' }), 422, 'field_invalid', 'contact');
};

subtest 'what there is' => sub {
    is_deeply(call(GET => '/v1/runs')->{json}{runs}, [], 'they do not fill the list of runs');
    my $runs = call(GET => "/v1/runs?message=$id")->{json}{runs};
    is(scalar @$runs, 4, 'but have their own');
    refused('no number', call(GET => '/v1/runs?message=x'), 422, 'field_invalid', 'message');
    my $printed = $daemon->cli_raw(qw(message send), $id, qw(--contact anna@shop.example --key cli))->{stdout};
    like($printed, qr/^Run \d+ is on its way, to 3 subscriptions\. What became of it: webpush report \d+$/, 'sent by hand');
    is($daemon->cli_raw(qw(message send), $id, qw(--contact anna@shop.example --key cli))->{stdout}, $printed, 'once');
    my ($run) = $printed =~ /^Run (\d+)/;
    $audience->wait_finished($run);
    like($daemon->cli_raw('report', $run)->{stdout}, qr/^Run $run, message $id "Shipped", site default: finished$/m, 'its report');
};

subtest 'a site that may not send' => sub {
    $daemon->sql("UPDATE site SET contact = ''");
    refused('without a contact', send_to('order 5', \%anna), 409, 'contact_missing');
};

$daemon->stop;
done_testing();

sub call {
    my ($method, $path, $data, $key) = @_;
    my @body = defined $data ? (body => encode_json($data)) : ();
    my @key = defined $key ? ('Idempotency-Key' => $key) : ();
    return $http->request($method, $path, headers => ['Content-Type' => 'application/json', @key], @body);
}

sub send_to {
    my ($key, $recipient) = @_;
    return call(POST => "/v1/messages/$id/send", $recipient, $key);
}

sub refused {
    my ($name, $answer, $status, $code, $field) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $got = join ' ', $answer->{status}, $answer->{json}{code} // '', $answer->{json}{field} // '';
    is($got, join(' ', $status, $code, $field // ''), $name) or diag($answer->{body});
    return;
}
