package WebPush::Process;

# A program started by a test, its output in <test_dir>/<name>.log.
#
#     my $process = WebPush::Process->start('nghttpd', ['nghttpd', '--no-tls', $port]);
#     ...
#     $process->stop('TERM');          # a check: exit status 0, no sanitizer report
#
# What is still running at done_testing() is stopped there by TERM. capture() runs a short program.

use WebPush::Test;
use POSIX qw(WNOHANG);
use Time::HiRes qw(time sleep);

our @ISA = ('Exporter');
our @EXPORT_OK = qw(capture sanitizer_reports);

sub import { goto &Exporter::import }

# Options: env => {NAME => value or undef to remove}, cwd, stop_signal (default TERM).
sub start {
    my ($class, $name, $command, %option) = @_;
    my $self = bless {
        name => $name,
        command => $command,
        log => free_log_name($name),
        stop_signal => $option{stop_signal} // 'TERM',
    }, $class;
    note("start @$command") if $ENV{TEST_VERBOSE};
    write_file($self->{log}, '');  # there for output() even before the child has opened it
    $self->{pid} = spawn($command, $self->{log}, $self->{log}, %option);
    at_finish(sub { $self->stop if $self->running });
    return $self;
}

# A process that became the test's child by losing its parent. `log` is where its output goes.
sub adopt {
    my ($class, $name, $pid, %option) = @_;
    my $self = bless { name => $name, pid => $pid, stop_signal => 'TERM', %option }, $class;
    at_finish(sub { $self->stop if $self->running });
    return $self;
}

sub pid { return $_[0]{pid} }

# Everything the program has printed so far.
sub output { return read_file($_[0]{log}) }

sub signal {
    my ($self, $signal) = @_;
    kill $signal, $self->{pid} or die "$self->{name}: kill $signal: $!\n";
    return;
}

# False once it has ended; then status() tells how.
sub running {
    my ($self) = @_;
    return 0 if defined $self->{status};
    return 1 if waitpid($self->{pid}, WNOHANG) == 0;
    $self->{status} = $?;
    return 0;
}

# "exit 0", "signal 9"; undef while it runs.
sub status {
    my ($self) = @_;
    return undef if $self->running;
    my $status = $self->{status};
    return $status & 127 ? 'signal ' . ($status & 127) : 'exit ' . ($status >> 8);
}

# Polls for the condition, but gives up at once when the program has ended.
sub wait_until {
    my ($self, $what, $condition, $seconds) = @_;
    return wait_for {
        my $value = $condition->();
        if (!$value && !$self->running) {
            my $output = $self->output;
            die "$self->{name} ended (", $self->status, ") before $what:\n$output\n";
        }
        $value;
    } $what, $seconds;
}

# Signals and waits for the end; one check that it ended well. A program that does not react is
# killed and has failed.
sub stop {
    my ($self, $signal) = @_;
    $signal //= $self->{stop_signal};
    $self->signal($signal) if $self->running;
    eval { $self->wait_end; 1 } or $self->kill9;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my @problems = ((grep { $_ ne 'exit 0' } $self->status), sanitizer_reports($self->output));
    return is(join("\n", @problems), '', "$self->{name} ends cleanly");
}

sub wait_end {
    my ($self, $seconds) = @_;
    wait_for { !$self->running } "the end of $self->{name}", $seconds // 20;
    return $self->status;
}

# The power plug: no checks.
sub kill9 {
    my ($self) = @_;
    $self->signal('KILL') if $self->running;
    return $self->wait_end;
}

# Runs a program to its end: {exit, stdout, stderr}. Options as start(), and stdin => text.
# exit is the exit code, 128 + the signal when killed.
sub capture {
    my ($command, %option) = @_;
    note("run @$command") if $ENV{TEST_VERBOSE};
    my $base = free_log_name("capture-$$") =~ s/\.log$//r;
    my ($in, $out, $err) = map { "$base.$_" } qw(in out err);
    write_file($in, delete $option{stdin} // '');
    my $pid = spawn($command, $out, $err, %option, stdin_file => $in);
    waitpid $pid, 0;
    my $exit = $? & 127 ? 128 + ($? & 127) : $? >> 8;
    my %result = (exit => $exit, stdout => read_file($out), stderr => read_file($err));
    unlink $in, $out, $err;
    return \%result;
}

# The lines by which a sanitizer announces a report.
sub sanitizer_reports {
    my ($text) = @_;
    return grep { /Sanitizer|runtime error:/ } split /\n/, $text;
}

sub spawn {
    my ($command, $out, $err, %option) = @_;
    my $pid = fork // die "fork: $!";
    return $pid if $pid;

    # The child: nothing but exec, and never the test's own END blocks.
    my $started = eval {
        setpgrp 0, 0;
        chdir($option{cwd} // root()) or die "chdir: $!\n";
        open STDIN, '<', $option{stdin_file} // '/dev/null' or die "stdin: $!\n";
        open STDOUT, '>>', $out or die "$out: $!\n";
        open STDERR, '>>', $err or die "$err: $!\n";
        set_environment($option{env} // {});
        no warnings 'exec';
        exec {$command->[0]} @$command or die "$command->[0]: $!\n";
    };
    print STDERR $@ if !$started;
    POSIX::_exit(127);
}

sub set_environment {
    my ($change) = @_;
    $ENV{ASAN_OPTIONS} //= 'abort_on_error=0:detect_stack_use_after_return=1';
    $ENV{UBSAN_OPTIONS} //= 'print_stacktrace=1';
    for my $name (keys %$change) {
        if (defined $change->{$name}) {
            $ENV{$name} = $change->{$name};
        } else {
            delete $ENV{$name};
        }
    }
    return;
}

sub free_log_name {
    my ($name) = @_;
    my $base = test_dir() . "/$name";
    my $count = 1;
    my $path = "$base.log";
    $path = "$base-" . ++$count . '.log' while -e $path;
    return $path;
}

1;
