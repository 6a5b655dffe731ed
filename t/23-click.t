#!/usr/bin/env perl
# The link behind a notification: verified, recorded, led on, whatever happens to the record.

use WebPush::Test;
use WebPush::Crypt;
use WebPush::Edge;

use constant DAY => 24 * 3600;

my $edge = WebPush::Edge->new;
$edge->add_site('other');
$edge->nginx->write_config($edge->config =~ s{(?=location /push/c/)}{
        location /fallback/c/ { webpush_click; webpush_click_fallback /?from=push; }
        location /short/c/ { webpush_click; webpush_click_max_age 1h; }
        location /rewritten/c/ { rewrite ^/rewritten/c/(.+) \$1 break; webpush_click; }
    }r);
$edge->run;
my $http = $edge->client;
my $id = endpoint_id(new_endpoint());

# ---- a click ----

my $answer = $http->get($edge->click_link(run => 12, sub => $id, target => '/sale?a=1&b=%20',
    action => 'buy'));
is($answer->{status}, 302, 'led on');
is($answer->{headers}{location}, '/sale?a=1&b=%20', 'to the target as it was signed');
is($answer->{headers}{'cache-control'}, 'no-store', 'every click reaches us');
is($answer->{headers}{'referrer-policy'}, 'no-referrer', 'the token is not passed on');
is($answer->{headers}{'content-length'}, 0, 'without a body');
is($answer->{body}, '', 'really');

my ($record) = $edge->records('events');
cmp_ok(abs(delete($record->{t}) - 1000 * time), '<', 5000, 'the record has the time');
is_deeply($record, { k => 'click', site => 'default', run => 12, sub => $id, action => 'buy' },
    'and what the link says');

my $elsewhere = 'https://elsewhere.example/landing?x=1#top';
is($http->get($edge->click_link(target => $elsewhere))->{headers}{location}, $elsewhere,
    'a target elsewhere is an absolute one');
ok(!exists(($edge->records('events'))[-1]{action}), 'the notification itself has no action');

is($http->get('/rewritten/c/' . $edge->click_token(target => '/bare'))->{headers}{location}, '/bare',
    'a rewritten URI may be the token alone');

# ---- age ----

for my $case (['89 days', 89 * DAY, 0, '/push/c/'], ['91 days', 91 * DAY, 1, '/push/c/'],
    ['2 hours, webpush_click_max_age 1h', 7200, 1, '/short/c/'])
{
    my ($name, $age, $late, $path) = @{$case};
    my $token = $edge->click_token(issued => time - $age, target => '/old');
    is($http->get("$path$token")->{headers}{location}, '/old', "$name: led on");
    my $when = $late ? 'late' : 'in time';
    is(!!($edge->records('events'))[-1]{late}, !!$late, "$name: recorded $when");
}

# ---- what is no click ----

my $written = $edge->records('events');
my $link = $edge->click_link(sub => $id, target => '/t');
my @speculative = (
    [HEAD => []],
    [GET => ['Sec-Purpose' => 'prefetch']],
    [GET => ['Sec-Purpose' => 'prefetch;prerender']],
    [GET => [Purpose => 'prefetch']],
    [GET => ['X-Moz' => 'prefetch']],
);
for my $case (@speculative) {
    my ($method, $headers) = @{$case};
    my $got = $http->request($method, $link, headers => $headers);
    is("$got->{status} $got->{headers}{location}", '302 /t', "$method @{$headers}: led on");
}
is(scalar $edge->records('events'), $written, 'and none of them counted');

# ---- what does not verify ----

my $good = $edge->click_token(target => '/t');
my $mac = decode_base64url($good);
substr($mac, -1) ^= "\x01";
my %bad = (
    forged => encode_base64url($mac),
    truncated => substr($good, 0, -4),
    "of another site" => $edge->click_token(site => 'other'),
    'a delivery token' => $edge->delivery_token,
    'no token' => '',
    'over-long' => 'A' x 4000,
);
for my $what (sort keys %bad) {
    my $got = $http->get("/push/c/$bad{$what}");
    is("$got->{status} $got->{json}{code}", '404 link_unknown', "$what: not led anywhere");
    is($got->{headers}{'cache-control'}, 'no-store', "$what: not to be cached");
    is($http->request(HEAD => $link)->{status}, 302, "$what: the connection serves a good one");
    $got = $http->get("/fallback/c/$bad{$what}");
    is("$got->{status} $got->{headers}{location}", '302 /?from=push', "$what: led to the fallback");
}
is($http->request(HEAD => '/push/c/nothing')->{status}, 404, 'HEAD gets the same answer');
$answer = $http->post_json("/push/c/$good", '{}');
is("$answer->{status} $answer->{json}{code} $answer->{headers}{allow}",
    '405 method_not_allowed GET, HEAD', 'a link is not posted to');
is(scalar $edge->records('events'), $written, 'none of them left a record');

done_testing();
