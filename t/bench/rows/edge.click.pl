package Bench::Row::EdgeClick;

# A click link: its token is verified, the event written, the visitor led on; against nginx's own
# `return 302` to the same place. The same worker answers both, to the same request lines but for the
# location's name.

use strict;
use warnings;

use Bench::Compare;
use Bench::EdgeLoad;
use WebPush::Edge;

use constant { CONNECTIONS => 64, LINKS => 1000, TARGET => '/offers/lantern-week/' };

{
    name => 'edge.click',
    unit => 'us CPU/request',
    against => 'stock return 302',
    target => 0.80,
    measure => sub {
        my ($effort, $progress) = @_;
        my $load = Bench::EdgeLoad->new(
            server => "location /stock/c/ { return 302 @{[TARGET]}; }");
        my @tokens = map { $load->edge->click_token(run => 7, sub => endpoint_id("$_"), target => TARGET) } 1 .. LINKS;
        my %size = (requests => $effort->{clicks}, connections => CONNECTIONS);
        my $result = compare(
            rounds => $effort->{rounds},
            progress => $progress,
            reference => sub { $load->slice('stock', %size, paths => [map { "/stock/c/$_" } @tokens]) },
            ours => sub { $load->slice('ours', %size, paths => [map { "/push/c/$_" } @tokens]) },
        );
        $load->stop;
        return $result, {
            'connections' => CONNECTIONS,
            'requests/s' => median(map { $_->{per_second} } @{ $result->{slices}{ours} }),
            'requests/s, stock' => median(map { $_->{per_second} } @{ $result->{slices}{reference} }),
        };
    },
};
