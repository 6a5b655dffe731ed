#!/usr/bin/env perl
# webpush_landing: how the pages answer that click links lead to, and all pages where that is asked
# for: status classes and times, summed up each second in the event log.

use WebPush::Test;
use WebPush::Edge;
use WebPush::Http2;

my $edge = WebPush::Edge->new(
    workers => 2,
    http => join("\n",
        'limit_req_zone $uri zone=slow:32k rate=1r/s;',
        'limit_req_status 429;',
        'add_header X-Worker $pid always;',
        'keepalive_requests 10000;', 'log_subrequest on;'),
    server => <<'END');
webpush_landing clicked;
location /page/ { return 200; }
location /gone/ { return 404; }
location /broken/ { return 503; }
location /old/ { return 301 /page/new; }
location /away/ { return 302 https://elsewhere.example/page/away; }
location /off/ { webpush_landing off; return 200; }
location /all/ { webpush_landing all; return 200; }
location /other/ { webpush_site other; webpush_landing clicked; return 200; }
location /other/c/ { webpush_site other; webpush_click; }
location /checked/ { auth_request /page/auth; }
location /slow/ { limit_req zone=slow burst=5; root html; }
location /fast/ { limit_req zone=slow burst=5; proxy_pass http://127.0.0.1:%%PORT%%/off/; }
location /upstream/ { proxy_pass http://127.0.0.1:%%PORT%%/off/slow/; }
location /off/slow/ { webpush_landing off; limit_req zone=slow burst=5; root html; }
END
$edge->add_site('other');
my $html = $edge->nginx->dir . '/html';
owned_dir(substr "$html/$_", length(test_dir()) + 1) for qw(folder slow checked off off/slow);
write_file("$html/$_", "<p>$_</p>\n") for qw(folder/index.html slow/a checked/a off/slow/a);
$edge->run;
my $http = $edge->client;

# ---- what is counted ----

# Opens the link, then goes where it leads.
sub follow {
    my ($target, %link) = @_;
    my $answer = $http->get($edge->click_link(target => $target, %link));
    return $http->get($answer->{headers}{location} =~ s/#.*//r);
}

# Waits until so many more answers are counted, and tells what lines say more than at the last call:
# "<site> <of>: <class> <count> ...".
my %told;

sub landings {
    my ($answers) = @_;
    my %new;
    wait_for {
        %new = map { $_ => -($told{$_} // 0) } keys %told;
        for my $line (landing_lines()) {
            $new{"$line->{site} $line->{of}: $_"} += $line->{$_} for grep { /^\dxx$/ } keys %$line;
        }
        my $all = 0;
        $all += $_ for values %new;
        $all >= $answers;
    } "$answers answers to be counted";
    $told{$_} += $new{$_} for keys %new;
    return join ', ', map { "$_ $new{$_}" } grep { $new{$_} } sort keys %new;
}

sub landing_lines { return grep { $_->{k} eq 'landing' } $edge->records('events') }

follow('/page/a?from=push#top');
is(landings(1), 'default click: 2xx 1', 'an answer after a click');
my ($line) = landing_lines();
cmp_ok(abs(delete($line->{t}) - 1000 * time), '<', 5000, 'the line has the time');
cmp_ok(delete($line->{$_}), '<', 5000, "$_: milliseconds") for qw(ms max);
is_deeply($line, { k => 'landing', site => 'default', of => 'click', '2xx' => 1 }, 'and what there was');

follow("/$_/a") for qw(page page gone broken broken);
$http->get('/page/a');
$http->get($_) for '/page/b', '/page/a?x', '/page/a?from=push&y';
$http->request(POST => '/page/a', body => '') for 1 .. 2;
is(landings(6), 'default click: 2xx 3, default click: 4xx 1, default click: 5xx 2',
    'by classes; a page that was clicked lately counts for all, others and POST do not');

follow($_) for '/old/a', '/away/a';
$http->get($_) for '/page/new', '/page/away';
my $folder = follow('/folder')->{headers}{location};
like($folder, qr{^http://127\.0\.0\.1:\d+/folder/$}, 'a redirect to a whole URL');
$http->get('/folder/');
is(landings(5), 'default click: 2xx 2, default click: 3xx 3', 'where redirects lead to on this host counts, too');

follow('/checked/a');
follow('/off/a');
follow('/all/a');
$http->get('/all/b');
$http->request(POST => '/all/b', body => '');
is(landings(5), 'default all: 2xx 3, default click: 2xx 2',
    'all: every answer, and those after clicks again; off: none; a subrequest never');

# ---- links that nobody opened ----

$http->request(HEAD => $edge->click_link(target => '/page/head'));
$http->get($edge->click_link(target => '/page/prefetch'), 'Sec-Purpose' => 'prefetch');
$http->get($edge->click_link(target => '/page/forged', site => 'other'));
$http->get("/page/$_") for qw(head prefetch forged);
my $link = $edge->click_token(target => '/page/mine', site => 'other');
is($http->get("/other/c/$link")->{status}, 302, "another site's link");
$http->get('/page/mine');
follow('/page/end');
$link = $edge->click_token(target => '/other/page', site => 'other');
$http->get("/other/c/$link");
$http->get('/other/page');
is(landings(2), 'default click: 2xx 1, other click: 2xx 1',
    'pages of links that were not opened do not count, and each site has its own');

# ---- times ----

# The second of two at once waits a second at our door or at the upstream's.
for my $case (
    ['/slow/a', sub { $_[0] >= 900 }, 'the time of a request'],
    ['/fast/a', sub { $_[0] < 900 }, 'where there is an upstream, what that took'],
    ['/upstream/a', sub { $_[0] >= 900 }, 'is what counts'],
) {
    my ($path, $is_right, $what) = @$case;
    my ($before) = sort { $b <=> $a } map { $_->{t} } landing_lines();
    $http->get($edge->click_link(target => $path));
    my @both = map { $edge->client } 1 .. 2;
    $_->send_raw("GET $path HTTP/1.1\r\nHost: x\r\n\r\n") for @both;
    $_->read_answer('GET') for @both;
    is(landings(2), 'default click: 2xx 2', "$path: both delivered");
    my @lines = grep { $_->{t} > $before } landing_lines();
    my ($slowest) = sort { $b <=> $a } map { $_->{max} } @lines;
    my $sum = 0;
    $sum += $_->{ms} for @lines;
    ok($is_right->($slowest), "$path: $what") or diag(explain(\@lines));
    cmp_ok($sum, '>=', $slowest, "$path: and their sum");
}

# ---- workers ----

my %client_of;
wait_for { my $client = $edge->client; $client_of{ $client->get('/page/')->{headers}{'x-worker'} } //= $client; 2 == keys %client_of }
    'connections to both workers';
my ($one, $two) = values %client_of;
$one->get($edge->click_link(target => '/page/shared'));
$two->get('/page/shared');
is(landings(1), 'default click: 2xx 1', 'a page asked of another worker than the link');

$http->get($edge->click_link(target => '/page/later'));
$edge->nginx->reload;
$http = $edge->client;
$http->get('/page/later');
is(landings(1), 'default click: 2xx 1', 'or after a reload');

$http->get($edge->click_link(target => '/page/last'));
$http->get('/page/last');
$edge->nginx->stop;
is(landings(1), 'default click: 2xx 1', 'the last answers before the end are in the log');

# ---- HTTP/2 ----

my $other = WebPush::Edge->new(listen => 'http2', server => <<'END');
location /page/ { webpush_landing clicked; return 200; }
location /old/ { webpush_landing clicked; return 301 /page/new; }
END
$edge = $other->run;
%told = ();
my $h2 = WebPush::Http2->new($edge->nginx->port);
$h2->get($edge->click_link(target => '/old/a?b=%20'));
is($h2->get('/old/a?b=%20')->{status}, 301, 'HTTP/2: redirected');
$h2->get('/page/new');
is(landings(2), 'default click: 2xx 1, default click: 3xx 1', 'HTTP/2: both are counted');

done_testing();
