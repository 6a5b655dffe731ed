#!/usr/bin/env perl
# Many events in one request, as a worker sends that was offline: what is good is taken, what is not
# is told, and the event log gets its lines only when what must be durable is.

use WebPush::Test;
use WebPush::Disk;
use WebPush::Edge;
use WebPush::Http2;

use Errno qw(EIO);

my $edge = WebPush::Edge->new(server => 'listen 127.0.0.1:%%PORT2%% http2;');
my $disk = WebPush::Disk->under($edge);
$edge->run;
my $http = $edge->client;
my $id = endpoint_id(new_endpoint());
my @visitor = (Cookie => '__Host-webpush_visitor=' . $edge->visitor_token(sub => $id));
my $json = JSON::PP->new->utf8->canonical;

sub post {
    my ($events, @headers) = @_;
    return $http->post_json('/push/event', { events => $events }, \@headers);
}

sub receipt {
    my ($run, %more) = @_;
    return { event => 'shown', token => $edge->delivery_token(run => $run, sub => $id), %more };
}

sub answers {
    my ($name, $answer, $status, $accepted, @refused) = @_;
    is($answer->{status}, $status, "$name: status");
    return is_deeply($answer->{json}, { accepted => $accepted, refused => \@refused },
        "$name: the answer");
}

# ---- receipts of a worker that was offline ----

my @runs = (1 .. 50);
my @receipts = map { receipt($_, ago => $_ * 60_000) } @runs;
answers('50 receipts', post(\@receipts), 202, 50);
my @records = grep { $_->{run} } $edge->records('events');
is_deeply([map { $_->{run} } @records], \@runs, 'each has its record, in this order');
my $oldest = $records[-1]{t} - $records[0]{t};
cmp_ok(abs($oldest + 49 * 60_000), '<', 100, 'each at its own time');

my @type = ('Content-Type' => 'application/json');
my %body = (headers => \@type, body => $json->encode({ events => \@receipts }));
answers('in chunks', $http->request(POST => '/push/event', %body, chunked => 1), 202, 50);
my $h2 = WebPush::Http2->new($edge->nginx->port(2));
answers('over HTTP/2', $h2->request(POST => '/push/event', %body), 202, 50);

# ---- one bad event does not cost the others ----

my $track = { event => 'track', name => 'share' };
my $profile = { event => 'profile', add_tags => ['news'] };
my @mixed = (
    receipt(7), $profile, { event => 'shown', token => 'forged' }, $track, { event => 'dance' },
    { event => 'identify', contact => '7' }, { event => 'forget' }, { ago => 1 },
);
my @always = ({ index => 2, code => 'token_invalid', field => 'token' });
my @wrong = ({ index => 4, code => 'field_invalid', field => 'events[4].event' },
    { index => 5, code => 'contact_unproven', field => 'proof' },
    { index => 7, code => 'field_missing', field => 'events[7].event' });
my ($events, $changes) = map { scalar(() = $edge->records($_)) } qw(events subscriptions);
answers('good and bad', post(\@mixed, @visitor), 200, 4, @always, @wrong);
is_deeply([map { $_->{k} } ($edge->records('events'))[$events .. $events + 1]], [qw(shown track)],
    'good and bad: what is async is in the event log');
is_deeply([map { $_->{k} } ($edge->records('subscriptions'))[$changes .. $changes + 1]],
    [qw(profile forget)], 'good and bad: the rest in the subscription log');

my @unknown = map { { index => $_, code => 'visitor_unknown' } } 0 .. 7;
answers('the same without the cookie', post(\@mixed), 202, 1, $unknown[1], $always[0], $unknown[3],
    $wrong[0], $unknown[5], $unknown[6], $wrong[2]);
answers('all refused', post([$track, $profile]), 202, 0, @unknown[0, 1]);

# ---- the batch itself is bad ----

for my $case (
    ['none', '422 field_missing', []],
    ['too many', '422 field_invalid', [map { receipt($_) } 1 .. 51]],
    ['no list', '422 field_type', 'shown'],
    ['a list of texts', '422 field_type', ['shown']],
) {
    my ($name, $expected, $list) = @{$case};
    my $answer = post($list);
    is("$answer->{status} $answer->{json}{code}", $expected, "$name: refused as a whole");
    like($answer->{json}{field}, qr/^events/, "$name: with the field");
}

# ---- what must be durable comes first ----

$events = () = $edge->records('events');
$disk->fault('sync', EIO);
my $answer = post([receipt(8), $profile], @visitor);
is("$answer->{status} $answer->{json}{code}", '503 log_unavailable', 'not synced: refused');
is(scalar(() = $edge->records('events')), $events,
    'not synced: nothing in the event log, so that a repetition counts once');
$disk->mend;
answers('repeated', post([receipt(8), $profile], @visitor), 200, 2);

$disk->fault('slow', 60_000);    # until it is mended
$changes = () = $edge->records('subscriptions');
my @waiting = map { $edge->client } 1 .. 3;
my $text = WebPush::Http::request_text('h', 'POST', '/push/event', headers => [@type, @visitor],
    body => $json->encode({ events => [receipt(9), $profile] }));
$_->send_raw($text) for @waiting;
wait_for { $edge->records('subscriptions') > $changes } 'the first to be written';
$waiting[1]->abort;
is(post([receipt(10)])->{status}, 202, 'receipts alone do not wait for the disk');
$disk->mend;
is_deeply([map { $_->read_answer->{json}{accepted} } @waiting[0, 2]], [2, 2],
    'those who wait are answered, also when one of them has gone');
cmp_ok(scalar(grep { ($_->{run} // 0) == 9 } $edge->records('events')), '>=', 2,
    'and their receipts are recorded');

$edge->nginx->expect_log(qr{\[crit\].* webpush: fdatasync\(\) ".*\.jsonl" failed});
done_testing();
