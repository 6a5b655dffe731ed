package WebPush::Test;

# What every test uses: Test::More, strict and warnings, a directory of its own, ports, waiting, and
# the end of the test, which nothing started by it outlives.
#
#     use WebPush::Test;
#     my $file = test_dir() . '/answer';
#     wait_for { -e $file } 'the answer';
#     done_testing();
#
# Environment: WEBPUSH_BUILD    what is tested (default <root>/build)
#              TEST_LEAVE=1     keep the test's directory, print its name
#              TEST_VERBOSE=1   print commands as they are run, logs when the test fails
#              TEST_SANITIZE=1  the build is a sanitizer one (set by make asan)
#              TEST_NGINX       another nginx than this machine's (set by make nopool)
#              TEST_SLOW=N      multiply all deadlines (default 1, with a sanitizer 4)

use strict;
use warnings;

use Cwd qw(abs_path);
use Exporter ();
use File::Basename qw(dirname);
use File::Path qw(remove_tree);
use File::Temp qw(tempdir);
use IO::Socket::INET;
use POSIX qw(WNOHANG);
use Socket qw(SOCK_STREAM SOCK_DGRAM SOMAXCONN);
use Test::More import => ['!done_testing'];
use Time::HiRes qw(time sleep);

our @ISA = ('Exporter');
our @EXPORT = (
    (grep { /^\w/ && $_ ne 'done_testing' } @Test::More::EXPORT),
    qw(root build_path test_dir owned_dir free_port free_udp_port wait_for deadline alive
       read_file write_file at_finish done_testing),
);

my $test_pid = $$;
my $root = abs_path(dirname(__FILE__) . '/../../..');
my $dir;
my @port_locks;
my @at_finish;

use constant { PR_SET_CHILD_SUBREAPER => 36, TEST_SECONDS => 180, LEFTOVER_SECONDS => 5 };

sub import {
    strict->import;
    warnings->import;
    goto &Exporter::import;
}

# ---- where things are ----

sub root { return $root }

# The path of something built: build_path('webpushd').
sub build_path {
    my ($name) = @_;
    my $build = $ENV{WEBPUSH_BUILD} // "$root/build";
    return abs_path($build) . "/$name";
}

# The test's own directory: short, as socket paths end at 107 octets, and open to www-data.
sub test_dir {
    if (!$dir) {
        $dir = tempdir('/tmp/wp-XXXXXX');
        chmod 0755, $dir or die "chmod $dir: $!";
    }
    return $dir;
}

# Makes a directory below test_dir() that nginx's workers and the daemon may write to.
sub owned_dir {
    my ($name) = @_;
    my $path = test_dir() . "/$name";
    mkdir $path or die "mkdir $path: $!" if !-d $path;
    chown scalar getpwnam('www-data'), scalar getgrnam('www-data'), $path if $> == 0;
    return $path;
}

sub read_file {
    my ($path) = @_;
    open my $in, '<:raw', $path or die "$path: $!";
    local $/;
    return scalar(<$in>) // '';
}

sub write_file {
    my ($path, $content) = @_;
    open my $out, '>:raw', $path or die "$path: $!";
    print {$out} $content or die "$path: $!";
    close $out or die "$path: $!";
    return $path;
}

# A free TCP port of 127.0.0.1. Its UDP twin stays bound until the test ends: that is the lock
# against other tests running at the same time.
sub free_port {
    for (1 .. 200) {
        my $port = 10000 + int rand 20000;
        my %at = (LocalAddr => '127.0.0.1', LocalPort => $port);
        my $lock = IO::Socket::INET->new(%at, Proto => 'udp', Type => SOCK_DGRAM) or next;
        IO::Socket::INET->new(%at, Proto => 'tcp', Type => SOCK_STREAM, Listen => SOMAXCONN) or next;
        push @port_locks, $lock;
        return $port;
    }
    die "no free port\n";
}

# Gives a port's UDP twin to whoever is about to bind it, which locks the port from then on.
sub free_udp_port {
    my ($port) = @_;
    @port_locks = grep { $_->sockport != $port } @port_locks;
    return;
}

