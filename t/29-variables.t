#!/usr/bin/env perl
# What log_format can tell of requests in our locations: $webpush_event, $webpush_site, $webpush_run,
# $webpush_subscription, $webpush_result.

use WebPush::Test;
use WebPush::Disk;
use WebPush::Edge;

use Errno qw(EIO ENOSPC);
use JSON::PP ();

use constant DAY => 24 * 3600;

my @names = qw(event site run subscription result);
my $edge = WebPush::Edge->new(
    http => join("\n",
        'limit_req_zone $uri zone=one:32k rate=1r/m;',
        'webpush_sync_queue 2;',
        "log_format variables '\$status " . join(' ', map { "\$webpush_$_" } @names) . "';",
        'access_log %%DIR%%/variables.log variables;',
        'add_header X-Result $webpush_result always;'),
    globals => 'worker_shutdown_timeout 200ms;',
    server => <<'END');
location = /plain { return 204; }
location = /small { webpush_subscribe; client_max_body_size 100; }
location = /denied { webpush_event; deny all; }
location = /limited { webpush_unsubscribe; limit_req zone=one; }
location = /returns { webpush_subscribe; return 204; }
location = /elsewhere { webpush_subscribe; deny all; error_page 403 /plain; }
location /fallback/c/ { webpush_click; webpush_click_fallback /; }
location /other/c/ { webpush_site other; webpush_click; }
END
$edge->add_site('other');
my $disk = WebPush::Disk->under($edge);
$edge->run;
my $nginx = $edge->nginx;
$nginx->expect_log(qr/access forbidden by rule|limiting requests|client intended to send too large/);
$nginx->expect_log(qr/\[error\].* wait for the sync of the subscription log, no more are taken/);
$nginx->expect_log(qr/\[crit\].* webpush: (?:write|fdatasync)\(\) ".*\.jsonl" failed/);

my $http = $edge->client;
my $endpoint = new_endpoint();
my $id = endpoint_id($endpoint);
my $lines = 0;

