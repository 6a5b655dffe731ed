#!/usr/bin/env perl
# The files of conf-examples as an operator would take them: nginx.conf with TLS, the systemd unit.
# What the shop does with real browsers is in 60 to 62.

use WebPush::Test;
use WebPush::Edge;
use WebPush::Process qw(capture);
use WebPush::Shop;

use JSON::PP ();

# ---- nginx.conf ----

my $tls = test_dir() . '/tls';
mkdir $tls or die "mkdir $tls: $!";
my $made = capture([
    qw(openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2),
    qw(-subj /CN=shop.example -addext subjectAltName=DNS:shop.example),
    '-keyout', "$tls/key.pem", '-out', "$tls/fullchain.pem",
]);
is($made->{exit}, 0, 'a certificate for the shop') or diag($made->{stderr});

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
like(get("$shop/push/"), qr{^HTTP/2 403 }, 'no list of the files');
like(get("$shop/push/c/forged"), qr{^HTTP/2 302 .*^location: /\r$}ms,
    'a dead link leads to the shop');
like(get($shop . $edge->click_link(target => '/offers/lantern-week/')),
    qr{^HTTP/2 302 .*^location: /offers/lantern-week/\r$}ms, 'a click link to its page');

my $answer = get("$shop/push/subscribe", '-H', 'Content-Type: application/json',
    '-d', JSON::PP::encode_json(subscription()));
like($answer, qr{^HTTP/2 200 .*^set-cookie: __Host-webpush_visitor=}ms, 'a subscription');

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

# ---- webpushd.service ----

my $unit = read_file(root() . '/conf-examples/webpushd.service');
my $webpushd = build_path('webpushd');
ok($unit =~ s{^ExecStart=/usr/local/sbin/webpushd$}{ExecStart=$webpushd}m, 'starts webpushd');
my $file = write_file(test_dir() . '/webpushd.service', $unit);
my $verified = capture(['systemd-analyze', 'verify', '--man=no', $file]);
is($verified->{stderr} . $verified->{exit}, '0', 'systemd accepts the unit');

done_testing();

# Headers and body, as curl gets them.
sub get {
    my @arguments = @_;
    my $port = $arguments[0] =~ m{:(\d+)/} ? $1 : die "no port in $arguments[0]\n";
    my $result = capture(['curl', '-sS', '-i', '--cacert', "$tls/fullchain.pem",
        '--resolve', "shop.example:$port:127.0.0.1", @arguments]);
    return $result->{stdout} . $result->{stderr};
}
