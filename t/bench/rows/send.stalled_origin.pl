package Bench::Row::SendStalledOrigin;

# How fast messages to one push service are sent while a third of all are for another that takes requests
# and never answers, against the same without those. Elapsed time, because waiting is what it is about.

use strict;
use warnings;

use Bench::Compare;
use Bench::SendLoad;

{
    name => 'send.stalled_origin',
    unit => 'us/message',
    against => 'nobody is silent',
    target => 0.90,
    measure => sub {
        my ($effort, $progress) = @_;
        my $load = Bench::SendLoad->new(audience => $effort->{audience}, silent => 1);
        my $result = compare(
            rounds => $effort->{rounds},
            progress => $progress,
            reference => sub { $load->timed_slice(0) },
            ours => sub { $load->timed_slice(int $effort->{audience} / 2) },
        );
        my @slices = @{ $result->{slices}{ours} };
        return $result, { 'messages/s' => median(map { $_->{per_second} } @slices) };
    },
};