# The next line of the log.
sub logged {
    my $log;
    wait_for { $log = read_file($nginx->dir . '/variables.log'); ($log =~ tr/\n//) > $lines } 'a line of the log';
    return (split /\n/, $log)[$lines++];
}

sub logs {
    my ($name, $expected) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    return is(logged(), $expected, $name);
}

# ---- what is accepted ----

my $answer = $http->post_json('/push/subscribe', subscription(endpoint => $endpoint));
logs('a new subscription', "200 subscribe default - $id accepted");
is($answer->{headers}{'x-result'}, 'accepted', 'headers can tell it, too');
$http->post_json('/push/subscribe', subscription(endpoint => $endpoint, kind => 'refresh'));
logs('a visit of a subscriber', "200 refresh default - $id accepted");
$http->post_json('/push/unsubscribe', { endpoint => $endpoint, n => 2 });
logs('leaving', "200 unsubscribe default - $id accepted");
for my $event (qw(shown closed)) {
    my $token = $edge->delivery_token(run => 2**40 + 7, sub => $id);
    $http->post_json('/push/event', { event => $event, token => $token });
    logs($event, "202 $event default 1099511627783 $id accepted");
}
my @known = (Cookie => '__Host-webpush_visitor=' . $edge->visitor_token(sub => $id));
$http->post_json('/push/event', { event => 'track', name => 'share' }, \@known);
logs('track', "202 track default - $id accepted");
$http->post_json('/push/event', { event => 'forget' }, \@known);
logs('forget', "200 forget default - $id accepted");
$http->post_json('/push/event', { event => 'prompt', step => 'shown' });
logs('prompt', '202 prompt default - - accepted');
my @batch = map { { event => 'shown', token => $edge->delivery_token(run => $_, sub => $id) } } 1, 2;
$http->post_json('/push/event', { events => [@batch, {}] });
logs('a batch', "202 batch default - $id accepted");
$http->post_json('/push/event', { events => [{ event => 'shown', token => 'forged' }, {}] });
logs('a batch with nothing good', '202 batch default - - token_invalid');
$http->get($edge->click_link(run => 7, sub => $id));
logs('a click', "302 click default 7 $id accepted");
$http->get('/other/c/' . $edge->click_token(run => 8, sub => $id, site => 'other'));
logs('of another site', "302 click other 8 $id accepted");
$http->get($edge->click_link(run => 7, sub => $id, issued => time - 100 * DAY));
logs('a late click', "302 click default 7 $id late");

# ---- what does not count ----

$http->request(HEAD => $edge->click_link(run => 7, sub => $id));
logs('HEAD', "302 click default 7 $id uncounted");
$http->get($edge->click_link(run => 7, sub => $id), 'Sec-Purpose' => 'prefetch');
logs('a prefetch', "302 click default 7 $id uncounted");

# ---- refusals ----

$http->get('/push/c/forged');
logs('a forged link', '404 click default - - link_unknown');
$http->get('/fallback/c/forged');
logs('led to the fallback', '302 click default - - link_unknown');
$http->post_json('/push/c/forged', '{}');
logs('a link is not posted to', '405 click default - - method_not_allowed');

$http->get('/push/subscribe');
logs('at the door: method', '405 subscribe default - - method_not_allowed');
$http->post_json('/push/unsubscribe', '{}', [Origin => 'https://evil.example']);
logs('at the door: origin', '403 unsubscribe default - - origin_forbidden');
$http->request(POST => '/push/event', body => '{}');
logs('at the door: type', '415 event default - - content_type_unsupported');
$http->post_json('/push/subscribe', ' ' x 10_000);
logs('at the door: size', '413 subscribe default - - body_too_large');
$http->request(POST => '/push/subscribe', headers => ['Content-Type' => 'application/json'],
    body => ' ' x 10_000, chunked => 1);
logs('too large in chunks', '413 subscribe default - - body_too_large');

$http->post_json('/push/subscribe', '{');
logs('no JSON', '400 subscribe default - - malformed_json');
$http->post_json('/push/subscribe', subscription(kind => 'refresh', p256dh => 'AAAA'));
logs('a wrong key', '422 subscribe default - - p256dh_invalid');
$http->post_json('/push/unsubscribe', { endpoint => $endpoint });
logs('no counter', '422 unsubscribe default - - field_missing');
$http->post_json('/push/event', { event => 'forget' });
logs('no cookie', '403 forget default - - visitor_unknown');
$http->post_json('/push/event', { event => 'closed', token => 'forged' });
logs('a forged token', '422 closed default - - token_invalid');
$http->post_json('/push/event', { event => 'closed', token => $edge->delivery_token(site => 'other') });
logs("another site's token", '422 closed default - - token_invalid');

# ---- nginx's own refusals ----

$http->post_json('/small', ' ' x 200);
logs('client_max_body_size', '413 subscribe default - - body_too_large');
$http = $edge->client;
$http->post_json('/denied', '{}');
logs('deny', '403 event default - - forbidden');
$http->post_json('/limited', { endpoint => $endpoint, n => 3 });
logs('below a limit', "200 unsubscribe default - $id accepted");
$http->post_json('/limited', { endpoint => $endpoint, n => 3 });
logs('limit_req', '503 unsubscribe default - - unavailable');
$http->get('/returns');
logs('answered by the rewrite module', '204 subscribe default - - -');

# ---- while the disk fails ----

my @post = (POST => '/push/subscribe', headers => ['Content-Type' => 'application/json']);
my $body = JSON::PP::encode_json(subscription(endpoint => $endpoint));
$disk->fault('write', ENOSPC);
$http->request(@post, body => $body);
logs('disk full: not stored', "503 subscribe default - $id log_unavailable");
$http->post_json('/push/event', { event => 'shown', token => $edge->delivery_token(run => 9, sub => $id) });
logs('disk full: an event', "503 shown default 9 $id log_unavailable");
$http->get($edge->click_link(run => 7, sub => $id));
logs('disk full: a click is led on', "302 click default 7 $id log_unavailable");
$disk->mend;
$disk->fault('sync', EIO);
$http->request(@post, body => $body);
logs('not synced', "503 subscribe default - $id log_unavailable");
$disk->mend;

# ---- while requests wait for the disk ----

$disk->fault('slow', 60_000);    # until it is mended
my $text = WebPush::Http::request_text('h', @post, body => $body);
my @clients = map { $edge->client } 0 .. 3;
my $written = $edge->records('subscriptions');
$clients[0]->send_raw($text);
wait_for { $edge->records('subscriptions') > $written } 'the first to be written';
$_->send_raw($text) for @clients[1 .. 3];
logs('a full queue', "503 subscribe default - $id log_unavailable");
$disk->mend;
logs('answered when it is over', "200 subscribe default - $id accepted") for 1 .. 3;

# ---- elsewhere ----

$http->get('/plain');
logs('a location that is not ours', '204 - - - - -');
$http->post_json('/elsewhere', '{}');
logs('led to one by error_page', '403 - - - - -');

# ---- a worker that does not wait any longer ----

$disk->fault('slow', 60_000);
$written = $edge->records('subscriptions');
my $client = $edge->client;
$client->send_raw($text);
wait_for { $edge->records('subscriptions') > $written } 'the record to be written';
$nginx->reload;
logs('no answer', "000 subscribe default - $id unanswered");
$disk->mend;

done_testing();
