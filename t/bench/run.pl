#!/usr/bin/env perl

# Measures the rows of t/bench/rows and writes them to a file (README.md): `make bench` runs it.
#
#     perl -I t/lib -I t/bench/lib t/bench/run.pl [--quick] [--output FILE] [ROW ...]
#
# --quick takes slices that are too small to tell anything, to see that all works.

use strict;
use warnings;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Path qw(make_path);
use Getopt::Long qw(GetOptions);
use Test::More ();
use WebPush::Test;

use Bench::Report;

# `seconds` of CPU time for programs that time themselves, the rest are items of a slice.
my %thorough = (
    rounds => 7, clicks => 60_000, events => 60_000, visit_seconds => 2, subscribes => 40_000, audience => 20_000, seconds => 0.5,
    openssl_seconds => 1, latency_seconds => 1, idle_connections => 10_000, ingested => 1_000_000,
    large_audience => 2_000_000, first_pushes => 5, million => 1_000_000,
);
my %quick = (
    rounds => 1, clicks => 1000, events => 1000, visit_seconds => 1, subscribes => 1000, audience => 500, seconds => 0.05,
    openssl_seconds => 1, latency_seconds => 0.1, idle_connections => 200, ingested => 2000,
    large_audience => 500, first_pushes => 1, million => 500,
);

my @order = qw(
    edge.click edge.event_async edge.subscribe_durable edge.visit edge.latency edge.memory
    encrypt.vs_ecdh send.cpu_vs_encrypt send.cpu_vs_node_web_push
    send.vs_web_push send.vs_pushforge
    send.two_threads send.stalled_origin ingest.events send.first_push_seconds send.rss_growth_mb
);

# Only when they are named: the first needs perf, the second shows what a person sees, and takes minutes.
my @others = qw(send.claim_record_share send.million);

# What the harness checks (that servers end cleanly and left no errors in their logs) is said only
# when it failed.
my $checks = '';
Test::More->builder->output(\$checks);
alarm 0;
local $SIG{INT} = local $SIG{TERM} = sub { end_early('stopping', 130) };
exit(eval { main() } // end_early($@, 1));

sub main {
    my $output = build_path('bench.json');
    GetOptions('quick' => \my $quick, 'output=s' => \$output) or die "options: --quick --output FILE\n";
    my @rows = map { load_row($_) } @ARGV ? @ARGV : @order;
    my $report = Bench::Report->new($output);
    make_path(build_path('.') . '/bench');
    for my $row (@rows) {
        my $progress = sub { print STDERR "$row->{name}: $_[0]\n" };
        my @measured = $row->{measure}->($quick ? \%quick : \%thorough, $progress);
        my $add = $row->{figures} ? 'add_figures' : $row->{at_most} ? 'add_value' : 'add';
        $report->$add($row, @measured);
    }
    done_testing();
    print $report->table;
    $report->write;
    print "written to $output\n";
    return Test::More->builder->is_passing ? 0 : 1;
}

sub load_row {
    my ($name) = @_;
    my $path = abs_path(dirname(__FILE__)) . "/rows/$name.pl";
    die "no row is called $name; there are: @order @others\n" if !grep { $_ eq $name } @order, @others;
    return do($path) // die "$path: ", $@ || $!, "\n";
}

# Servers end by their own way; what is left of them and of the programs dies with us.
sub end_early {
    my ($why, $status) = @_;
    $SIG{INT} = $SIG{TERM} = 'IGNORE';
    print STDERR $why =~ s/\n*\z/\n/r;
    Test::More->builder->no_ending(1);
    WebPush::Test::run_finishers();
    exit $status;
}
