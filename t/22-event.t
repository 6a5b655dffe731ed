#!/usr/bin/env perl
# What became of a notification: vouched for by its delivery token, written before it is answered.

use WebPush::Test;
use WebPush::Crypt;
use WebPush::Edge;

my $edge = WebPush::Edge->new;
$edge->add_site('default', 9, 4);
$edge->add_site('other');
$edge->nginx->write_config($edge->config =~ s/(?=location = .push.event)/
    location = \/other\/event { webpush_site other; webpush_event; }/r);
$edge->run;
my $http = $edge->client;
my $id = endpoint_id(new_endpoint());

for my $kind (qw(shown closed)) {
    my $token = $edge->delivery_token(run => 2**40 + 7, sub => $id);
    my $answer = $http->post_json('/push/event', { event => $kind, token => $token });
    is($answer->{status}, 202, "$kind: accepted");
    is($answer->{body}, qq({"id":"$id"}), "$kind: the answer is the subscription's id");
    my $record = ($edge->records('events'))[-1];
    cmp_ok(abs(delete($record->{t}) - 1000 * time), '<', 5000, "$kind: the record has the time");
    is_deeply($record, { k => $kind, site => 'default', run => 2**40 + 7, sub => $id },
        "$kind: the record has what the token says");
}

my $older = $edge->delivery_token(sub => $id, key => 1);
is($http->post_json('/push/event', { event => 'shown', token => $older })->{status}, 202,
    'the previous link key still verifies');

my $other = $edge->delivery_token(sub => $id, site => 'other', run => 3);
is($http->post_json('/other/event', { event => 'shown', token => $other })->{status}, 202,
    'another site has its own location and key');
is(($edge->records('events'))[-1]{site}, 'other', 'and is named in the record');

# ---- what does not verify ----

my $written = $edge->records('events');
my $good = $edge->delivery_token(sub => $id);
my %bad = (
    "another site's" => $other,
    "a click link's" => $edge->click_token(sub => $id),
    "a visitor cookie's" => $edge->visitor_token(sub => $id),
    'truncated' => substr($good, 0, -2),
    'longer' => $good . 'AA',
    'altered' => flip_octet($good, 5),
    'of an unknown key' => flip_octet($good, 1),
    'with another MAC' => flip_octet($good, -1),
    'no base64url' => '!' x length $good,
);
for my $what (sort keys %bad) {
    my $answer = $http->post_json('/push/event', { event => 'shown', token => $bad{$what} });
    is("$answer->{status} $answer->{json}{code}", '422 token_invalid', "refused: token $what");
}
is(scalar $edge->records('events'), $written, 'none of them left a record');

sub flip_octet {
    my ($token, $at) = @_;
    my $octets = decode_base64url($token);
    substr($octets, $at, 1) ^= "\x01";
    return encode_base64url($octets);
}

# ---- the file ----

my ($file) = $edge->log_files('events');
is(sprintf('%o', (stat $file)[2] & 07777), '640', 'readable for those who evaluate it');
my %header = %{ ($edge->lines('events'))[0] };
is($header{log}, 'event', 'its header says what it is');
is_deeply($header{keys}, { default => [9, 4], other => [1] }, 'and which link keys verify');
unlike(read_file($file), qr{https?://|p256dh|auth}, 'no endpoint, key or address in it');

done_testing();
