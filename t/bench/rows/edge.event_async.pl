package Bench::Row::EdgeEventAsync;

# What a service worker says when it has shown a notification: read, its token verified, written to
# the event log, answered; against nginx's own `return 204` to the same POST.

use strict;
use warnings;

use JSON::PP qw(encode_json);
use WebPush::Edge;

use Bench::Compare;
use Bench::EdgeLoad;

use constant CONNECTIONS => 64;

{
    name => 'edge.event_async',
    unit => 'us CPU/request',
    against => 'stock return 204',
    target => 0.65,
    measure => sub {
        my ($effort, $progress) = @_;
        my $load = Bench::EdgeLoad->new(server => 'location = /stock/event { return 204; }');
        my $token = $load->edge->delivery_token(run => 7, sub => endpoint_id('shown'));
        my %size = (
            requests => $effort->{events},
            connections => CONNECTIONS,
            body => encode_json({ event => 'shown', token => $token }),
        );
        my $result = compare(
            rounds => $effort->{rounds},
            progress => $progress,
            reference => sub { $load->slice('stock', %size, paths => ['/stock/event']) },
            ours => sub { $load->slice('ours', %size, paths => ['/push/event']) },
        );
        $load->stop;
        return $result, {
            'connections' => CONNECTIONS,
            'requests/s' => median(map { $_->{per_second} } @{ $result->{slices}{ours} }),
            'requests/s, stock' => median(map { $_->{per_second} } @{ $result->{slices}{reference} }),
        };
    },
};
