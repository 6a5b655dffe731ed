package Bench::EdgeLoad;

# One nginx with the edge's endpoints and one worker, its logs on the checkout's disk, and h2load or
# wrk as its browsers: keep-alive connections over HTTP/1.1. Where there are two processors the worker
# has the first one for itself and its threads, its browsers the second.
#
#     my $load = Bench::EdgeLoad->new(server => 'location ...', module => 'bench/...');
#     my $slice = $load->slice('clicks', requests => 1000, connections => 64, paths => [...]);
#     $slice = $load->visitors('visits', seconds => 1, connections => 64, path => '/', headers => [...]);
#
# A slice is {cost => the worker's CPU nanoseconds a request, per_second}. It dies unless every
# request was answered 2xx or 3xx.

use strict;
use warnings;

use File::Temp qw(tempdir);
use WebPush::Disk;
use WebPush::Edge;
use WebPush::Process qw(capture);
use WebPush::Test;

use Bench::Cpu;

use constant USER_AGENT =>
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

my $processors = grep { /^processor/ } split /\n/, read_file('/proc/cpuinfo');
my $files = 0;

# Options: server (directives to add), module (a build of the module other than the usual one),
# worker_connections, disk (its logs are on a disk that can be made slow).
sub new {
    my ($class, %option) = @_;
    my $parent = log_directory();
    my $logs = "$parent/log";
    my $edge = WebPush::Edge->new(
        log_dir => $logs,
        log_level => 'warn',
        globals => $processors > 1 ? 'worker_cpu_affinity 01;' : '',
        http => 'keepalive_requests 100000000;',
        server => "access_log off; $option{server}",
        map { exists $option{$_} ? ($_ => $option{$_}) : () } qw(module worker_connections),
    );
    my $disk = $option{disk} ? WebPush::Disk->under($edge, $parent) : undef;
    return bless { edge => $edge->run, logs => $logs, disk => $disk }, $class;
}

# With a folder "log"; removed with all that is in it when the program ends, whoever ends it.
sub log_directory {
    my $parent = tempdir("log-$$-XXXXXX", DIR => build_path('bench'), CLEANUP => 1);
    mkdir "$parent/log" or die "mkdir $parent/log: $!";
    chmod 0755, $parent;
    chown scalar getpwnam('www-data'), scalar getgrnam('www-data'), "$parent/log" if $> == 0;
    return $parent;
}

# Before the next row's nginx takes the same processor.
sub stop { my ($self) = @_; return $self->{edge}->nginx->stop }

sub edge { return $_[0]{edge} }
sub logs { return $_[0]{logs} }
sub disk { return $_[0]{disk} }

# Options: requests, connections, paths (used in turns), body (a POST of JSON).
sub slice {
    my ($self, $name, %option) = @_;
    my ($worker) = $self->{edge}->nginx->worker_pids;
    my $answer;
    my $cpu = spent(sub { cpu_ns($worker) }, sub { $answer = h2load($self->command($name, %option)) });
    unlink $self->left_log_files;
    return { cost => $cpu / $option{requests}, per_second => $answer->{per_second} };
}

# Options: seconds, connections, path, headers (one a request, in turns; h2load has the same for all).
sub visitors {
    my ($self, $name, %option) = @_;
    my $headers = $self->{lists}{$name} //= input("$name.headers", map { "$_\n" } @{ $option{headers} });
    my ($worker) = $self->{edge}->nginx->worker_pids;
    my $text;
    my $cpu = spent(sub { cpu_ns($worker) }, sub {
        $text = capture([
            on_second_processor(), 'wrk', '-t', 1, '-c', $option{connections}, '-d', "$option{seconds}s",
            '-s', 't/bench/visitors.lua', $self->base, '--', $option{path}, $headers,
        ])->{stdout};
    });
    my ($requests, $us) = $text =~ /^visitors: ([1-9]\d*) requests, (\d+) us, 0 errors$/m
        or die "wrk: not all requests were answered as they should be:\n$text";
    return { cost => $cpu / $requests, per_second => $requests / $us * 1e6 };
}

sub base { my ($self) = @_; return 'http://127.0.0.1:' . $self->{edge}->nginx->port }

sub on_second_processor { return $processors > 1 ? qw(taskset -c 1) : () }

sub command {
    my ($self, $name, %option) = @_;
    my $base = $self->base;
    my $list = $self->{lists}{$name} //= input("$name.paths", map { "$base$_\n" } @{ $option{paths} });
    my @body;
    if (defined $option{body}) {
        my $body = $self->{bodies}{$name} //= input("$name.body", $option{body});
        @body = ('-d', $body, '-H', 'Content-Type: application/json');
    }
    return (
        on_second_processor(), 'h2load', '--h1', '-n', $option{requests}, '-c', $option{connections}, '-i', $list,
        '-H', 'User-Agent: ' . USER_AGENT, @body,
    );
}

sub input {
    my ($name, @text) = @_;
    return write_file(test_dir() . '/' . ++$files . "-$name", join '', @text);
}

sub h2load {
    my (@command) = @_;
    my $result = capture(\@command);
    my $text = $result->{stdout};
    my ($per_second) = $text =~ m{([\d.]+) req/s};
    my ($total) = $text =~ /^requests: (\d+) total/m;
    my ($good, $redirects) = $text =~ /^status codes: (\d+) 2xx, (\d+) 3xx/m;
    die "h2load: not all requests were answered as they should be:\n$text$result->{stderr}"
        if $result->{exit} != 0 || !$total || $total != $good + $redirects;
    return { per_second => $per_second };
}

# Files of which the worker has begun a next one.
sub left_log_files {
    my ($self) = @_;
    my @left;
    for my $log (qw(subscriptions events)) {
        my @files = $self->{edge}->log_files($log);
        pop @files;
        push @left, @files;
    }
    return @left;
}

1;
