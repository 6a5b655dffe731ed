#!/usr/bin/env perl
# What pages tell besides what became of a notification: visitors that the edge knows by its cookie,
# and the course of asking those whom it does not know yet.

use WebPush::Test;
use WebPush::Disk;
use WebPush::Edge;
use WebPush::Http2;

use Errno qw(EIO ENOSPC);

my $edge = WebPush::Edge->new(
    http => 'webpush_contact_unsigned on;',
    server => 'listen 127.0.0.1:%%PORT2%% http2;',
);
$edge->add_site('other');
my $disk = WebPush::Disk->under($edge);
$edge->run;
my $http = $edge->client;

# A browser gets its cookie by subscribing.
my $endpoint = new_endpoint();
my $id = endpoint_id($endpoint);
my $subscribed = $http->post_json('/push/subscribe', subscription(endpoint => $endpoint));
my ($cookie) = $subscribed->{headers}{'set-cookie'} =~ /^([^;]+)/;
my @visitor = (Cookie => "theme=dark; $cookie; lang=de");

my %good = (
    track => { event => 'track', name => 'purchase', key => 'order-7',
        properties => { amount => 9.5, currency => 'EUR', gift => JSON::PP::true } },
    profile => { event => 'profile', add_tags => ['sport', 'shop:shoes/red'], remove_tags => ['news'],
        attributes => { size => 42, old => undef } },
    identify => { event => 'identify', contact => "customer 7 \x{e9}" },
    forget => { event => 'forget' },
    prompt => { event => 'prompt', step => 'default' },
);
my %recorded = (
    track => ['events', { k => 'track', sub => $id, name => 'purchase', key => 'order-7',
        properties => { amount => 9.5, currency => 'EUR', gift => JSON::PP::true } }],
    profile => ['subscriptions', { k => 'profile', id => $id, add => ['sport', 'shop:shoes/red'],
        remove => ['news'], attributes => { size => 42, old => undef } }],
    identify => ['subscriptions', { k => 'identify', id => $id, contact => "customer 7 \x{e9}" }],
    forget => ['subscriptions', { k => 'forget', id => $id }],
    prompt => ['events', { k => 'prompt', sub => $id, step => 'default' }],
);

sub post { my ($event, @headers) = @_; return $http->post_json('/push/event', $event, \@headers) }

# Checks the log's last record, whose time is `ago` milliseconds back.
sub recorded {
    my ($name, $kind, $ago) = @_;
    my ($log, $expected) = @{ $recorded{$kind} };
    my $record = ($edge->records($log))[-1];
    my $time = delete $record->{t};
    cmp_ok(abs($time + $ago - 1000 * time), '<', 20_000, "$name: the time");
    return is_deeply($record, { site => 'default', %{$expected} }, "$name: the record");
}

for my $kind (sort keys %good) {
    my $status = $recorded{$kind}[0] eq 'events' ? 202 : 200;
    my $answer = post($good{$kind}, @visitor);
    is("$answer->{status} $answer->{body}", qq($status {"id":"$id"}), "$kind: accepted");
    recorded($kind, $kind, 0);

    $answer = post({ %{ $good{$kind} }, ago => 3_600_000 }, @visitor);
    is($answer->{status}, $status, "$kind, an hour ago: accepted");
    recorded("$kind, an hour ago", $kind, 3_600_000);
}

# ---- how the body may come ----

my @type = ('Content-Type' => 'application/json');
my $h2 = WebPush::Http2->new($edge->nginx->port(2));
my $json = JSON::PP->new->utf8;
for my $kind (sort keys %good) {
    my %request = (headers => [@type, @visitor], body => $json->encode($good{$kind}));
    like($http->request(POST => '/push/event', %request, chunked => 1)->{body}, qr/"$id"/,
        "$kind: in chunks");
    like($h2->request(POST => '/push/event', %request)->{body}, qr/"$id"/, "$kind: over HTTP/2");
    recorded("$kind over HTTP/2", $kind, 0);
}

