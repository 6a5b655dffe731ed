package Bench::Row::SendClaimRecord;

# How much of webpushd's CPU at its full rate goes to the database: claiming and loading chunks and
# recording outcomes, their preparation, libpq and the kernel's part for its sockets. By perf.

use strict;
use warnings;

use Bench::Profile;
use Bench::SendLoad;

my @parts = (
    ['claim, load, record' => qr/AsyncConnection|JobStore|JobRunner|OutcomeStore|OutcomeBatch|\bPQ/],
    ['encryption' => qr/MessageEncryptor::/],
    ['payload' => qr/render_payload/],
    ['Topic, VAPID' => qr/webpush::topic|[Vv]apid/],
    ['TLS' => qr/\bSSL_/],
    ['nghttp2' => qr/nghttp2_/],
);

{
    name => 'send.claim_record_share',
    unit => '%',
    against => 'CPU of webpushd',
    target => 10,
    at_most => 1,
    measure => sub {
        my ($effort, $progress) = @_;
        my $load = Bench::SendLoad->shared(audience => $effort->{audience});
        $progress->('warming up');
        $load->slice;
        $progress->('sampling');
        my $share = shares($load->daemon->pid, sub { $load->slice for 1 .. $effort->{rounds} }, @parts);
        my $samples = delete $share->{samples};
        my %percent = map { $_ => 100 * $share->{$_} } keys %$share;
        my $value = delete $percent{'claim, load, record'};
        return $value, { samples => $samples, map { ("% $_" => $percent{$_}) } keys %percent };
    },
};
