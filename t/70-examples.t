#!/usr/bin/env perl
# The files of conf-examples as an operator would take them: nginx's configurations with TLS, the
# systemd unit, the file for logrotate. What the shop does with real browsers is in 60 to 62.

use WebPush::Test;
use WebPush::Edge;
use WebPush::Nginx;
use WebPush::Process qw(capture);
use WebPush::Shop;

use JSON::PP ();

# ---- nginx.conf ----

my $tls = test_dir() . '/tls';
mkdir $tls or die "mkdir $tls: $!";
my $made = capture([
    qw(openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2),
    qw(-subj /CN=shop.example -addext), 'subjectAltName=DNS:shop.example,DNS:blog.example,DNS:origin.shop.example',
    '-keyout', "$tls/key.pem", '-out', "$tls/fullchain.pem",
]);
is($made->{exit}, 0, 'a certificate for the sites') or diag($made->{stderr});

my $edge = WebPush::Edge->new;
my $public = $edge->edge_dir . '/default/public';
mkdir $public or die "mkdir $public: $!";
write_file("$public/config.json", '{"v":1}');
my $nginx = $edge->nginx;
$nginx->write_config(shop_config(edge => '%%EDGE%%', log => '%%LOG%%', tls => $tls));
$edge->run;

my $shop = 'https://shop.example:' . $nginx->port;
like(get("$shop/"), qr{^HTTP/2 200 .*^content-security-policy: default-src 'self'\r$}ms,
    'the shop');
for my $file (qw(sdk.js sw.js config.json)) {
    my $answer = get("$shop/push/$file");
    like($answer, qr{^HTTP/2 200 .*^cache-control: no-cache\r$}ms, "$file, always fresh");
    my $type = $file =~ /js$/ ? qr{application/javascript|text/javascript} : qr{application/json};
    like($answer, qr{^content-type: $type}m, "$file, of the right type");
}
my @compressed = ('-H', 'Accept-Encoding: gzip', '--output', '/dev/null', '--dump-header', '-');
like(get("$shop/push/sdk.js", @compressed), qr/^content-encoding: gzip\r$/m, 'scripts are compressed');
unlike(get("$shop/push/subscribe", @compressed), qr/^content-encoding:/m, 'answers are not');
like(get("$shop/push/"), qr{^HTTP/2 403 }, 'no list of the files');
like(get("$shop/push/c/forged"), qr{^HTTP/2 302 .*^location: /\r$}ms,
    'a dead link leads to the shop');
like(get($shop . $edge->click_link(target => '/offers/lantern-week/')),
    qr{^HTTP/2 302 .*^location: /offers/lantern-week/\r$}ms, 'a click link to its page');

my $answer = get("$shop/push/subscribe", '-H', 'Content-Type: application/json',
    '-d', JSON::PP::encode_json(subscription()));
like($answer, qr{^HTTP/2 200 .*^set-cookie: __Host-webpush_visitor=}ms, 'a subscription');

like(get("$shop/push/status"), qr{^HTTP/2 200 .*^webpush_workers 1$}ms, 'the counters');

my @impatient = ("$shop/push/event") x 100;
my ($first, @more) = split m{(?=HTTP/2 \d)}, get(@impatient, '-d', '{}');
like($first, qr{^HTTP/2 415 }, 'an ordinary refusal');
my ($limited) = grep { m{^HTTP/2 429 } } @more;
like($limited, qr{^content-type: application/problem\+json.*"code":"too_many_requests"}ms,
    'who asks too often is refused in the same way');
$nginx->expect_log(qr/limiting requests/);
$nginx->expect_log(qr/directory index of .* is forbidden/);

