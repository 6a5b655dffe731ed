#!/usr/bin/env perl
# The debug log (error_log ... debug) tells what the module has decided about a request, and no secret.

use WebPush::Test;
use WebPush::Crypt;
use WebPush::Edge;

my $edge = WebPush::Edge->new(
    log_level => 'debug',
    http => 'webpush_cors https://www.shop.example;',
    server => <<'END');
webpush_landing clicked;
location /page { webpush_visit on; return 200 page; }
location = /few { webpush_subscribe; webpush_limit_subscriptions $uri 1; }
location = /identify { webpush_event; webpush_contact_unsigned on; }
END
$edge->add_site('default', 8, 7);
$edge->run;
my $nginx = $edge->nginx;
my $http = $edge->client;

my $read = 0;

# Waits for a line of the module's for each pattern, in this order, since the last call. Without what nginx
# puts before it.
sub tells {
    my ($name, @patterns) = @_;
    my $all = join '.*\n(?:.*\n)*?.*', @patterns;
    my $text;
    eval { wait_for { $text = lines(substr $nginx->error_log, $read); $text =~ $all } $name };
    $read = length $nginx->error_log;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    return like($text, qr/$all/, $name);
}

sub lines { return join '', map { "$_\n" } $_[0] =~ /\[debug\] .*? (webpush: .*)/g }

# ---- what was read ----

tells('the keys of the configuration', qr/site "default" has 2 link keys, 8 signs, and 1 VAPID keys/);

# ---- subscriptions ----

my $endpoint = new_endpoint();
my $id = endpoint_id($endpoint);
my $subscription = subscription(endpoint => $endpoint);
my $answer = $http->post_json('/push/subscribe', $subscription);
my ($cookie) = $answer->{headers}{'set-cookie'} =~ /=([^;]+)/;
my @visitor = (Cookie => "__Host-webpush_visitor=$cookie");
tells('a subscription',
    qr/request for "subscribe" of site "default" from a page of the site/,
    qr/subscribe, VAPID key not told, its visitor cookie is not there/,
    qr/parked for the sync, 1 wait/,
    qr/batch of 1 requests, \d{3} bytes/,
    qr/batch of 1 requests synced in \d+ us/,
    qr/\d+ bytes written to the log/,
    qr/"subscribe" answered 200 "accepted"/);

$http->post_json('/push/subscribe', { %$subscription, kind => 'refresh', vapid => 'stranger' }, \@visitor);
tells('a visit',
    qr/visitor cookie of link key 8 verifies/,
    qr/refresh, VAPID key not loaded, its visitor cookie is there/,
    qr/"refresh" answered 200 "accepted"/);

$http->post_json('/push/subscribe', '{}', [Origin => 'https://evil.example']);
tells('a stranger', qr/from a page of another origin/, qr/"subscribe" answered 403 "origin_forbidden"/);
$http->post_json('/push/unsubscribe', '{}', [Origin => 'https://www.shop.example']);
tells('a page of the same owner', qr/from a page of webpush_cors/, qr/"unsubscribe" answered 422 "field_missing"/);

$http->post_json('/few', subscription()) for 1 .. 2;
tells('a limit', qr/1 limits, refused by ""/, qr/1 limits, refused by "subscriptions"/,
    qr/"subscribe" answered 429 "too_many_requests"/);

# ---- events ----

my $token = $edge->delivery_token(sub => $id, key => 1);
my $forged = substr($token, 0, -4) . 'AAAA';
$http->post_json('/push/event', { event => 'shown', token => $token, ago => 7000 });
tells('an event with a token of the other generation',
    qr/delivery token of link key 7 verifies/,
    qr/event "shown" of 7000 ms ago: good/,
    qr/\d+ bytes written to the log/,
    qr/"shown" answered 202 "accepted"/);
my $profile = { event => 'profile', attributes => { diagnosis => 'gout' } };
$http->post_json('/push/event', { events => [{ event => 'closed', token => $forged }, $profile] });
tells('a batch',
    qr/delivery token of link key 7 does not verify/, qr/event "closed" of 0 ms ago: token_invalid/,
    qr/event "profile" of 0 ms ago: visitor_unknown/, qr/"batch" answered 202 "token_invalid"/);
my %claim = (event => 'identify', contact => 'anna@shop.example', proof => 'p' x 43);
$http->post_json($_, \%claim, \@visitor) for qw(/push/event /identify);
tells('a claim',
    qr/contact of the page is not proven, unsigned ones are refused/, qr/"identify" answered 403 "contact_unproven"/,
    qr/contact of the page is not proven, unsigned ones are believed/, qr/"identify" answered 200 "accepted"/);

# ---- clicks, visits, landing pages ----

my @links = ($edge->click_token(action => 'buy', target => '/page?secret'),
    $edge->click_token(key => 1, target => 'https://elsewhere.example/secret'), 'forged');
$http->get("/push/c/$_") for @links;
tells('clicks',
    qr/click link of link key 8 verifies/, qr/click on a button leads to a path, link is -?\d+ s old$/m,
    qr/"click" answered 302 "accepted"/,
    qr/click link of link key 7 verifies/, qr/click on the notification leads to another origin/,
    qr/malformed click link/, qr/"click" answered 404 "link_unknown"/);
$http->get("/push/c/$links[0]", 'Sec-Purpose' => 'prefetch');
tells('a prefetch', qr/, prefetched$/m, qr/"click" answered 302 "uncounted"/);

$http->get('/page?secret', @visitor);
$http->get('/page', @visitor);
$http->get('/page', Cookie => "__Host-webpush_visitor=$forged");
$http->get('/page');
tells('visits',
    qr/visit of site "default": accepted/, qr/answer 2xx in \d+ ms counts for clicks/,
    qr/visit of site "default": throttled/,
    qr/visitor cookie of link key 7 does not verify/, qr/visit of site "default": visitor_unknown/,
    qr/visit of site "default": nobody's/);

# ---- no secrets ----

# nginx itself tells headers and URIs, so for what stands in these the module's lines count.
my $all = $nginx->error_log;
my $ours = join "\n", map { s/, client: .*//r } $all =~ /(webpush: .*)/g;
my %secret = (endpoint => $endpoint, %{ $subscription->{subscription}{keys} },
    'delivery token' => $token, 'forged token' => $forged, attribute => 'gout', contact => 'anna@', proof => $claim{proof});
for my $name (sort keys %secret) {
    cmp_ok(length $secret{$name}, '>', 3, "$name: is something");
    my $where = $name eq 'forged token' ? $ours : $all;    # once sent as a cookie, too
    is(index($where, $secret{$name}), -1, "$name: nowhere in the log");
}
my @octets = map { $_->{key} } @{ $edge->{keys}{default} };
for my $key (map { ($_, encode_base64url($_), unpack 'H*', $_) } @octets) {
    is(index($all, $key), -1, 'link key: nowhere in the log');
}
for my $secret ($cookie, @links[0, 1], '127.0.0.1', 'secret') {
    is(index($ours, $secret), -1, "the module does not tell $secret");
}

done_testing();
