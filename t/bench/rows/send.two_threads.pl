package Bench::Row::SendTwoThreads;

# What a message costs with one sender thread and with two: they share nothing but the processors and
# PostgreSQL, so it should be the same.

use strict;
use warnings;

use Bench::Compare;
use Bench::SendLoad;

{
    name => 'send.two_threads',
    unit => 'us CPU/message',
    against => 'one sender thread',
    target => 0.91,
    measure => sub {
        my ($effort, $progress) = @_;
        my ($one, $two) = map { Bench::SendLoad->shared(audience => $effort->{audience}, threads => $_) } 1, 2;
        my $result = compare(
            rounds => $effort->{rounds},
            progress => $progress,
            reference => sub { $one->slice },
            ours => sub { $two->slice },
        );
        return $result, Bench::SendLoad::beside($result);
    },
};
