#!/usr/bin/env perl
# A browser's subscription: checked, written to the subscription log, synced, then answered.

use WebPush::Test;
use WebPush::Crypt;
use WebPush::Edge;
use WebPush::Http;

my $firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';
my $edge = WebPush::Edge->new->run;
my $http = $edge->client;

my $endpoint = new_endpoint();
my $id = endpoint_id($endpoint);
my $body = subscription(endpoint => $endpoint, n => 3, page => '/shop', vapid => 'AbCdEfGh');
my $before = int(1000 * time) - 1000;
my $answer = $http->post_json('/push/subscribe', $body, ['User-Agent' => $firefox]);

is($answer->{status}, 200, 'subscribed');
is($answer->{body}, qq({"id":"$id"}), 'the answer is the id of the endpoint');
is($answer->{headers}{'content-type'}, 'application/json', 'as JSON');
is($answer->{headers}{'cache-control'}, 'no-store', 'not to be cached');

my ($record, @more) = $edge->records('subscriptions');
my $time = delete $record->{t};
cmp_ok($time, '>=', $before, 'the record has the time in milliseconds');
cmp_ok($time, '<=', int(1000 * time) + 1000, 'of now');
is_deeply($record, {
    k => 'subscribe', site => 'default', id => $id, n => 3, endpoint => $endpoint,
    p256dh => $body->{subscription}{keys}{p256dh}, auth => $body->{subscription}{keys}{auth},
    vapid => 'AbCdEfGh', platform => 'firefox-desktop', lang => 'de-DE', tz => 'Europe/Berlin',
    page => '/shop', consent => '1',
}, 'the record is what the browser sent');
is(scalar @more, 0, 'one record');

# ---- the visitor cookie ----

my ($cookie, $attributes) =
    $answer->{headers}{'set-cookie'} =~ /^__Host-webpush_visitor=([\w-]+); (.*)$/;
is($attributes, 'Max-Age=34560000; Path=/; HttpOnly; Secure; SameSite=Lax', 'cookie attributes');
my ($version, $key, $subscription, $issued) = unpack 'C C a16 N', decode_base64url($cookie);
is(encode_base64url($subscription), $id, 'the cookie holds the subscription');
is($cookie, $edge->visitor_token(sub => $id, issued => $issued), 'signed with the link key');

# ---- refresh, and repeats ----

my $refresh = subscription(endpoint => $endpoint, kind => 'refresh', n => 4, consent => undef);
$answer = $http->post_json('/push/subscribe', $refresh);
is($answer->{status}, 200, 'refreshed');
is($answer->{json}{id}, $id, 'the same endpoint has the same id');
like($answer->{headers}{'set-cookie'}, qr/^__Host-webpush_visitor=/, 'a refresh renews the cookie');
is(($edge->records('subscriptions'))[-1]{k}, 'refresh', 'a refresh is another kind of record');

my $moved = subscription(replaces => $endpoint);
$http->post_json('/push/subscribe', $moved);
is(($edge->records('subscriptions'))[-1]{replaces}, $id, 'a changed endpoint names its old one');

my $other = WebPush::Crypt::browser_keys();
my %changed = (endpoint => $endpoint, n => 5, p256dh => $other->{p256dh}, auth => $other->{auth});
$answer = $http->post_json('/push/subscribe', subscription(%changed));
is($answer->{json}{id}, $id, 'other keys for the same endpoint: the same id');
$record = ($edge->records('subscriptions'))[-1];
is("@{$record}{qw(id p256dh auth)}", "$id $other->{p256dh} $other->{auth}", 'and recorded');

# ---- how a body may come ----

my $text = JSON::PP::encode_json(subscription());
my @type = ('Content-Type' => 'Application/JSON; charset=utf-8');
is($http->request(POST => '/push/subscribe', headers => \@type, body => $text,
    chunked => 1)->{status},
    200, 'in chunks, with a parameter of the type');

my $large = subscription(extra => 'x' x 6000);
is($http->post_json('/push/subscribe', $large)->{status}, 200, 'nearly the largest size');

my $slow = $edge->client;
my $request = WebPush::Http::request_text('h', 'POST', '/push/subscribe', headers => \@type,
    body => $text);
$slow->send_raw(substr $request, 0, 100);
is($http->post_json('/push/subscribe', subscription())->{status}, 200, 'others do not wait');
$slow->send_raw(substr $request, 100);
is($slow->read_answer->{status}, 200, 'in pieces');

$slow->send_raw($request x 5);
is_deeply([map { $slow->read_answer->{status} } 1 .. 5], [(200) x 5], 'pipelined');

# ---- from where ----

my $host = '127.0.0.1:' . $edge->nginx->port;
for my $good ("http://$host", "https://$host") {
    is($http->post_json('/push/subscribe', subscription(), [Origin => $good])->{status}, 200,
        "Origin $good is the site's own");
}
for my $site (qw(same-origin none)) {
    is($http->post_json('/push/subscribe', subscription(), ['Sec-Fetch-Site' => $site])->{status},
        200, "Sec-Fetch-Site $site");
}

# ---- the file ----

my ($file) = $edge->log_files('subscriptions');
my ($header) = WebPush::Edge::file_lines($file);
my %header = %{ JSON::PP::decode_json($header) };
my ($pid) = $edge->nginx->worker_pids;
is_deeply([@header{qw(v log edge pid seq)}], [1, 'subscription', 'edge1', $pid, 1], 'its header');
is_deeply($header{keys}, { default => [1] }, 'with the link keys loaded');
like($file, qr{/subscriptions-edge1-$header{started}-$pid-1\.jsonl$}, 'its name says the same');
is(sprintf('%o', (stat $file)[2] & 07777), '600', 'its mode keeps endpoints and keys secret');
is((stat $file)[4], scalar getpwnam('www-data'), "its owner is the workers' user") if $> == 0;
is(system('flock', '-n', $file, 'true') >> 8, 1, 'locked while the worker lives');

my $alive = sub { scalar grep { ($_->{k} // '') eq 'alive' } $edge->lines($_[0]) };
wait_for { $alive->('subscriptions') >= 2 && $alive->('events') >= 2 } 'heartbeats in both logs';
pass('heartbeats in both logs');

$edge->nginx->stop;
is(system('flock', '-n', $file, 'true') >> 8, 0, 'unlocked when the worker has gone');
unlike($edge->nginx->error_log, qr/\Q$endpoint\E/, 'no endpoint in the error log');

done_testing();
