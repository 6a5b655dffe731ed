package Bench::Latency;

# How long answers take while the worker has little to do, by t/bench/open_loop.cpp: requests at random
# moments, so many a second, whether or not the ones before have been answered.
#
#     my ($click, $visit) = open_loop($edge_load, rate => 1000, seconds => 1,
#         kinds => [[get('/push/c/...')], [map { get('/', "Cookie: $_") } @cookies]]);
#
# The rate is of all kinds together, whose requests take turns. Each result is {p50, p99} in microseconds.
# Dies unless every request was answered 2xx or 3xx.

use strict;
use warnings;

use Exporter 'import';
use WebPush::Process qw(capture);
use WebPush::Test;

use Bench::EdgeLoad;

our @EXPORT = qw(open_loop get post);

use constant CONNECTIONS => 64;

my $files = 0;

sub get { my ($path, @headers) = @_; return request('GET', $path, @headers) . "\r\n" }

sub post {
    my ($path, $body) = @_;
    return request('POST', $path, 'Content-Type: application/json', 'Content-Length: ' . length $body) . "\r\n$body";
}

sub request {
    my ($method, $path, @headers) = @_;
    return join '', map { "$_\r\n" } "$method $path HTTP/1.1", 'Host: 127.0.0.1',
        'User-Agent: ' . Bench::EdgeLoad::USER_AGENT, @headers;
}

sub open_loop {
    my ($load, %option) = @_;
    my @files = map { requests_file(@$_) } @{ $option{kinds} };
    my $result = capture([
        Bench::EdgeLoad::on_second_processor(), build_path('bench/open_loop'), $load->edge->nginx->port, CONNECTIONS,
        @option{qw(rate seconds)}, @files,
    ]);
    unlink @files;
    die "open_loop: $result->{stderr}\n" if $result->{exit} != 0;
    return map { quantiles($_) } split /\n/, $result->{stdout};
}

sub requests_file { return write_file(test_dir() . '/' . ++$files . '-open-loop', join '', map { "$_\0" } @_) }

sub quantiles {
    my ($line) = @_;
    my %said = $line =~ /(\w+) (\d+)/g;
    die "open_loop: not all requests were answered as they should be: $line\n" if !$said{requests} || $said{errors};
    return { p50 => $said{p50_ns} / 1000, p99 => $said{p99_ns} / 1000 };
}

1;
