package Bench::Cpu;

# Processor time, user and system, of running processes, from /proc.
#
#     my $before = cpu_ns($pid);         # all threads that it has now: a thread that ends meanwhile is lost
#     my $before = family_cpu_ns($pid);  # its descendants, also those that have ended; by 10 ms

use strict;
use warnings;

use Exporter 'import';
use POSIX qw(sysconf _SC_CLK_TCK);
use WebPush::Test;

our @EXPORT = qw(cpu_ns family_cpu_ns spent);

my $ns_per_tick = 1e9 / sysconf(_SC_CLK_TCK);

sub cpu_ns {
    my ($pid) = @_;
    my $sum = 0;
    for my $file (glob "/proc/$pid/task/*/schedstat") {
        $sum += (split ' ', read_file($file))[0];
    }
    return $sum;
}

sub family_cpu_ns {
    my ($pid) = @_;
    my $sum = 0;
    for my $child (map { split ' ', read_if_there($_) } glob "/proc/$pid/task/*/children") {
        my @stat = split ' ', read_if_there("/proc/$child/stat") =~ s/^.*\) //sr or next;
        $sum += $ns_per_tick * ($stat[11] + $stat[12]);    # its own
        $sum += $ns_per_tick * ($stat[13] + $stat[14]);    # of children that have ended
        $sum += family_cpu_ns($child);
    }
    return $sum;
}

sub read_if_there {
    my ($path) = @_;
    return eval { read_file($path) } // '';
}

# What `clock` says more after the work than before it.
sub spent {
    my ($clock, $work) = @_;
    my $before = $clock->();
    $work->();
    return $clock->() - $before;
}

1;