# ---- waiting ----

# Seconds for a deadline, stretched where everything is slower.
sub deadline {
    my ($seconds) = @_;
    return $seconds * ($ENV{TEST_SLOW} // ($ENV{TEST_SANITIZE} ? 4 : 1));
}

# Polls until the block is true and returns its value; dies after `seconds` (default 10).
sub wait_for (&$;$) {
    my ($condition, $what, $seconds) = @_;
    my $end = time + deadline($seconds // 10);
    while (1) {
        my $value = $condition->();
        return $value if $value;
        die "timed out waiting for $what\n" if time > $end;
        sleep 0.02;
    }
}

# ---- processes ----

# True while the process runs (a zombie does not).
sub alive {
    my ($pid) = @_;
    my ($state) = process_stat($pid);
    return defined $state && $state ne 'Z';
}

# (state, parent) of a process, or nothing when it is gone.
sub process_stat {
    my ($pid) = @_;
    open my $in, '<', "/proc/$pid/stat" or return;
    my $line = <$in> // return;
    return $line =~ /\) (\S) (\d+)/;
}

# All living descendants of the test; those that lost their parent have come to us (import of
# orphans is switched on below).
sub descendants {
    my %children;
    for my $pid (map { m{/(\d+)$} } glob '/proc/[0-9]*') {
        my ($state, $parent) = process_stat($pid) or next;
        push @{ $children{$parent} }, $pid if $state ne 'Z';
    }
    my @found;
    my @next = @{ $children{$$} // [] };
    while (defined(my $pid = shift @next)) {
        push @found, $pid;
        push @next, @{ $children{$pid} // [] };
    }
    return @found;
}

sub process_name {
    my ($pid) = @_;
    my $name = eval { read_file("/proc/$pid/cmdline") } // '';
    return "$pid " . ($name =~ s/\0/ /gr);
}

sub adopt_orphans {
    require 'syscall.ph';    # the numbers differ by architecture
    syscall(&SYS_prctl, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0 or die "prctl: $!";
    return;
}

# ---- the end ----

# Runs the code when the test is over, last registered first: stop a server and check its end.
sub at_finish {
    my ($code) = @_;
    push @at_finish, $code;
    return;
}

# Stops what still runs, with its checks, then prints the plan.
sub done_testing {
    run_finishers();
    my @left = wait_for_no_descendants();
    is(join("\n", map { process_name($_) } @left), '', 'no process is left');
    kill 'KILL', @left if @left;
    return Test::More::done_testing();
}

sub run_finishers {
    while (my $code = pop @at_finish) {
        eval { $code->(); 1 } or fail("stopping: $@");
    }
    return;
}

# What dies by itself (a database whose daemon was killed) gets a moment to do so.
sub wait_for_no_descendants {
    my $end = time + deadline(LEFTOVER_SECONDS);
    while (my @left = descendants()) {
        return @left if time > $end;
        1 while waitpid(-1, WNOHANG) > 0;
        sleep 0.02;
    }
    return;
}

$SIG{INT} = $SIG{TERM} = sub { exit 1 };
$SIG{ALRM} = sub { die 'the whole test took longer than ', deadline(TEST_SECONDS), " s\n" };
$SIG{PIPE} = 'IGNORE';
alarm deadline(TEST_SECONDS);
adopt_orphans();
srand($$ ^ int(1000 * time));

END {
    if ($$ == $test_pid) {
        my $status = $?;
        kill 'KILL', descendants();
        my $good = $status == 0 && Test::More->builder->is_passing;
        show_logs() if $dir && !$good && $ENV{TEST_VERBOSE};
        if ($dir && $ENV{TEST_LEAVE}) {
            diag("left: $dir");
        } elsif ($dir) {
            remove_tree($dir);
        }
        $? = $status;
    }
}

sub show_logs {
    for my $log (glob "$dir/*.log $dir/*/*.log") {
        diag("---- $log\n" . substr(read_file($log), -4000));
    }
    return;
}

1;