my $plain = 'http://shop.example:' . $nginx->port(2);
like(get("$plain/push/"), qr{^HTTP/1.1 301 .*^Location: https://shop.example/push/\r$}ms,
    'plain HTTP leads to https');

# ---- minimal.conf, several-sites.conf ----

my %edges;    # by their ports
my $upstream;
my $proxies;
my $minimal = example('minimal.conf', 'default');
like(get("https://shop.example:$minimal/push/sw.js"), qr{^HTTP/1.1 200 .*javascript.*^Cache-Control: no-cache\r$}ms, 'minimal.conf: the worker');
like(get("https://shop.example:$minimal/push/config.json"), qr{^HTTP/1.1 200 .*\{"v":1\}}ms, 'the settings');
is(join(' ', subscribed_sites($minimal, 'shop.example/push')), 'default', 'a subscription');

my $several = example('several-sites.conf', 'default', 'blog');
for my $path ('shop.example/push', 'blog.example/news') {
    my ($name, $folder) = split m{/}, $path;
    like(get("https://$name:$several/$folder/sdk.js"), qr{^HTTP/2 200 }, "several-sites.conf: scripts of $name");
    like(get("https://$name:$several/$folder/c/forged"), qr{^HTTP/2 302 }, "click links of $name");
}
is(join(' ', subscribed_sites($several, 'shop.example/push', 'blog.example/news')), 'default blog',
    'each site has its subscriptions');

# ---- visits.conf ----

$upstream = WebPush::Nginx->new(module => 0, config => <<'END');
%%GLOBALS%%
events {}
http {
    %%HTTP%%
    server {
        listen 127.0.0.1:%%PORT%%;
        location = /checkout { add_header X-Order-Amount 19.90; return 303 /offers/lantern-week/; }
        location /api/ { return 503; }
    }
}
END
$upstream->run;
my $visited = example('visits.conf', 'default');
my $visits = $edges{$visited};
my @cookie = ('-b', '__Host-webpush_visitor=' . $visits->visitor_token(sub => endpoint_id('visitor')));
my $page = "https://shop.example:$visited";
get($page . $visits->click_link(target => '/offers/lantern-week/'));
like(get("$page/offers/lantern-week/", @cookie), qr{^HTTP/2 200 }, 'visits.conf: a landing page');
my $bought = get("$page/checkout", @cookie, '-d', 'lantern=1');
like($bought, qr{^HTTP/2 303 }, 'an order');
unlike($bought, qr/^x-order-amount/m, 'whose amount is between the shop and nginx');
get("$page/api/prices", @cookie);
my @told;
wait_for {
    @told = grep { $_->{k} ne 'click' } $visits->records('events');
    @told >= 4;
} 'what they tell';
delete @$_{qw(t site sub ms max)} for @told;
is_deeply([grep { $_->{k} eq 'visit' } @told], [
    { k => 'visit', section => 'offers' }, { k => 'visit', section => 'checkout', amount => '19.90' },
], 'who was where');
is_deeply([sort { $a->{of} cmp $b->{of} } grep { $_->{k} eq 'landing' } @told], [
    { k => 'landing', of => 'all', '5xx' => 1 }, { k => 'landing', of => 'click', '2xx' => 1 },
], 'and how it was answered');

# ---- high-traffic.conf ----

my $high = example('high-traffic.conf', 'default');
my $busy = $edges{$high};
my $address = "https://shop.example:$high";
for my $script (qw(sdk.js sw.js config.json)) {
    like(get("$address/push/$script"), qr{^HTTP/2 200 .*^cache-control: no-cache\r$}ms, "high-traffic.conf: $script");
}
is(join(' ', subscribed_sites($high, 'shop.example/push')), 'default', 'a subscription');
like(get($address . $busy->click_link(target => '/offers/')), qr{^HTTP/2 302 .*^location: /offers/\r$}ms, 'a click link');
my $event = JSON::PP::encode_json({ event => 'shown', token => $busy->delivery_token(run => 7) });
my @repeated = split m{(?=HTTP/2 \d)}, get(("$address/push/event") x 202, '-H', 'Content-Type: application/json', '-d', $event);
is(scalar(grep { m{^HTTP/2 202 } } @repeated), 200, 'an event that is repeated 200 times');
like($repeated[-1], qr{^HTTP/2 429 .*^retry-after: \d{5}\r\n.*"code":"too_many_requests"}ms, 'is not taken any more that day');
like(get('http://127.0.0.1:' . $busy->nginx->port(3) . '/metrics'),
    qr{^webpush_requests_total\{.*result="too_many_requests".*\} 2$}m, 'which the metrics tell');
$busy->nginx->stop;
my $push_log = read_file($busy->nginx->dir . '/logs/push.log');
is(scalar(() = $push_log =~ / 429 shown too_many_requests /g), 2, 'and a log, of which all is written at the end');
unlike($push_log, qr/sdk\.js| - - /, 'without the files');

# ---- behind-cdn.conf ----

my @from_cdn = (
    '-H', 'X-Forwarded-For: 198.51.100.7, 203.0.113.9', '-H', 'CDN-Country: DE', '-H', 'CDN-City: Bonn',
    '-H', 'Content-Type: application/json', '-H', 'Sec-Fetch-Site: same-origin',
);
for my $case (['127.0.0.0/8', '203.0.113.9', 'DE', 'Bonn'], ['192.0.2.0/24', '127.0.0.1', undef, undef]) {
    my ($network, $client, @place) = @$case;
    $proxies = $network;
    my $port = example('behind-cdn.conf', 'default');
    my $url = "https://origin.shop.example:$port/push/subscribe";
    my $body = JSON::PP::encode_json(subscription());
    like(get($url, @from_cdn, '-H', 'Origin: https://shop.example', '-d', $body), qr{^HTTP/1.1 200 .*^Cache-Control: no-store\r$}ms,
        "behind-cdn.conf, of $network: a page of the shop");
    my ($made) = $edges{$port}->records('subscriptions');
    is_deeply([@$made{qw(country city)}], \@place, 'where the visitor is, if the CDN says so');
    like(get($url, @from_cdn, '-H', 'Origin: https://evil.example', '-d', $body), qr{^HTTP/1.1 403 }, 'a page of others');
    wait_for { 2 == (() = $edges{$port}->nginx->access_log =~ /\n/g) } 'the access log';
    is_deeply([$edges{$port}->nginx->access_log =~ /^(\S+) /mg], [$client, $client], 'whose address it is');
    like(get("https://origin.shop.example:$port/push/sw.js"), qr{^HTTP/1.1 200 }, 'files');
}

# ---- webpushd.service ----

my $unit = read_file(root() . '/conf-examples/webpushd.service');
my $webpushd = build_path('webpushd');
ok($unit =~ s{^ExecStart=/usr/local/sbin/webpushd$}{ExecStart=$webpushd}m, 'starts webpushd');
my $file = write_file(test_dir() . '/webpushd.service', $unit);
my $verified = capture(['systemd-analyze', 'verify', '--man=no', $file]);
is($verified->{stderr} . $verified->{exit}, '0', 'systemd accepts the unit');

# ---- webpush.logrotate ----

my $logs = owned_dir('logs');
my %age = ('events-web1-1-7-1.jsonl' => 401, 'events-web1-2-7-1.jsonl' => 300, 'subscriptions-web1-1-7-1.jsonl' => 401);
for my $log (keys %age) {
    my $path = write_file("$logs/$log", "{}\n");
    utime((time - $age{$log} * 86400) x 2, $path) or die "utime: $!";
}
my $rules = read_file(root() . '/conf-examples/webpush.logrotate');
$rules =~ s{/var/lib/webpush/log}{$logs};
$rules =~ s/^ *su .*\n//m if $> != 0;
my $rule_file = write_file(test_dir() . '/webpush.logrotate', $rules);
my $known = join '', map { qq("$logs/$_" 2026-1-1-0:0:0\n) } sort keys %age;
my $seen_before = write_file(test_dir() . '/logrotate.state', "logrotate state -- version 2\n$known");
chmod 0600, $seen_before or die "chmod: $!";
my $rotated = capture(['logrotate', '--state', $seen_before, $rule_file]);
is($rotated->{exit} . $rotated->{stderr}, '0', 'logrotate accepts the file');
my @left = map { m{([^/]+)$} } glob "$logs/*";
is("@left", 'events-web1-2-7-1.jsonl subscriptions-web1-1-7-1.jsonl', 'only old event logs are deleted');

done_testing();

# Starts nginx with the example and its sites' files, and returns its port.
sub example {
    my ($file, @sites) = @_;
    my %folder = (edge => '%%EDGE%%', log => '%%LOG%%', tls => $tls);
    $folder{upstream} = '127.0.0.1:' . $upstream->port if $upstream;
    $folder{proxies} = $proxies if $proxies;
    my $run = WebPush::Edge->new;
    for my $site (@sites) {
        $run->add_site($site) if $site ne 'default';
        my $folder = $run->edge_dir . "/$site/public";
        mkdir $folder or die "mkdir $folder: $!";
        write_file("$folder/config.json", '{"v":1}');
    }
    $run->nginx->write_config(example_config($file, %folder));
    $run->run;
    my $port = $run->nginx->port;
    $edges{$port} = $run;
    return $port;
}

# Subscribes at each "host/folder", and tells the sites of the records.
sub subscribed_sites {
    my ($port, @paths) = @_;
    for my $path (@paths) {
        my ($name, $folder) = split m{/}, $path;
        like(get("https://$name:$port/$folder/subscribe", '-H', 'Content-Type: application/json',
            '-H', "Origin: https://$name:$port", '-d', JSON::PP::encode_json(subscription())),
            qr{^HTTP/\S+ 200 }, "subscribed at $path");
    }
    return map { $_->{site} } $edges{$port}->records('subscriptions');
}

# Headers and body, as curl gets them.
sub get {
    my @arguments = @_;
    my ($name, $port) = $arguments[0] =~ m{//([\w.]+):(\d+)/} or die "no port in $arguments[0]\n";
    my $result = capture(['curl', '-sS', '-i', '--cacert', "$tls/fullchain.pem",
        '--resolve', "$name:$port:127.0.0.1", @arguments]);
    return $result->{stdout} . $result->{stderr};
}
