package Bench::Row::SendRssGrowth;

# How much more memory webpushd takes at its peak when it sends to a hundred times as many: two daemons
# that have just been started, one with the usual audience and one with the large one. PostgreSQL's
# memory is not in it.

use strict;
use warnings;

use Time::HiRes qw(time);

use Bench::SendLoad;

{
    name => 'send.rss_growth_mb',
    unit => 'MB',
    against => 'the usual audience',
    target => 32,
    at_most => 1,
    measure => sub {
        my ($effort, $progress) = @_;
        my %peak;
        my $seconds;
        for my $size (@$effort{qw(audience large_audience)}) {
            $progress->("making $size subscriptions");
            my $load = Bench::SendLoad->shared(audience => $size);
            $load->restart;
            $progress->("sending to $size");
            $seconds = time;
            $load->slice;
            $seconds = time - $seconds;
            $peak{$size} = $load->peak_mb;
        }
        my ($few, $many) = map { $peak{$_} } @$effort{qw(audience large_audience)};
        return $many - $few, {
            'MB at its peak, usual audience' => $few,
            'MB at its peak, large audience' => $many,
            'messages/s to the large audience' => $effort->{large_audience} / $seconds,
        };
    },
};
