package Bench::Row::SendCpuVsEncrypt;

# Our bare encryption of a message against all that webpushd does for it: claims, loads, renders,
# encrypts, signs, sends over TLS and HTTP/2, reads the answer, records. The kernel's part is in it,
# PostgreSQL's is beside.

use strict;
use warnings;

use Bench::Compare;
use Bench::Programs;
use Bench::SendLoad;

{
    name => 'send.cpu_vs_encrypt',
    unit => 'us CPU/message',
    against => 'our bare encryption',
    target => 0.75,
    measure => sub {
        my ($effort, $progress) = @_;
        my $load = Bench::SendLoad->shared(audience => $effort->{audience});
        my $notification = Bench::SendLoad::notification_json();
        my $result = compare(
            rounds => $effort->{rounds},
            progress => $progress,
            reference => sub { bare_encryption($notification, $effort->{seconds}) },
            ours => sub { $load->slice },
        );
        return $result, Bench::SendLoad::beside($result);
    },
};
