#!/usr/bin/env perl
# conf-examples/geoip2.conf with a database made here: where a subscriber is comes from the address that the
# load balancer names, and from nobody else's word.

use WebPush::Test;
use WebPush::Edge;
use WebPush::Example;

use JSON::PP ();
use MaxMind::DB::Writer::Tree;

my $geoip = test_dir() . '/geoip';
mkdir $geoip or die "mkdir $geoip: $!";
write_database("$geoip/GeoLite2-City.mmdb",
    '203.0.113.0/24' => {
        country => { iso_code => 'DE' },
        subdivisions => [{ iso_code => 'BY' }, { iso_code => 'M' }],
        city => { names => { de => "M\x{fc}nchen", en => 'Munich' } },
        location => { latitude => 48.1372, longitude => 11.5756 },
    },
    '198.51.100.0/25' => { country => { iso_code => 'AT' } },
    '198.51.100.128/25' => {
        subdivisions => [],
        city => { names => { de => "M\x{fc}nchen" } },
        location => { latitude => -41.2866, longitude => 174.7756 },
    },
    '2001:db8:7::/48' => {
        country => { iso_code => 'BR' },
        subdivisions => [{ iso_code => 'SP' }],
        city => { names => { en => "S\x{e3}o Paulo" } },
        location => { latitude => -23.5475, longitude => -46.6361 },
    },
);

# ---- through the load balancer, which adds the address that it sees ----

my $example = WebPush::Example->start('geoip2.conf', proxies => '127.0.0.0/8', geoip => $geoip);

my %munich = (country => 'DE', region => 'DE-BY', city => 'Munich', position => '48.1,11.6');
is_deeply(place('203.0.113.9'), \%munich, 'all that the database knows of an address');
is_deeply(place('2001:db8:7::1'),
    { country => 'BR', region => 'BR-SP', city => "S\x{e3}o Paulo", position => '-23.5,-46.6' }, 'of IPv6, too');
is_deeply(place('198.51.100.7'), { country => 'AT' }, 'an address of which only the country is known');
is_deeply(place('198.51.100.200'), { position => '-41.3,174.8' }, 'or only the position');
is_deeply(place('203.0.114.9'), {}, 'an unknown address');
is_deeply(place('203.0.113.9, 198.51.100.7'), { country => 'AT' }, 'what the visitor wrote before it is nothing');
is_deeply(place('203.0.113.9', kind => 'refresh'), \%munich, 'a refresh says where, too');

my $lines = join '', map { read_file($_) } $example->edge->log_files('subscriptions');
unlike($lines, qr/203\.0\.11|198\.51|2001:db8/, 'addresses themselves are not recorded');

# ---- from somebody who is no load balancer ----

$example = WebPush::Example->start('geoip2.conf', geoip => $geoip);
is_deeply(place('203.0.113.9'), {}, 'a header of a stranger is nothing');

done_testing();

# What is recorded of a subscription with this X-Forwarded-For; options as of subscription().
sub place {
    my ($forwarded_for, %option) = @_;
    my $answer = $example->post('https://shop.example/push/subscribe', subscription(%option),
        '-H', "X-Forwarded-For: $forwarded_for", '-H', 'Origin: https://shop.example');
    like($answer, qr{^HTTP/2 200 }, 'subscribed');
    my $record = ($example->edge->records('subscriptions'))[-1];
    return { map { $_ => $record->{$_} } grep { exists $record->{$_} } qw(country region city position) };
}

# network => record, of the shape that GeoLite2 City has.
sub write_database {
    my ($path, %networks) = @_;
    my %type = (
        (map { $_ => 'map' } qw(country city names location)),
        (map { $_ => 'utf8_string' } qw(iso_code de en)),
        (map { $_ => 'double' } qw(latitude longitude)),
        subdivisions => ['array', 'map'],
    );
    my $tree = MaxMind::DB::Writer::Tree->new(
        ip_version => 6, record_size => 24, database_type => 'GeoLite2-City', languages => ['de', 'en'],
        description => { en => 'made by a test' }, map_key_type_callback => sub { $type{ $_[0] } },
        remove_reserved_networks => 0,    # those that documents and tests may use
    );
    $tree->insert_network($_ => $networks{$_}) for sort keys %networks;
    open my $file, '>:raw', $path or die "$path: $!";
    $tree->write_tree($file);
    close $file or die "$path: $!";
    return;
}
