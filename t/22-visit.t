#!/usr/bin/env perl
# webpush_visit: page views of subscribers, known by their signed cookie, become lines of the event
# log, each once an interval; and what is no visit of anybody does not.

use WebPush::Test;
use WebPush::Crypt;
use WebPush::Edge;

use constant COOKIE => '__Host-webpush_visitor';

my $edge = WebPush::Edge->new(
    http => 'map $request_uri $section { ~^/(?<first>[a-z]+)/ $first; } webpush_visit_table 4k; log_subrequest on; keepalive_requests 10000;',
    server => <<'END');
location / {
    webpush_visit section=$section product=$arg_product;
    try_files $uri /index.html?$args;
}
location = /bare { webpush_visit on; webpush_visit_interval 0; return 200; }
location = /brief { webpush_visit on; webpush_visit_interval 1s; return 200; }
location = /fixed { webpush_visit section=a product=b-$arg_x amount=$arg_amount; return 200; }
location /answer/ {
    webpush_visit section=answer;
    location /answer/200 { return 200; }
    location /answer/204 { return 204; }
    location /answer/301 { return 301 /bare; }
    location /answer/302 { return 302 /bare; }
    location /answer/303 { return 303 /bare; }
    location /answer/404 { return 404; }
    location /answer/503 { return 503; }
}
location = /order {
    webpush_visit section=checkout amount=$upstream_http_x_order_amount;
    proxy_pass http://127.0.0.1:%%PORT%%/shop/order$is_args$args;
}
location = /shop/order {
    add_header X-Order-Amount $arg_amount always;
    return 303 /thanks;
}
location ~ ^/decoded/(?<rest>[^/]*)$ { webpush_visit product=$rest; return 200; }
location = /five { webpush_visit section=five; webpush_visit_interval 5m; return 200; }
location = /quiet { webpush_visit off; return 200; }
location /nested/ {
    webpush_visit section=nested;
    location = /nested/off { webpush_visit off; return 200; }
    location = /nested/on { return 200; }
    if ($arg_yes) { return 200; }
}
location = /checked { webpush_visit section=checked; auth_request /auth; }
location = /auth { internal; webpush_visit section=auth; return 200; }
location = /other { webpush_site other; webpush_visit section=other; return 200; }
END
$edge->add_site('other');
$edge->nginx->write_config($edge->config =~ s/(?=location = .push.subscribe)/webpush_visit section=server;\n/r);
for my $page (qw(index.html a.html checked)) {
    write_file($edge->nginx->dir . "/html/$page", "<p>$page</p>\n");
}
$edge->run;
my $http = $edge->client;
my $seen = 0;

# What requests left in the log, in order and without what is in every line. A visit that nobody else
# made is waited for, as lines are written after the answers; requests of one connection in turn.
my $last = visitor('the last');

