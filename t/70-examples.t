#!/usr/bin/env perl
# The files of conf-examples as an operator would take them: nginx's configurations with TLS, the
# systemd unit, the file for logrotate. What the shop does with real browsers is in 60 to 62.

use WebPush::Test;
use WebPush::Edge;
use WebPush::Example;
use WebPush::Nginx;
use WebPush::Process qw(capture);

use JSON::PP ();

# ---- nginx.conf ----

my $shop = WebPush::Example->start('nginx.conf');
my $at = 'https://shop.example';
like($shop->get("$at/"), qr{^HTTP/2 200 .*^content-security-policy: default-src 'self'\r$}ms,
    'the shop');
for my $file (qw(sdk.js sw.js config.json)) {
    my $answer = $shop->get("$at/push/$file");
    like($answer, qr{^HTTP/2 200 .*^cache-control: no-cache\r$}ms, "$file, always fresh");
    my $type = $file =~ /js$/ ? qr{application/javascript|text/javascript} : qr{application/json};
    like($answer, qr{^content-type: $type}m, "$file, of the right type");
}
my @compressed = ('-H', 'Accept-Encoding: gzip', '--output', '/dev/null', '--dump-header', '-');
like($shop->get("$at/push/sdk.js", @compressed), qr/^content-encoding: gzip\r$/m, 'scripts are compressed');
unlike($shop->get("$at/push/subscribe", @compressed), qr/^content-encoding:/m, 'answers are not');
like($shop->get("$at/push/"), qr{^HTTP/2 403 }, 'no list of the files');
like($shop->get("$at/push/c/forged"), qr{^HTTP/2 302 .*^location: /\r$}ms,
    'a dead link leads to the shop');
like($shop->get($at . $shop->edge->click_link(target => '/offers/lantern-week/')),
    qr{^HTTP/2 302 .*^location: /offers/lantern-week/\r$}ms, 'a click link to its page');
like($shop->subscribe("$at/push/"), qr{^set-cookie: __Host-webpush_visitor=}m, 'with a cookie');
like($shop->get("$at/push/status"), qr{^HTTP/2 200 .*^webpush_workers 1$}ms, 'the counters');

my @impatient = ("$at/push/event") x 100;
my ($first, @more) = split m{(?=HTTP/2 \d)}, $shop->get(@impatient, '-d', '{}');
like($first, qr{^HTTP/2 415 }, 'an ordinary refusal');
my ($limited) = grep { m{^HTTP/2 429 } } @more;
like($limited, qr{^content-type: application/problem\+json.*"code":"too_many_requests"}ms,
    'who asks too often is refused in the same way');
$shop->nginx->expect_log(qr/limiting requests/);
$shop->nginx->expect_log(qr/directory index of .* is forbidden/);

like($shop->get('http://shop.example/push/'), qr{^HTTP/1.1 301 .*^Location: $at/push/\r$}ms,
    'plain HTTP leads to https');

# ---- minimal.conf, several-sites.conf ----

my $minimal = WebPush::Example->start('minimal.conf');
like($minimal->get("$at/push/sw.js"), qr{^HTTP/1.1 200 .*javascript.*^Cache-Control: no-cache\r$}ms,
    'minimal.conf: the worker');
like($minimal->get("$at/push/config.json"), qr{^HTTP/1.1 200 .*\{"v":1\}}ms, 'the settings');
$minimal->subscribe("$at/push/");
my $shown = { event => 'shown', token => $minimal->edge->delivery_token(run => 7) };
like($minimal->post("$at/push/event", $shown), qr{^HTTP/1.1 202 }, 'an event');
like($minimal->get($at . $minimal->edge->click_link(target => '/offers/')),
    qr{^HTTP/1.1 302 .*^Location: /offers/\r$}ms, 'a click link');
like($minimal->get("$at/push/c/forged"), qr{^HTTP/1.1 404 }, 'and a dead one');
like($minimal->post("$at/push/unsubscribe", { endpoint => new_endpoint(), n => 1 }), qr{^HTTP/1.1 200 },
    'who leaves');
wait_for { kinds($minimal->edge) eq 'subscribe unsubscribe | subscribed shown click left' } 'all of it in the logs';

my $several = WebPush::Example->start('several-sites.conf', sites => ['default', 'blog']);
for my $folder ("$at/push", 'https://blog.example/news') {
    like($several->get("$folder/sdk.js"), qr{^HTTP/2 200 }, "several-sites.conf: scripts of $folder");
    like($several->get("$folder/c/forged"), qr{^HTTP/2 302 }, 'click links');
    $several->subscribe("$folder/");
}
is(join(' ', map { $_->{site} } $several->edge->records('subscriptions')), 'default blog',
    'each site has its subscriptions');

# ---- visits.conf ----

