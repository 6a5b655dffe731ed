package WebPush::Watch;

# What an nginx, and a webpushd beside it, take of descriptors and memory, over time.
#
#     my $watch = WebPush::Watch->new($nginx, $daemon);
#     $watch->sample;                                   # once a second, say
#     my ($before, $after) = $watch->quarters('master_kb');    # medians of the second and the last quarter
#     is_deeply([$watch->master_files], [...]);         # kinds of what the master has open
#
# Series: master_fds (without the channels to its workers), master_kb, worker_fds, worker_kb (the newest
# worker, so that ages compare), processes (workers, those included that shut down), daemon_fds,
# daemon_kb. Kilobytes are of private memory.

use WebPush::Test;

use List::Util qw(max sum0);

# The master has both ends of the socket pair to each worker.
use constant CHANNEL => 2;

sub new {
    my ($class, $nginx, $daemon) = @_;
    return bless { nginx => $nginx, daemon => $daemon, series => {} }, $class;
}

sub sample {
    my ($self) = @_;
    my $master = $self->{nginx}->pid;
    my @children = children($master);
    my %now = (
        master_fds => descriptors($master) - CHANNEL * @children,
        master_kb => memory($master),
        processes => scalar @children,
        daemon_fds => descriptors($self->{daemon}->pid),
        daemon_kb => memory($self->{daemon}->pid),
    );
    my @workers = $self->{nginx}->worker_pids;
    @now{qw(worker_fds worker_kb)} = (descriptors($workers[-1]), memory($workers[-1])) if @workers;
    push @{ $self->{series}{$_} }, $now{$_} for grep { $now{$_} } keys %now;
    return;
}

sub children { return split ' ', read_file("/proc/$_[0]/task/$_[0]/children") }

# Of a process that is gone they are nothing.
sub descriptors { return scalar(() = glob "/proc/$_[0]/fd/*") }

sub memory {
    my ($pid) = @_;
    my $status = eval { read_file("/proc/$pid/status") } // '';
    return sum0($status =~ /^(?:RssAnon|VmSwap):\s+(\d+) kB$/mg);
}

sub quarters {
    my ($self, $name) = @_;
    my @values = @{ $self->{series}{$name} };
    my $quarter = int(@values / 4);
    return (median(@values[$quarter .. 2 * $quarter - 1]), median(@values[-$quarter .. -1]));
}

sub median {
    my @sorted = sort { $a <=> $b } @_;
    return $sorted[$#sorted / 2];
}

sub most { my ($self, $name) = @_; return max @{ $self->{series}{$name} } }

# What the master has open: paths, and kinds of what has none, sorted.
sub master_files {
    my ($self) = @_;
    my $master = $self->{nginx}->pid;
    return sort map { (readlink($_) // 'closed') =~ s/:\[\d+\]//r } glob "/proc/$master/fd/*";
}

1;