sub visits {
    my $fence = 'fence' . ++$seen;
    $http->get("/fixed?x=$fence", @$last);
    my @all;
    wait_for { @all = $edge->records('events'); @all && ($all[-1]{product} // '') eq "b-$fence" } 'the last visit';
    my ($previous) = grep { ($all[$_]{product} // '') eq 'b-fence' . ($seen - 1) } 0 .. $#all;
    my @new = @all[(defined $previous ? $previous + 1 : 0) .. $#all - 1];
    return map { my %copy = %$_; delete @copy{qw(k t site)}; \%copy } @new;
}

# The header of a browser with this subscription, the same each time.
sub visitor {
    my ($name, %token) = @_;
    return [Cookie => COOKIE . '=' . $edge->visitor_token(sub => endpoint_id($name), issued => 1_700_000_000, %token)];
}

sub sub_of { return (sub => endpoint_id($_[0])) }

# ---- a visit ----

$http->get('/sport/football?product=ball-5', @{ visitor('anna') });
my ($record) = grep { $_->{k} eq 'visit' } wait_for_records(1);
cmp_ok(abs(delete($record->{t}) - 1000 * time), '<', 5000, 'the record has the time');
is_deeply($record, { k => 'visit', site => 'default', sub_of('anna'), section => 'sport', product => 'ball-5' },
    'and who was where');

sub wait_for_records {
    my ($count) = @_;
    my @records;
    wait_for { (@records = $edge->records('events')) >= $count } 'records';
    return @records;
}
visits();

$http->get('/', @{ visitor('anna') });
is_deeply([visits()], [{ sub_of('anna') }], 'a page of no section');
$http->get('/fixed?x=1&amount=9.90', @{ visitor('anna') });
is_deeply([visits()], [{ sub_of('anna'), section => 'a', product => 'b-1', amount => '9.90' }],
    'an amount; texts and variables mixed');

# ---- the cookie among others ----

for my $case (
    ['between two', sub { "session=1; $_[0]; last=2" }],
    ['without blanks', sub { "session=1;$_[0];last=2" }],
    ['after its value in another one', sub { "x$_[0]x; note=$_[0]x; $_[0]" }],
    ['in a header of its own', sub { 'session=1', Cookie => $_[0] }],
) {
    my ($name, $cookies) = @$case;
    $http->get('/', Cookie => $cookies->(visitor($name)->[1]));
    is_deeply([visits()], [{ sub_of($name) }], "the cookie $name");
}

# ---- each once an interval ----

$http->get($_, @{ visitor('ben') }) for ('/a.html', '/a.html', '/', '/news/', '/news/', '/a.html', '/news/x?product=y');
is_deeply([visits()], [{ sub_of('ben') }, { sub_of('ben'), section => 'news' }, { sub_of('ben'), section => 'news', product => 'y' }],
    'pages that say the same are one visit');
$http->get('/news/', @{ visitor('carla') });
is_deeply([visits()], [{ sub_of('carla'), section => 'news' }], 'of each visitor');
$http->get('/bare', @{ visitor('cem') }) for 1 .. 3;
is(scalar(visits()), 3, 'an interval of 0: every one');
my $brief = 0;
wait_for { $http->get('/brief', @{ visitor('dora') }); ($brief += visits()) >= 2 } 'the interval to be over';
is($brief, 2, 'when the interval is over the next one counts');

# Another worker process knows nothing of it.
$edge->nginx->reload;
$http = $edge->client;
$http->get('/news/', @{ visitor('ben') });
is(scalar(visits()), 1, 'after a reload it is counted anew');

# ---- what is no visit ----

my $eva = visitor('eva');
for my $case (
    ['no cookie', sub { $http->get('/') }],
    ['another cookie', sub { $http->get('/', Cookie => 'session=1; ' . COOKIE . '2=x; x' . COOKIE . '=y') }],
    ['an empty cookie', sub { $http->get('/', Cookie => COOKIE . '=') }],
    ['HEAD', sub { $http->request(HEAD => '/', headers => $eva) }],
    ['POST', sub { $http->request(POST => '/answer/200', headers => $eva, body => 'x') }],
    ['a prefetch', sub { $http->get('/', @$eva, 'Sec-Purpose' => 'prefetch;prerender') }],
    ['a picture of a notification', sub { $http->get('/', @$eva, 'Sec-Fetch-Dest' => 'image') }],
    ['what a script loads', sub { $http->get('/', @$eva, 'Sec-Fetch-Dest' => 'empty') }],
    ['a redirect', sub { $http->get("/answer/$_", @$eva) for 301, 302, 303 }],
    ['an error', sub { $http->get("/answer/$_", @$eva) for 404, 503 }],
    ['our endpoint', sub { $http->get($edge->click_link, @$eva); $http->get('/push/event', @$eva) }],
    ['where it is off', sub { $http->get($_, @$eva) for '/quiet', '/nested/off' }],
) {
    my ($name, $request) = @$case;
    $request->();
    is_deeply([grep { !exists $_->{run} } visits()], [], "not counted: $name");
}
$http->get('/', @$eva, 'Sec-Fetch-Dest' => 'document');
is_deeply([visits()], [{ sub_of('eva') }], 'all those left no trace: the page itself counts');

for my $case (
    ['304', '/a.html', 'If-Modified-Since' => $http->get('/a.html')->{headers}{'last-modified'}],
    ['204', '/answer/204'], ['206', '/a.html', Range => 'bytes=0-1'],
) {
    my ($status, $path, @headers) = @$case;
    is($http->get($path, @{ visitor("$status") }, @headers)->{status}, $status, "answered $status");
    is(scalar(visits()), 1, 'is a visit, too');
}
$http->get("/nested/$_", @{ visitor('franz') }) for 'on', 'x?yes=1';
is_deeply([visits()], [{ sub_of('franz'), section => 'nested' }], 'inherited by locations and "if"');
$http->get('/checked', @{ visitor('greta') });
is_deeply([visits()], [{ sub_of('greta'), section => 'checked' }], 'subrequests are no visits');

# ---- orders ----

for my $method (qw(GET POST)) {
    my @body = $method eq 'POST' ? (body => 'ball=1') : ();
    my $answer = $http->request($method => '/order?amount=19.90', headers => visitor("order $method"), @body);
    is($answer->{status}, 303, "$method: the shop leads on to its thanks");
    is_deeply([visits()], [{ sub_of("order $method"), section => 'checkout', amount => '19.90' }],
        "$method: with the amount it counts");
}
my $hanna = visitor('hanna');
$http->request(POST => '/order?amount=5', headers => [@$hanna, 'Sec-Fetch-Dest' => 'empty'], body => '');
is_deeply([visits()], [{ sub_of('hanna'), section => 'checkout', amount => '5' }], 'an order by a script');
$http->request(POST => '/order', headers => $hanna, body => '');
$http->request(POST => "/order?amount=$_", headers => $hanna, body => '') for '', 'x', '-5', '1,50';
$http->request(PUT => '/order?amount=7', headers => $hanna, body => '');
is_deeply([visits()], [], 'without an amount a POST is no visit');

# ---- values that are not fit ----

my $long = 'x' x 70;
$http->get("/fixed?x=$long&amount=1e3", @{ visitor('ida') });
is_deeply([visits()], [{ sub_of('ida'), section => 'a' }], 'what is too long or no number is left out');
$http->get('/decoded/1%0a2', @{ visitor('jan') });
is_deeply([visits()], [{ sub_of('jan') }], 'control characters, too');
$http->get('/decoded/%ff"\\', @{ visitor('jan') });
is_deeply([visits()], [{ sub_of('jan'), product => "\x{fffd}\"\\" }], 'the lines stay JSON');

# ---- forged cookies ----

my $good = $edge->visitor_token(sub => endpoint_id('kai'));
my $mac = decode_base64url($good);
substr($mac, -1) ^= "\x01";
for my $case (
    ['forged', encode_base64url($mac)], ['truncated', substr $good, 0, -3], ['longer', "${good}AA"],
    ['over-long', $good x 20], ["another site's", $edge->visitor_token(site => 'other', sub_of('kai'))],
    ['a delivery token', $edge->delivery_token(sub_of('kai'))],
) {
    my ($what, $cookie) = @$case;
    $http->get('/', Cookie => COOKIE . "=$cookie");
    is_deeply([visits()], [], "$what: nobody's visit");
}
$http->get('/', Cookie => "a=b; ${\COOKIE}=$good; c=d");
is_deeply([visits()], [{ sub_of('kai') }], 'they are not taken for the true one, which counts');

# More than the table could hold, which is 512 entries; of those the shorter-lived would go first.
$http->get('/five', @{ visitor('kai') });
is_deeply([visits()], [{ sub_of('kai'), section => 'five' }], 'one that counts for five minutes');
$http->get('/', Cookie => "${\COOKIE}=forged-$_") for 1 .. 2000;
is_deeply([visits()], [], 'forged ones in great numbers');
$http->get('/five', @{ visitor('kai') });
is_deeply([visits()], [], 'do not even make it forget');

$http->get('/other', @{ visitor('lea') });
$http->get('/other', @{ visitor('lea', site => 'other') });
is_deeply([visits()], [{ sub_of('lea'), section => 'other' }], 'each site knows its own');
is((grep { ($_->{section} // '') eq 'other' } $edge->records('events'))[0]{site}, 'other', 'and is named');

# ---- the cookie that subscribing sets ----

my $body = subscription();
my $answer = $http->post_json('/push/subscribe', $body);
my ($set) = $answer->{headers}{'set-cookie'} =~ /^([^;]+)/;
visits();
$http->get('/sport/', Cookie => $set);
is_deeply([visits()], [{ sub_of($body->{subscription}{endpoint}), section => 'sport' }],
    'who has just subscribed is known at the next page');

done_testing();
