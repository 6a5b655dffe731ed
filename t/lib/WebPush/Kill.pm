package WebPush::Kill;

# kill -9 of what a fleet consists of, and what brings it back. Each tells when it was (unix time).
#
#     my $killed = kill9($fleet->nginx->worker_pids);     # nginx starts others
#     kill_postgres($fleet->daemon);                      # returns when webpushd has started another
#     kill_daemon($fleet->daemon, with_postgres => 1);    # and starts it again

use WebPush::Test;

use Exporter ();
use POSIX qw(WNOHANG);
use Time::HiRes qw(time);

our @ISA = ('Exporter');
our @EXPORT = qw(kill9 kill_postgres kill_daemon end_leases);

sub import { goto &Exporter::import }

sub kill9 {
    my @pids = @_;
    kill('KILL', @pids) > 0 or die "nobody killed: $!\n";
    return time;
}

sub kill_postgres {
    my ($daemon) = @_;
    my $before = returns_of_postgres($daemon);
    my $killed = kill9(postmaster($daemon));
    wait_for { returns_of_postgres($daemon) > $before } 'the next server';
    return $killed;
}

sub returns_of_postgres { return scalar(() = $_[0]->output =~ /postgres is back/g) }

# Alone, its server is told to stop by the kernel. With it all that is left of the service dies, as
# systemd sees to (KillMode=mixed). Restart=on-failure then starts webpushd.
sub kill_daemon {
    my ($daemon, %option) = @_;
    my $server = postmaster($daemon);
    my @with = $option{with_postgres} ? ($server, children_of($server)) : ();
    my $killed = kill9($daemon->pid, @with);
    $daemon->process->wait_end;
    # Orphans come to the test; nobody else takes them from the list of processes.
    wait_for { waitpid $_, WNOHANG for @with; !@with || !kill 0, @with } 'the end of the database';
    $daemon->start;
    return $killed;
}

# Ends the leases of a daemon that is dead, which nobody can use any more: those that would end until
# then at the latest. The next one's end later.
sub end_leases {
    my ($daemon, $until) = @_;
    $daemon->sql("UPDATE $_ SET lease_until = now() WHERE lease_until <= to_timestamp($until)")
        for qw(send_job deferred);
    return;
}

sub postmaster { return (split /\n/, read_file($_[0]->state_dir . '/db/postmaster.pid'))[0] }

sub children_of { return split ' ', read_file("/proc/$_[0]/task/$_[0]/children") }

1;
