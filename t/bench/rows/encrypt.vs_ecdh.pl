package Bench::Row::EncryptVsEcdh;

# One whole message encryption (key pair, ECDH, key derivation, AES-128-GCM) against the one operation
# in it that nobody can save: an ECDH on P-256, as `openssl speed` measures it on this machine.

use strict;
use warnings;

use Bench::Compare;
use Bench::Programs;
use Bench::SendLoad;

{
    name => 'encrypt.vs_ecdh',
    unit => 'us CPU/message',
    against => 'openssl speed ecdhp256',
    target => 0.72,
    measure => sub {
        my ($effort, $progress) = @_;
        my $notification = Bench::SendLoad::notification_json();
        my $result = compare(
            rounds => $effort->{rounds},
            progress => $progress,
            reference => sub { openssl_ecdh($effort->{openssl_seconds}) },
            ours => sub { bare_encryption($notification, $effort->{seconds}) },
        );
        return $result, {
            'octets, the payload' => $result->{slices}{ours}[0]{octets},
            'messages/s of one processor' => 1e9 / $result->{ours},
        };
    },
};
