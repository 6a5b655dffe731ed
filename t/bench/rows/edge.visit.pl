package Bench::Row::EdgeVisit;

# A small static page with webpush_visit, asked for by 10,000 subscribers in turns, against the same
# page without. All of them have been there in the warm-up, so what is measured is what the throttle
# leaves of it: the cookie found, the section made of variables, a look into the table.

use strict;
use warnings;

use Bench::Compare;
use Bench::EdgeLoad;
use WebPush::Edge;
use WebPush::Test;

use constant { CONNECTIONS => 64, VISITORS => 10_000, PAGE_OCTETS => 4096 };

{
    name => 'edge.visit',
    unit => 'us CPU/request',
    against => 'the same page without',
    target => 0.95,
    measure => sub {
        my ($effort, $progress) = @_;
        my $load = Bench::EdgeLoad->new(server => <<'END');
location /stock/ { alias html/; }
location /ours/ { alias html/; webpush_visit section=shop product=$arg_product; }
END
        write_file($load->edge->nginx->dir . '/html/page.html', 'x' x PAGE_OCTETS);
        my @cookies = map { 'Cookie: session=5e7c1b; __Host-webpush_visitor='
                . $load->edge->visitor_token(sub => endpoint_id("$_")) } 1 .. VISITORS;
        my %size = (seconds => $effort->{visit_seconds}, connections => CONNECTIONS, headers => \@cookies);
        my $result = compare(
            rounds => $effort->{rounds},
            progress => $progress,
            reference => sub { $load->visitors('stock', %size, path => '/stock/page.html') },
            ours => sub { $load->visitors('ours', %size, path => '/ours/page.html') },
        );
        my $visits = grep { $_->{k} eq 'visit' } $load->edge->records('events');
        $load->stop;
        return $result, {
            'connections' => CONNECTIONS,
            'visits recorded' => $visits,
            'requests/s' => median(map { $_->{per_second} } @{ $result->{slices}{ours} }),
            'requests/s, without' => median(map { $_->{per_second} } @{ $result->{slices}{reference} }),
        };
    },
};
