#!/usr/bin/env perl
# conf-examples/several-hosts.conf: each host where people subscribe is complete in itself, pages of another
# host of the owner tell what subscribers read, in a real browser, too, and strangers get nowhere.

use WebPush::Test;
use WebPush::Browser;
use WebPush::Edge;
use WebPush::Example;

my $example = WebPush::Example->start('several-hosts.conf');
my $edge = $example->edge;
my $shop = 'https://shop.example';
my $mobile = 'https://m.shop.example';
my $blog = 'https://blog.shop.example';

# ---- each host by itself ----

my %cookie;    # a subscriber's, by host
for my $host ($shop, $mobile, 'https://www.shop.example') {
    for my $file (qw(sdk.js sw.js config.json)) {
        like($example->get("$host/push/$file"), qr{^HTTP/2 200 .*^cache-control: no-cache\r$}ms, "$host: $file");
    }
    my $answer = $example->subscribe("$host/push/");
    ($cookie{$host}) = $answer =~ /^set-cookie: (__Host-webpush_visitor=[^;]+)/m;
    ok($cookie{$host}, 'and got a cookie');
    like($example->get($host . $edge->click_link(target => '/offers/')),
        qr{^HTTP/2 302 .*^location: /offers/\r$}ms, 'a click link');
}
is(join(' ', map { $_->{site} } $edge->records('subscriptions')), 'default default default', 'in one audience');

like($example->get('https://www.shop.example/offers/'), qr{^HTTP/2 301 .*^location: \Q$shop\E/offers/\r$}ms,
    'pages of www have moved');
like($example->get("$blog/push/subscribe"), qr{^HTTP/2 404 }, 'nobody subscribes at the blog');

# ---- visits, by the cookie of each host ----

for my $host ($shop, $mobile) {
    like($example->get("$host/", '-b', $cookie{$host}), qr{^HTTP/2 200 }, "a page of $host");
}
is_deeply([map { [@$_{qw(section sub)}] } grep { $_->{k} eq 'visit' } $edge->records('events')],
    [['shop', subscriber($shop)], ['mobile', subscriber($mobile)]], 'is a visit of its subscriber');

# ---- what the blog's pages may ask, and what others ----

my @asks = ('-X', 'OPTIONS', '-H', 'Access-Control-Request-Method: POST', '-H',
    'Access-Control-Request-Headers: content-type', '-H', 'Sec-Fetch-Site: same-site');
my @page = ('-H', 'Sec-Fetch-Site: same-site', '-b', $cookie{$shop});
my $read = { event => 'track', name => 'read', properties => { topic => 'lanterns' } };

my $lets = qr{^access-control-allow-origin: \Q$blog\E\r\naccess-control-allow-credentials: true\r$}m;
my $answer = $example->get("$shop/push/event", @asks, '-H', "Origin: $blog");
like($answer, qr{^HTTP/2 204 }, 'the blog: preflight');
like($answer, $lets, 'with credentials');
$answer = $example->post("$shop/push/event", $read, @page, '-H', "Origin: $blog");
like($answer, qr{^HTTP/2 202 }, 'the blog: what a subscriber reads');
like($answer, $lets, 'and the page sees the answer');
is_deeply([reading()], [[subscriber($shop), 'lanterns']], 'which is recorded');

for my $origin ($mobile, 'https://evil.example', 'https://blog.shop.example.evil.example', 'http://blog.shop.example') {
    like($example->get("$shop/push/event", @asks, '-H', "Origin: $origin"), qr{^HTTP/2 405 }, "$origin: no preflight");
    $answer = $example->post("$shop/push/event", $read, @page, '-H', "Origin: $origin");
    like($answer, qr{^HTTP/2 403 .*"code":"origin_forbidden"}ms, 'nothing said');
    unlike($answer, qr{^access-control}m, 'nothing seen');
}
for my $endpoint (qw(subscribe unsubscribe)) {
    like($example->post("$shop/push/$endpoint", subscription(), @page, '-H', "Origin: $blog"), qr{^HTTP/2 403 },
        "the blog: no $endpoint");
}

# ---- the same in a browser, which does preflight, cookies and refusals by its own rules ----

my $browser = start_browser();
for my $host ($mobile, $shop) {
    $browser->visit("$host/");
    is(worker("$host/push/"), "$host/push/", "Chromium: a worker of $host");
}
my $endpoint = new_endpoint();
my $subscribed = fetch('/push/subscribe', subscription(endpoint => $endpoint), 'same-origin');
is($subscribed, 200, 'Chromium: subscribed at the shop');
$browser->visit("$blog/");
is(worker("$shop/push/"), 'SecurityError', 'Chromium: the blog cannot have the worker of the shop');
is(fetch("$shop/push/event", $read, 'include'), 202, 'Chromium: read in the blog');
is_deeply([reading()], [[subscriber($shop), 'lanterns'], [endpoint_id($endpoint), 'lanterns']],
    'by the subscriber of the shop');
is(fetch("$shop/push/event", $read, 'omit'), '403 visitor_unknown', 'Chromium: nobody without the cookie');
$browser->visit('https://evil.example/');
is(fetch("$shop/push/event", $read, 'include'), 'TypeError', 'Chromium: a page of strangers cannot');
is(scalar(my @all = reading()), 2, 'and did not');

$example->nginx->expect_log(qr{/(?:favicon\.ico|push/subscribe|push/sdk\.js)" failed \(2: No such file});
done_testing();

# The id in the cookie that the edge has set: after version and key.
sub subscriber {
    my ($host) = @_;
    my ($token) = $cookie{$host} =~ /=(.+)/;
    return WebPush::Crypt::encode_base64url(substr WebPush::Crypt::decode_base64url($token), 2, 16);
}

# [subscription, topic] of what was read.
sub reading { return map { [$_->{sub}, $_->{properties}{topic}] } grep { $_->{k} eq 'track' } $edge->records('events') }

sub start_browser {
    my $port = $example->nginx->port;
    my @rules = map { "MAP $_:443 127.0.0.1:$port" } qw(shop.example *.shop.example evil.example);
    return WebPush::Browser->start('chromium', origin => $shop,
        trusts => WebPush::Example::tls_folder() . '/fullchain.pem',
        arguments => [
            '--proxy-bypass-list=*.example',    # the proxy is there to keep it off the network
            '--host-resolver-rules=' . join(',', @rules),
        ]);
}

# The scope of the worker that the page registers, or the error's name.
sub worker {
    my ($folder) = @_;
    return $browser->evaluate(<<"JS");
navigator.serviceWorker.register('${folder}sw.js', { scope: '$folder' })
    .then((registration) => registration.scope).catch((error) => error.name)
JS
}

# The status of the answer as the page sees it, and the code of a refusal; or the error's name.
sub fetch {
    my ($url, $body, $credentials) = @_;
    my $text = JSON::PP->new->allow_nonref->encode(JSON::PP::encode_json($body));
    return $browser->evaluate(<<"JS");
fetch('$url', { method: 'POST', credentials: '$credentials', headers: { 'Content-Type': 'application/json' }, body: $text })
    .then(async (answer) => answer.ok ? answer.status : answer.status + ' ' + (await answer.json()).code)
    .catch((error) => error.name)
JS
}