my $software = WebPush::Nginx->new(module => 0, config => <<'END');
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
$software->run;
my $upstream = '127.0.0.1:' . $software->port;
my $visited = WebPush::Example->start('visits.conf', upstream => $upstream);
my @cookie = ('-b', '__Host-webpush_visitor=' . $visited->edge->visitor_token(sub => endpoint_id('visitor')));
$visited->get($at . $visited->edge->click_link(target => '/offers/lantern-week/'));
like($visited->get("$at/offers/lantern-week/", @cookie), qr{^HTTP/2 200 }, 'visits.conf: a landing page');
my $bought = $visited->get("$at/checkout", @cookie, '-d', 'lantern=1');
like($bought, qr{^HTTP/2 303 }, 'an order');
unlike($bought, qr/^x-order-amount/m, 'whose amount is between the shop and nginx');
$visited->get("$at/api/prices", @cookie);
my @told;
wait_for {
    @told = grep { $_->{k} ne 'click' } $visited->edge->records('events');
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

my $busy = WebPush::Example->start('high-traffic.conf', upstream => $upstream);
for my $script (qw(sdk.js sw.js config.json)) {
    like($busy->get("$at/push/$script"), qr{^HTTP/2 200 .*^cache-control: no-cache\r$}ms, "high-traffic.conf: $script");
}
$busy->subscribe("$at/push/");
like($busy->get($at . $busy->edge->click_link(target => '/offers/')), qr{^HTTP/2 302 .*^location: /offers/\r$}ms, 'a click link');
my $event = JSON::PP::encode_json({ event => 'shown', token => $busy->edge->delivery_token(run => 7) });
my @repeated = split m{(?=HTTP/2 \d)}, $busy->post("$at/push/event", $event, ("$at/push/event") x 201);
is(scalar(grep { m{^HTTP/2 202 } } @repeated), 200, 'an event that is repeated 200 times');
like($repeated[-1], qr{^HTTP/2 429 .*^retry-after: \d{5}\r\n.*"code":"too_many_requests"}ms, 'is not taken any more that day');
like($busy->get('http://127.0.0.1:8081/metrics'),
    qr{^webpush_requests_total\{.*result="too_many_requests".*\} 2$}m, 'which the metrics tell');
$busy->nginx->stop;
my $push_log = read_file($busy->nginx->dir . '/logs/push.log');
is(scalar(() = $push_log =~ / 429 shown too_many_requests /g), 2, 'and a log, of which all is written at the end');
unlike($push_log, qr/sdk\.js| - - /, 'without the files');

# ---- behind-cdn.conf ----

my $behind = 'https://origin.shop.example/push';
my @from_cdn = (
    '-H', 'X-Forwarded-For: 198.51.100.7, 203.0.113.9', '-H', 'CDN-Country: DE', '-H', 'CDN-City: Bonn',
    '-H', 'Sec-Fetch-Site: same-origin',
);
for my $case (['127.0.0.0/8', '203.0.113.9', 'DE', 'Bonn'], ['192.0.2.0/24', '127.0.0.1', undef, undef]) {
    my ($network, $client, @place) = @$case;
    my $example = WebPush::Example->start('behind-cdn.conf', proxies => $network);
    like($example->post("$behind/subscribe", subscription(), @from_cdn, '-H', "Origin: $at"),
        qr{^HTTP/1.1 200 .*^Cache-Control: no-store\r$}ms, "of $network: a page of the shop");
    my ($made) = $example->edge->records('subscriptions');
    is_deeply([@$made{qw(country city)}], \@place, 'where the visitor is, if the CDN says so');
    like($example->post("$behind/subscribe", subscription(), @from_cdn, '-H', 'Origin: https://evil.example'),
        qr{^HTTP/1.1 403 }, 'a page of others');
    wait_for { 2 == (() = $example->nginx->access_log =~ /\n/g) } 'the access log';
    is_deeply([$example->nginx->access_log =~ /^(\S+) /mg], [$client, $client], 'whose address it is');
    like($example->get("$behind/sw.js"), qr{^HTTP/1.1 200 }, 'files');
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

# ---- no file is forgotten ----

my $readme = read_file(root() . '/README.md');
my $tests = join '', map { read_file($_) } grep { !/70-examples/ } glob root() . '/t/*.t';
$tests .= read_file(__FILE__) =~ s/^# ----.*//mgr;
for my $path (glob root() . '/conf-examples/*') {
    my ($name) = $path =~ m{([^/]+)$};
    like($readme, qr{^\| \[\Q$name\E\]\(conf-examples/\Q$name\E\) \|}m, "$name is in the README");
    like($tests, qr/\b\Q$name\E['"]/, "$name is run by a test") if -f $path;
}

done_testing();

# What the subscription and the event log hold, in their order.
sub kinds {
    my ($edge) = @_;
    return join ' | ', map { join ' ', map { $_->{k} } $edge->records($_) } qw(subscriptions events);
}
