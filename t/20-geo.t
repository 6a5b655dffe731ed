#!/usr/bin/env perl
# webpush_geo: where the subscriber is, from variables.

use WebPush::Test;
use WebPush::Edge;

my $edge = WebPush::Edge->new(
    http => 'webpush_geo country=$http_x_country region=$http_x_region city=$http_x_city
                         position=$http_x_latitude,$http_x_longitude;',
    server => <<'END');
location = /off { webpush_subscribe; webpush_geo off; }
location = /own { webpush_subscribe; webpush_geo country=fr "city=near $http_x_city"; }
END
$edge->run;
my $http = $edge->client;

# The places in the record of a subscription that comes with these headers.
sub recorded {
    my ($path, %headers) = @_;
    my @headers = map { ("X-$_" => $headers{$_}) } sort keys %headers;
    my $answer = $http->post_json($path, subscription(), \@headers);
    is($answer->{status}, 200, 'subscribed');
    my $record = ($edge->records('subscriptions'))[-1];
    return { map { $_ => $record->{$_} } grep { exists $record->{$_} } qw(country region city position) };
}

my %munich = (Country => 'DE', Region => 'DE-BY', City => "M\xc3\xbcnchen", Latitude => '48.1372',
    Longitude => '11.5756');
my %place = (country => 'DE', region => 'DE-BY', city => "M\x{fc}nchen", position => '48.1,11.6');
is_deeply(recorded('/push/subscribe', %munich), \%place, 'all of it, the position rounded');
is_deeply(recorded('/push/subscribe'), {}, 'nothing known');

my $refresh = subscription(kind => 'refresh');
$http->post_json('/push/subscribe', $refresh, ['X-Country' => 'at']);
is((($edge->records('subscriptions'))[-1])->{country}, 'AT', 'with a refresh, too');

for my $case (
    [country => Country => 'Germany'], [country => Country => 'XX'],
    [region => Region => 'x' x 101], [region => Region => "a\tb"],
    [city => City => "M\xfcnchen"],
    [position => Latitude => '95'], [position => Longitude => 'east'], [position => Latitude => ''],
) {
    my ($member, $header, $value) = @{$case};
    my %rest = %place;
    delete $rest{$member};
    is_deeply(recorded('/push/subscribe', %munich, $header => $value), \%rest,
        "$header that makes no sense: the others stay");
}

is_deeply(recorded('/off', %munich), {}, 'off');
is_deeply(recorded('/own', %munich), { country => 'FR', city => "near M\x{fc}nchen" },
    'a location of its own');

unlike(read_file(($edge->log_files('events'))[-1]), qr/DE-BY|nchen/, 'no place in the event log');
done_testing();
