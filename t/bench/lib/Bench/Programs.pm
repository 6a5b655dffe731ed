package Bench::Programs;

# Programs that time themselves, one slice a call: {cost => CPU nanoseconds an operation, ...}.
#
#     my $slice = bare_encryption($notification_json, $seconds);   # octets: of the payload
#     my $slice = openssl_ecdh($seconds);                          # whole seconds
#     my $slice = node_web_push($octets, $seconds);
#     my $median = fdatasync_ns($directory);                       # elapsed time, of 8 kB

use strict;
use warnings;

use Exporter 'import';
use WebPush::Process qw(capture);
use WebPush::Test;

our @EXPORT = qw(bare_encryption openssl_ecdh node_web_push fdatasync_ns);

sub bare_encryption {
    my ($notification_json, $seconds) = @_;
    my %said = run(build_path('bench/encrypt'), $notification_json, $seconds) =~ /(\w+) (\d+)/g;
    return { cost => $said{cpu_ns} / $said{messages}, octets => $said{octets} };
}

sub node_web_push {
    my ($octets, $seconds) = @_;
    my %said = run('node', root() . '/t/bench/web_push.mjs', $octets, $seconds) =~ /(\w+) (\d+)/g;
    return { cost => $said{cpu_ns} / $said{messages} };
}

# "+F5:3:256:<operations a second>:<seconds an operation>", by user CPU time.
sub openssl_ecdh {
    my ($seconds) = @_;
    my ($per_second) = run(qw(openssl speed -mr -seconds), $seconds, 'ecdhp256') =~ /^\+F5:\d+:256:([\d.]+):/m
        or die "openssl speed: not understood\n";
    return { cost => 1e9 / $per_second };
}

sub fdatasync_ns {
    my ($directory) = @_;
    return (run(build_path('bench/fdatasync'), "$directory/sync") =~ /^median_ns (\d+)$/)[0];
}

sub run {
    my (@command) = @_;
    my $result = capture(\@command);
    die "@command: $result->{stderr}\n" if $result->{exit} != 0;
    return $result->{stdout};
}

1;