# ---- who sends it ----

my $answer = post($good{prompt});
is("$answer->{status} $answer->{body}", '202 {}', 'prompt: a visitor without a subscription');
is((($edge->records('events'))[-1])->{sub}, undef, 'is recorded without one');

my %foreign = (
    'no cookie' => [],
    'an empty cookie' => [Cookie => '__Host-webpush_visitor='],
    'a cookie of another name' => [Cookie => $cookie =~ s/__Host-/__Secure-/r],
    'a forged cookie' => [Cookie => substr($cookie, 0, -3) . 'AAA'],
    'a delivery token' => [Cookie => '__Host-webpush_visitor=' . $edge->delivery_token(sub => $id)],
    "another site's cookie" =>
        [Cookie => '__Host-webpush_visitor=' . $edge->visitor_token(sub => $id, site => 'other')],
    'a long cookie' => [Cookie => $cookie . 'A' x 2000],
);
my $written = () = ($edge->records('events'), $edge->records('subscriptions'));
for my $name (sort keys %foreign) {
    for my $kind (grep { $_ ne 'prompt' } sort keys %good) {
        $answer = post($good{$kind}, @{ $foreign{$name} });
        is("$answer->{status} $answer->{json}{code}", '403 visitor_unknown', "$kind, $name: refused");
    }
}
is(scalar(() = ($edge->records('events'), $edge->records('subscriptions'))), $written,
    'nothing of that in the logs');
my $token = $edge->delivery_token(sub => $id);
is(post({ event => 'shown', token => $token })->{status}, 202, 'a receipt needs no cookie');

# ---- bad ones: the refusal is the problem itself ----

for my $case (
    ['field_invalid name', { event => 'track', name => 'No' }],
    ['field_type properties.a', { event => 'track', name => 'cart', properties => { a => [] } }],
    ['field_missing attributes', { event => 'profile' }],
    ['field_invalid add_tags', { event => 'profile', add_tags => ['A'] }],
    ['field_missing contact', { event => 'identify' }],
    ['field_invalid step', { event => 'prompt', step => 'seen' }],
    ['field_invalid event', { event => 'visit' }],
    ['field_invalid ago', { event => 'forget', ago => -1 }],
) {
    my ($expected, $event) = @{$case};
    $answer = post($event, @visitor);
    is("$answer->{status} $answer->{json}{code} $answer->{json}{field}", "422 $expected",
        "refused: $expected");
    is($answer->{headers}{'content-type'}, 'application/problem+json', "$expected: as a problem");
}

# ---- size: more than elsewhere ----

is(post({ %{ $good{track} }, extra => 'x' x 30_000 }, @visitor)->{status}, 202, 'a body of 30 kB');
my $large = $json->encode({ %{ $good{track} }, extra => 'x' x 33_000 });
is(post($large, @visitor)->{json}{code}, 'body_too_large', 'a body of 33 kB');
is($http->request(POST => '/push/event', headers => [@type, @visitor], body => $large,
    chunked => 1)->{json}{code}, 'body_too_large', 'in chunks');

# ---- while the disk fails ----

for my $kind (qw(profile identify forget)) {
    $disk->fault('sync', EIO);    # of one file
    $answer = post($good{$kind}, @visitor);
    is("$answer->{status} $answer->{json}{code}", '503 log_unavailable', "$kind: not synced");
}
is(post($good{track}, @visitor)->{status}, 202, 'track waits for no sync');
$disk->fault('write', ENOSPC);
$answer = post($good{track}, @visitor);
is("$answer->{status} $answer->{headers}{'retry-after'}", '503 10', 'track: disk full');
$disk->mend;
is(post($good{profile}, @visitor)->{status}, 200, 'mended');

$edge->nginx->expect_log(qr{\[crit\].* webpush: (?:write|fdatasync)\(\) ".*\.jsonl" failed});
unlike(read_file(($edge->log_files('events'))[-1]), qr/customer/, 'no contact in the event log');
done_testing();
