#!/usr/bin/env perl
# Everything bad that can be sent: the right status and code, nothing in the logs, and the same
# connection serves a good request next.

use WebPush::Test;
use WebPush::Crypt;
use WebPush::Edge;

my $edge = WebPush::Edge->new(
    http => 'limit_req_zone $uri zone=one:32k rate=1r/m;',
    server => <<'END');
location = /small { webpush_subscribe; client_max_body_size 100; }
location = /denied { webpush_subscribe; deny all; }
location = /limited { webpush_subscribe; limit_req zone=one; limit_req_status 429; }
location = /taken { webpush_subscribe; deny all; error_page 403 /own-page; }
location = /own-page { return 403 "sorry"; }
location = /blocks {
    webpush_subscribe;
    if ($http_x_any) { set $any 1; }
    limit_except POST { deny all; }
}
location = /listed {
    webpush_subscribe;
    webpush_origin https://www.shop.example https://shop.example;
}
location = /unifiedpush { webpush_subscribe; webpush_endpoint_host push.self.example .up.example; }
END
$edge->add_site('other');
$edge->run;

my %status = (
    malformed_json => 400, bad_request => 400, forbidden => 403, origin_forbidden => 403,
    link_unknown => 404, method_not_allowed => 405, body_too_large => 413,
    content_type_unsupported => 415, content_encoding_unsupported => 415, too_many_requests => 429,
    map { $_ => 422 } qw(field_missing field_type field_too_long field_invalid endpoint_invalid
        endpoint_host_refused p256dh_invalid auth_invalid token_invalid),
);

my $http = $edge->client;
my $good = 0;

sub good_request_follows {
    my ($name) = @_;
    my $answer = $http->post_json('/push/subscribe', subscription());
    is($answer->{status}, 200, "$name: the connection serves a good request next");
    $good++;
    my $written = $edge->records('subscriptions') + grep { $_->{run} } $edge->records('events');
    is($written, $good, "$name: nothing but that in the logs");
    return;
}

