package Bench::Row::SendCpuVsNodeWebPush;

# What npm's web-push takes to encrypt and sign a message of the same size, without sending it, against
# all that webpushd does for one.

use strict;
use warnings;

use Bench::Compare;
use Bench::Programs;
use Bench::SendLoad;

{
    name => 'send.cpu_vs_node_web_push',
    unit => 'us CPU/message',
    against => 'web-push, unsent',
    target => 8,
    measure => sub {
        my ($effort, $progress) = @_;
        my $load = Bench::SendLoad->shared(audience => $effort->{audience});
        my $octets = bare_encryption(Bench::SendLoad::notification_json(), $effort->{seconds})->{octets};
        my $result = compare(
            rounds => $effort->{rounds},
            progress => $progress,
            reference => sub { node_web_push($octets, $effort->{seconds}) },
            ours => sub { $load->slice },
        );
        return $result, Bench::SendLoad::beside($result);
    },
};
