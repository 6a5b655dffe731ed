#!/usr/bin/env perl
# The endpoints over HTTP/2, by curl and by a client with many streams on one connection.

use WebPush::Test;
use WebPush::Disk;
use WebPush::Edge;
use WebPush::Http2;
use WebPush::Process qw(capture);

my $edge = WebPush::Edge->new(listen => 'http2', server => <<'END');
location = /status { webpush_status; }
location = /page { webpush_visit on; return 200; }
END
my $disk = WebPush::Disk->under($edge);
$edge->run;
my $url = 'http://127.0.0.1:' . $edge->nginx->port;

sub curl {
    my (@arguments) = @_;
    my $result = capture(['curl', '-sS', '-i', '--http2-prior-knowledge', '-m', '10', @arguments]);
    die "curl: $result->{stderr}\n" if $result->{exit} != 0;
    my ($head, $body) = split /\r\n\r\n/, $result->{stdout}, 2;
    my ($status) = $head =~ m{^HTTP/2 (\d+)};
    return { status => $status, headers => WebPush::Http::parse_headers($head), body => $body };
}

my @json = ('-H', 'Content-Type: application/json');
my $endpoint = new_endpoint();
my $id = endpoint_id($endpoint);
my $text = JSON::PP::encode_json(subscription(endpoint => $endpoint));

# ---- curl ----

my $answer = curl(@json, '--data-binary', $text, "$url/push/subscribe");
is("$answer->{status} $answer->{body}", qq(200 {"id":"$id"}), 'subscribed');
like($answer->{headers}{'set-cookie'}, qr/^__Host-webpush_visitor=/, 'with the cookie');
is(($edge->ids('subscriptions'))[-1], $id, 'recorded');

$answer = curl($url . $edge->click_link(target => '/sale'));
is("$answer->{status} $answer->{headers}{location}", '302 /sale', 'a click is led on');
is(($edge->records('events'))[-1]{k}, 'click', 'and recorded');

$answer = curl(@json, '--data-binary', '{', "$url/push/event");
is($answer->{status}, 400, 'refused');
like($answer->{body}, qr/"code":"malformed_json"/, 'with a problem');

# ---- one connection, good and bad ----

my $http = WebPush::Http2->new($edge->nginx->port);
my @type = ('Content-Type' => 'application/json');
my %post = (headers => \@type, body => $text);
my $event = JSON::PP::encode_json({ event => 'shown', token => $edge->delivery_token });
my $leaving = JSON::PP::encode_json({ endpoint => new_endpoint(), n => 7 });
my $large = { headers => \@type,
    body => JSON::PP::encode_json(subscription(extra => 'x' x 50_000)) };
for my $case (
    ['subscribe', 200, [POST => '/push/subscribe', %post]],
    ['too large', 413, [POST => '/push/subscribe', %{$large}]],
    ['foreign Origin', 403,
        [POST => '/push/subscribe', %post, headers => [@type, Origin => 'https://x.example']]],
    ['own Origin', 200, [POST => '/push/subscribe', %post, headers => [@type, Origin => $url]]],
    ['method', 405, [GET => '/push/subscribe']],
    ['forged link', 404, [GET => '/push/c/nothing']],
    ['event', 202, [POST => '/push/event', headers => \@type, body => $event]],
    ['batch', 202, [POST => '/push/event', headers => \@type, body => qq({"events":[$event,$event]})]],
    ['unsubscribe', 200, [POST => '/push/unsubscribe', headers => \@type, body => $leaving]],
    ['click', 302, [GET => $edge->click_link]],
    ['status', 200, [GET => '/status']],
) {
    my ($name, $status, $request) = @{$case};
    is($http->request(@{$request})->{status}, $status, "one connection: $name");
}

# Browsers send each cookie as a field of its own (RFC 9113 section 8.2.3).
my @crumbs = (Cookie => 'theme=dark', Cookie => '__Host-webpush_visitor=' . $edge->visitor_token(sub => $id));
my $track = '{"event":"track","name":"cart"}';
is($http->request(POST => '/push/event', headers => [@type, @crumbs], body => $track)->{status}, 202,
    'one connection: a cookie among others');
is($http->request(GET => '/page', headers => \@crumbs)->{status}, 200, 'one connection: a visit');
wait_for { grep { $_->{k} eq 'visit' && $_->{sub} eq $id } $edge->records('events') } 'the visit to be recorded';

my ($left) = grep { $_->{k} eq 'unsubscribe' } $edge->records('subscriptions');
is($left->{n}, 7, 'one connection: who left is recorded');

# ---- a client that cannot take the answer yet ----

my $shut = WebPush::Http2->new($edge->nginx->port, window => 0);
for my $case (
    ['accepted', 202, '/push/event', $event],
    ['refused', 422, '/push/event', '{"event":"shown","token":"x"}'],
    ['refused at the door', 415, '/push/event', $event, 'text/plain'],
    ['durable', 200, '/push/subscribe', $text],
) {
    my ($name, $status, $path, $sent, $content_type) = @{$case};
    my @of_type = ('Content-Type' => $content_type // 'application/json');
    my $stream = $shut->start(POST => $path, headers => \@of_type, body => $sent);
    $shut->exchange until $stream->{head};
    ok(!$stream->{answer}, "window 0, $name: the body waits");
    $shut->open_window($stream, 65_535);
    my $got = eval { $shut->answer($stream) } // { status => $@, body => '' };
    is($got->{status}, $status, "window 0, $name: answered when it opens");
    like($got->{body}, qr/^\{.*\}$/, "window 0, $name: with its body");
}

# ---- many streams wait for one sync ----

my $body = write_file(test_dir() . '/body.json', $text);
my @h2load = ('h2load', '-n', 2000, '-c', 4, '-m', 32, '-H', 'Content-Type: application/json',
    '-d', $body, "$url/push/subscribe");
my $result = capture(\@h2load);
like($result->{stdout}, qr/status codes: 2000 2xx, 0 3xx, 0 4xx, 0 5xx/,
    '2000 requests in 128 streams')
    or diag($result->{stdout});
is(scalar(grep { $_ eq $id } $edge->ids('subscriptions')), 2004, 'each left its record');

# ---- streams that are reset, connections that are gone while they wait ----

$disk->fault('slow', 60_000);    # until it is mended
my $written = $edge->records('subscriptions');
my @clients = map { WebPush::Http2->new($edge->nginx->port) } 1 .. 6;
my @streams;
for my $client (@clients) {
    push @streams, [map { $client->start(POST => '/push/subscribe', %post) } 1 .. 4];
}
wait_for { $edge->records('subscriptions') > $written } 'the first to be written';

my @gone = splice @clients, 3;
close $_->{socket} for @gone;
for my $i (0 .. $#clients) {
    $clients[$i]->cancel($_) for @{ $streams[$i] }[0 .. 2];
}
my $noticed = sub { my ($what) = @_; scalar(() = $edge->nginx->error_log =~ /$what/g) };
wait_for { $noticed->(qr/client canceled stream/) == 9 } 'nginx to see the resets';
wait_for { $noticed->(qr/closed connection|reset by peer/) == 3 } 'nginx to see the ends';
$disk->mend;

is(join(' ', map { $clients[$_]->answer($streams[$_][3])->{status} } 0 .. $#clients), '200 200 200',
    'reset: the other stream of each connection is answered');
is($http->request(POST => '/push/subscribe', %post)->{status}, 200,
    'the worker survives streams and connections that are gone while they wait');

done_testing();