sub problem {
    my ($name, $answer, $code, $field) = @_;
    my %got = %{ $answer->{json} // {} };
    is("$answer->{status} " . ($got{code} // $answer->{body}), "$status{$code} $code", $name);
    is($got{status}, $status{$code}, "$name: the body repeats the status");
    is($answer->{headers}{'content-type'}, 'application/problem+json', "$name: its type");
    is($got{field}, $field, "$name: the field") if defined $field;
    return;
}

sub refused {
    my ($name, $code, $path, $body, %option) = @_;
    problem($name, $http->post_json($path, $body, $option{headers}), $code, $option{field});
    return good_request_follows($name);
}

# ---- no JSON object ----

my $valid = JSON::PP->new->canonical->encode(subscription());
my @texts = (
    ['empty', ''], ['a word', 'subscribe'], ['cut off', substr $valid, 0, -1],
    ['two objects', "$valid$valid"], ['an array', "[$valid]"], ['a string', '"x"'],
    ['null', 'null'], ['no UTF-8', qq({"kind":"\xff"})],
    ['a control character', qq({"kind":"\x01"})],
    ['half a surrogate pair', '{"kind":"\ud800"}'], ['too deep', '{"a":' x 500 . '1' . '}' x 500],
);
for my $path (qw(subscribe unsubscribe event)) {
    refused("$path: $_->[0]", 'malformed_json', "/push/$path", $_->[1]) for @texts;
}

# ---- missing, mistyped and over-long members ----

sub with {
    my ($path, $value) = @_;
    my $body = subscription();
    my ($name, @parents) = reverse split /\./, $path;
    my $at = $body;
    $at = $at->{$_} for reverse @parents;
    if (defined $value) { $at->{$name} = $value } else { delete $at->{$name} }
    return $body;
}

for my $field (qw(kind n consent subscription subscription.endpoint subscription.keys
    subscription.keys.p256dh subscription.keys.auth))
{
    refused("without $field", 'field_missing', '/push/subscribe', with($field), field => $field);
    my $type = $field eq 'n' ? 'x' : 7;
    refused("$field of another type", 'field_type', '/push/subscribe', with($field, $type),
        field => $field);
}
for my $field (qw(vapid lang tz page replaces)) {
    refused("$field of another type", 'field_type', '/push/subscribe', with($field, [1]),
        field => $field);
    refused("over-long $field", 'field_too_long', '/push/subscribe', with($field, 'x' x 3000),
        field => $field);
}
refused('another kind', 'field_invalid', '/push/subscribe', with(kind => 'unsubscribe'),
    field => 'kind');
refused('n = 0', 'field_invalid', '/push/subscribe', with(n => 0), field => 'n');
refused('a negative n', 'field_invalid', '/push/subscribe', with(n => -1), field => 'n');
refused('n beyond 2^53', 'field_invalid', '/push/subscribe', with(n => 9007199254740992),
    field => 'n');
refused('a line end in page', 'field_invalid', '/push/subscribe', with(page => "/\n{}"),
    field => 'page');

refused('unsubscribe without endpoint', 'field_missing', '/push/unsubscribe', { n => 1 });
refused('unsubscribe without n', 'field_missing', '/push/unsubscribe',
    { endpoint => new_endpoint() });
refused('unsubscribe with a number', 'field_type', '/push/unsubscribe', { endpoint => 1, n => 1 });

my $token = $edge->delivery_token;
refused('event without token', 'field_missing', '/push/event', { event => 'shown' });
refused('event without name', 'field_missing', '/push/event', { token => $token });
refused('a click is not reported', 'field_invalid', '/push/event',
    { event => 'click', token => $token });
refused('a forged token', 'token_invalid', '/push/event',
    { event => 'shown', token => substr($token, 0, -3) . 'AAA' });
refused('a truncated token', 'token_invalid', '/push/event',
    { event => 'shown', token => substr $token, 0, 40 });
refused("another site's token", 'token_invalid', '/push/event',
    { event => 'shown', token => $edge->delivery_token(site => 'other') });

# ---- keys ----

my $vectors = JSON::PP::decode_json(read_file(root() . '/t/vectors.json'));
for my $case (@{ $vectors->{p256dh_validation} }) {
    next if $case->{accept};
    refused("p256dh $case->{name}", 'p256dh_invalid', '/push/subscribe',
        subscription(p256dh => $case->{p256dh}), field => 'subscription.keys.p256dh');
}
my @auth_cases = @{ $vectors->{auth_validation} };
for my $case (grep { !$_->{accept} || $_->{accept} =~ /^reject/ } @auth_cases) {
    refused("auth $case->{name}", 'auth_invalid', '/push/subscribe',
        subscription(auth => $case->{auth}), field => 'subscription.keys.auth');
}
refused('p256dh not base64', 'p256dh_invalid', '/push/subscribe', subscription(p256dh => '*' x 87));
my ($padded) = grep { $_->{accept} =~ /^lenient/ } @auth_cases;
is($http->post_json('/push/subscribe', subscription(auth => $padded->{auth}))->{status}, 200,
    'old spellings of base64 are taken');
$good++;
is(($edge->records('subscriptions'))[-1]{auth}, 'BTBZMqHH6r4Tts7J_aSIgg',
    'and written in the new one');

# ---- endpoints ----

my $host = 'updates.push.services.mozilla.com';
my %endpoints = (
    endpoint_invalid => [
        "http://$host/x", "//$host/x", '/x', "https://$host", "https://$host:8443/x",
        "https://user\@$host/x", "https://$host/x#y", "https://$host/x y", "HTTPS://$host/x",
        'https://[::1]/x', 'https:///x', "https://$host\\\@evil.example/x", "ftp://$host/x",
        "https://$host%2eevil.example/x", "https://UPDATES.push.services.mozilla.com/x",
        'javascript:alert(1)', ' ', 'https://localhost/x', 'https://127.0.0.1/x',
        'https://10.0.0.1/x',
        'https://169.254.169.254/latest/meta-data', 'https://2130706433/x', 'https://127.1/x',
    ],
    endpoint_host_refused => [
        'https://evil.example/x', "https://$host.evil.example/x",
        'https://evil-fcm.googleapis.com/x',
        'https://fcm.googleapis.com.evil.example/x',
        'https://permanently-removed.invalid/fcm/send/x', 'https://push.apple.com.evil.example/x',
        'https://push.self.example/x',
    ],
);
for my $code (sort keys %endpoints) {
    refused("endpoint $_", $code, '/push/subscribe', subscription(endpoint => $_),
        field => 'subscription.endpoint') for @{ $endpoints{$code} };
}
refused('an over-long endpoint', 'field_too_long', '/push/subscribe',
    subscription(endpoint => "https://$host/" . 'x' x 2048));
for my $own ('https://push.self.example/x', 'https://a.up.example/y') {
    is($http->post_json('/unifiedpush', subscription(endpoint => $own))->{status}, 200,
        "$own with webpush_endpoint_host");
    $good++;
}
refused('a host beside webpush_endpoint_host', 'endpoint_host_refused', '/unifiedpush',
    subscription(endpoint => 'https://evil-up.example/x'));

# ---- at the door ----

for my $origin (qw(https://evil.example null http://127.0.0.1 https://www.shop.example x)) {
    refused("Origin $origin", 'origin_forbidden', '/push/subscribe', subscription(),
        headers => [Origin => $origin]);
}
for my $site (qw(cross-site same-site Same-Origin)) {
    refused("Sec-Fetch-Site $site", 'origin_forbidden', '/push/event',
        { event => 'shown', token => $token },
        headers => ['Sec-Fetch-Site' => $site]);
}
is($http->post_json('/listed', subscription(), [Origin => 'https://shop.example'])->{status}, 200,
    'an origin of webpush_origin');
$good++;
refused('an origin that webpush_origin does not name', 'origin_forbidden', '/listed',
    subscription(),
    headers => [Origin => 'http://shop.example']);

# webpush_origin is for a changed Host, not for pages of another origin.
my @listed = (Origin => 'https://shop.example');
for my $site (qw(same-origin none)) {
    is($http->post_json('/listed', subscription(), [@listed, 'Sec-Fetch-Site' => $site])->{status},
        200, "an origin of webpush_origin, Sec-Fetch-Site $site");
    $good++;
}
for my $site (qw(same-site cross-site)) {
    refused("an origin of webpush_origin, Sec-Fetch-Site $site", 'origin_forbidden', '/listed',
        subscription(), headers => [@listed, 'Sec-Fetch-Site' => $site]);
    my $preflight = $http->request(OPTIONS => '/listed',
        headers => [@listed, 'Sec-Fetch-Site' => $site, 'Access-Control-Request-Method' => 'POST']);
    problem("its preflight, $site", $preflight, 'method_not_allowed');
    is_deeply([grep { /^access-control/ } keys %{ $preflight->{headers} }], [],
        "its preflight, $site: allows nothing");
    good_request_follows("its preflight, $site");
}

my %body_of = (
    subscribe => $valid,
    unsubscribe => JSON::PP::encode_json({ endpoint => new_endpoint(), n => 1 }),
    event => JSON::PP::encode_json({ event => 'shown', token => $token }),
);
my @types = (undef, 'text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', '');
for my $path (sort keys %body_of) {
    for my $type (@types) {
        my @headers = defined $type ? ('Content-Type' => $type) : ();
        my $name = "$path: Content-Type " . ($type // 'missing');
        my $answer = $http->request(POST => "/push/$path", headers => \@headers,
            body => $body_of{$path});
        problem($name, $answer, 'content_type_unsupported');
        good_request_follows($name);
    }
}
refused('a compressed body', 'content_encoding_unsupported', '/push/subscribe', "\x1f\x8b\x08",
    headers => ['Content-Encoding' => 'gzip']);

for my $method (qw(GET HEAD PUT DELETE PATCH OPTIONS)) {
    for my $path (qw(subscribe unsubscribe event)) {
        my $body = $method =~ /^P/ ? $valid : undef;
        my $answer = $http->request($method, "/push/$path", body => $body);
        is("$answer->{status} $answer->{headers}{allow}", '405 POST', "$method $path");
        problem("$method $path", $answer, 'method_not_allowed') if $method ne 'HEAD';
    }
    good_request_follows("after $method");
}

# ---- click links ----

my $link = $edge->click_token;
my %links = (
    'a forged link' => substr($link, 0, -3) . 'AAA',
    'a truncated link' => substr($link, 0, 40),
    "another site's link" => $edge->click_token(site => 'other'),
    'no token' => '',
);
for my $name (sort keys %links) {
    problem($name, $http->get("/push/c/$links{$name}"), 'link_unknown');
    good_request_follows($name);
}
problem('a link that is posted to', $http->post_json("/push/c/$link", '{}'), 'method_not_allowed');
good_request_follows('a link that is posted to');

# ---- size ----

my $large = subscription(extra => 'x' x 9000);
refused('a body of 9 kB', 'body_too_large', '/push/subscribe', $large);
refused('a body of 500 kB', 'body_too_large', '/push/subscribe',
    subscription(extra => 'x' x 500_000));
my $chunked = $http->request(POST => '/push/subscribe', chunked => 1,
    headers => ['Content-Type' => 'application/json'], body => JSON::PP::encode_json($large));
problem('9 kB in chunks', $chunked, 'body_too_large');
good_request_follows('9 kB in chunks');

# ---- refusals by nginx itself ----

refused('deny', 'forbidden', '/denied', subscription());
$http->post_json('/limited', 'x');
refused('limit_req', 'too_many_requests', '/limited', subscription());

problem('limit_except', $http->get('/blocks'), 'forbidden');
is($http->post_json('/blocks', subscription(), ['X-Any' => 1])->{status}, 200,
    'an "if" block is still the same location');
$good++;

my $answer = $http->post_json('/taken', subscription());
is("$answer->{status} $answer->{body}", '403 sorry', 'an error_page takes precedence');
good_request_follows('error_page');

# nginx closes the connection after these.
problem('client_max_body_size', $edge->client->post_json('/small', subscription()),
    'body_too_large');
my $broken = $edge->client;
$broken->send_raw("POST /push/subscribe HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
    . "Transfer-Encoding: chunked\r\n\r\nxyz\r\n");
problem('a broken chunk', $broken->read_answer, 'bad_request');
good_request_follows('on another connection');

unlike($edge->nginx->error_log, qr{wpush/v2|$token}, 'nothing secret in the error log');
# nginx's own wording; ours is at level info.
$edge->nginx->expect_log(
    qr/access forbidden|limiting requests|too large body|client sent invalid chunked body/);

done_testing();
