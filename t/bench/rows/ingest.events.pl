package Bench::Row::IngestEvents;

# What events of an edge's log cost until they are committed, read, parsed and told from copies, against
# PostgreSQL's bare COPY of the same rows into the same tables with the same indexes. The CPU of both
# processes is counted on both sides; ours also keeps the counts of visits.

use strict;
use warnings;

use Bench::Compare;
use Bench::IngestLoad;

use constant MOST_ROUNDS => 3;    # of a million rows each

{
    name => 'ingest.events',
    unit => 'us CPU/record',
    against => 'bare COPY',
    target => 0.35,
    measure => sub {
        my ($effort, $progress) = @_;
        my $load = Bench::IngestLoad->new(events => $effort->{ingested});
        my $result = compare(
            rounds => $effort->{rounds} < MOST_ROUNDS ? $effort->{rounds} : MOST_ROUNDS,
            progress => $progress,
            reference => sub { $load->copy },
            ours => sub { $load->ingest },
        );
        my ($ours, $copied) = @{ $result->{slices} }{qw(ours reference)};
        return $result, {
            'us CPU/record of webpushd alone' => median(map { $_->{webpushd} / 1000 } @$ours),
            'records/s' => median(map { $_->{per_second} } @$ours),
            'records/s of COPY' => median(map { $_->{per_second} } @$copied),
        };
    },
};
