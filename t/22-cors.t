#!/usr/bin/env perl
# webpush_cors: pages of other hosts of the same owner.

use WebPush::Test;
use WebPush::Edge;
use WebPush::Http2;

my $edge = WebPush::Edge->new(
    http => 'limit_req_zone $uri zone=one:32k rate=1r/m;',
    server => <<'END',
listen 127.0.0.1:%%PORT2%% http2;
webpush_cors https://www.shop.example https://shop.example:8443;
location = /denied { webpush_subscribe; deny all; }
location = /limited { webpush_event; limit_req zone=one; limit_req_status 429; }
location = /closed { webpush_subscribe; webpush_cors https://elsewhere.example; }
location = /not-ours { return 204; }
location = /small { webpush_subscribe; client_max_body_size 100; }
END
)->run;
my $http = $edge->client;
my $origin = 'https://www.shop.example';
my @page = (Origin => $origin, 'Sec-Fetch-Site' => 'same-site');
my @asks = ('Access-Control-Request-Method' => 'POST',
    'Access-Control-Request-Headers' => 'content-type');

sub lets_read {
    my ($name, $answer) = @_;
    my %got = %{ $answer->{headers} };
    is($got{'access-control-allow-origin'}, $origin, "$name: names the origin");
    is($got{'access-control-allow-credentials'}, 'true', "$name: with credentials");
    is($got{vary}, 'Origin', "$name: for this origin only");
    return;
}

sub allows_nothing {
    my ($name, $answer) = @_;
    my @allowed = grep { /^access-control/ } sort keys %{ $answer->{headers} };
    return is("@allowed", '', "$name: allows nothing");
}

# ---- preflight ----

for my $path (qw(subscribe unsubscribe event)) {
    my $answer = $http->request(OPTIONS => "/push/$path", headers => [@page, @asks]);
    is("$answer->{status} $answer->{body}", '204 ', "$path: preflight");
    lets_read("$path: preflight", $answer);
    my %got = %{ $answer->{headers} };
    is_deeply([@got{map { "access-control-$_" } qw(allow-methods allow-headers max-age)}],
        ['POST', 'content-type', 7200], "$path: what it may");
    is($got{'content-length'}, undef, "$path: 204 has no length");
}
my $h2 = WebPush::Http2->new($edge->nginx->port(2));
my $over_h2 = $h2->request(OPTIONS => '/push/event', headers => [@page, @asks]);
is($over_h2->{status}, 204, 'preflight over HTTP/2');
lets_read('preflight over HTTP/2', $over_h2);

# ---- requests ----

for my $site (qw(same-site cross-site)) {
    my @from = (Origin => $origin, 'Sec-Fetch-Site' => $site);
    my $answer = $http->post_json('/push/subscribe', subscription(), \@from);
    is($answer->{status}, 200, "$site: subscribed");
    lets_read("$site: subscribed", $answer);
}
my $event = { event => 'shown', token => $edge->delivery_token };
my $answer = $http->post_json('/push/event', $event, [Origin => 'https://shop.example:8443']);
is("$answer->{status} $answer->{headers}{'access-control-allow-origin'}",
    '202 https://shop.example:8443', 'another origin of the list');
$answer = $h2->request(POST => '/push/event', headers => [@page, 'Content-Type' => 'application/json'],
    body => JSON::PP::encode_json($event));
is($answer->{status}, 202, 'over HTTP/2');
lets_read('over HTTP/2', $answer);

# ---- the page can read why it is refused ----

for my $case (
    ['a bad body', 'malformed_json', '/push/event', '{'],
    ['a forged token', 'token_invalid', '/push/event', { event => 'shown', token => 'x' }],
    ['deny', 'forbidden', '/denied', subscription()],
    ['limit_req', 'too_many_requests', '/limited', $event],
) {
    my ($name, $code, $path, $body) = @{$case};
    $http->post_json($path, $body, \@page) if $code eq 'too_many_requests';
    $answer = $http->post_json($path, $body, \@page);
    is($answer->{json}{code}, $code, "$name: refused");
    lets_read($name, $answer);
}
$answer = $http->request(GET => '/push/event', headers => \@page);
is($answer->{status}, 405, 'another method: refused');
lets_read('another method', $answer);
$answer = $edge->client->post_json('/small', subscription(), \@page);
is($answer->{status}, 413, 'client_max_body_size: refused');
lets_read('client_max_body_size', $answer);

# ---- others ----

for my $foreign (qw(https://evil.example http://www.shop.example https://www.shop.example.evil.example
    https://shop.example null))
{
    my @evil = (Origin => $foreign, 'Sec-Fetch-Site' => 'cross-site');
    $answer = $http->post_json('/push/subscribe', subscription(), \@evil);
    is("$answer->{status} $answer->{json}{code}", '403 origin_forbidden', "$foreign: refused");
    allows_nothing($foreign, $answer);
    is($answer->{headers}{vary}, 'Origin', "$foreign: the answer is not for all");
    $answer = $http->request(OPTIONS => '/push/subscribe', headers => [@evil, @asks]);
    is($answer->{status}, 405, "$foreign: no preflight");
    allows_nothing("$foreign: no preflight", $answer);
}
is($http->request(OPTIONS => '/push/event', headers => \@page)->{status}, 405,
    'OPTIONS that is no preflight');
$answer = $http->post_json('/push/subscribe', subscription(), ['Sec-Fetch-Site' => 'cross-site']);
is($answer->{status}, 403, 'another site without Origin: refused');
$answer = $http->post_json('/push/subscribe', subscription());
is($answer->{status}, 200, 'own pages need no listing');
allows_nothing('own pages', $answer);

$answer = $http->post_json('/closed', subscription(), \@page);
is($answer->{status}, 403, 'a location with a list of its own');
for my $path ($edge->click_link, '/not-ours') {
    $answer = $http->get($path, @page);
    allows_nothing($path =~ /ours/ ? 'a location that is not ours' : 'a click link', $answer);
}

$edge->nginx->expect_log(qr/access forbidden|limiting requests|too large body/);
done_testing();
