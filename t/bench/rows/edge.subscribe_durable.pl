package Bench::Row::EdgeSubscribeDurable;

# A subscription that is answered only when it is on the disk, against the same module without that: a
# build in which t/bench/module/group_commit.cpp stands for group commit, writing a round of the event
# loop at once. So the ratio is the whole price of durability: waiting, the thread, the sync.

use strict;
use warnings;

use JSON::PP qw(encode_json);
use WebPush::Edge;

use Bench::Compare;
use Bench::EdgeLoad;
use Bench::Programs;

use constant CONNECTIONS => 256;

{
    name => 'edge.subscribe_durable',
    unit => 'us CPU/request',
    against => 'the same unsynced',
    target => 0.70,
    measure => sub {
        my ($effort, $progress) = @_;
        my $synced = Bench::EdgeLoad->new(server => '');
        my $unsynced = Bench::EdgeLoad->new(server => '', module => 'bench/unsynced_module.so');
        my %size = (
            requests => $effort->{subscribes},
            connections => CONNECTIONS,
            paths => ['/push/subscribe'],
            body => encode_json(subscription()),
        );
        my $result = compare(
            rounds => $effort->{rounds},
            progress => $progress,
            reference => sub { $unsynced->slice('unsynced', %size) },
            ours => sub { $synced->slice('synced', %size) },
        );
        my $sync = fdatasync_ns($synced->logs);
        $_->stop for $synced, $unsynced;
        return $result, {
            'connections' => CONNECTIONS,
            'requests/s' => median(map { $_->{per_second} } @{ $result->{slices}{ours} }),
            'requests/s, unsynced' => median(map { $_->{per_second} } @{ $result->{slices}{reference} }),
            'us fdatasync of 8 kB, median' => $sync / 1000,
        };
    },
};
