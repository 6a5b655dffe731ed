package Bench::Row::SendMillion;

# A campaign to a million with all roles of the daemon, as `webpush campaign send --wait` shows it.

use strict;
use warnings;

use Time::HiRes qw(time);
use WebPush::Test;

use Bench::Cpu;
use Bench::SendLoad;

{
    name => 'send.million',
    unit => 's',
    against => 'from send to the end',
    at_most => 1,
    measure => sub {
        my ($effort, $progress) = @_;
        my $size = $effort->{million};
        $progress->("making $size subscriptions");
        my $load = Bench::SendLoad->shared(audience => $size);
        $load->restart($load->push_arguments);
        my $daemon = $load->daemon;
        my $seconds;
        my $postgres;
        my $cpu = spent(sub { cpu_ns($daemon->pid) }, sub {
            $postgres = spent(sub { family_cpu_ns($daemon->pid) }, sub { $seconds = send_and_watch($daemon) });
        });
        my $accepted = $daemon->sql(q{SELECT sum(n) FROM run_count WHERE outcome = 'accepted'});
        die "$accepted of $size were accepted\n" if $accepted != $size;
        return $seconds, {
            'messages/s' => $size / $seconds,
            'us CPU/message of webpushd' => $cpu / $size / 1000,
            'us CPU/message of PostgreSQL' => $postgres / $size / 1000,
            'MB of webpushd at its peak' => $load->peak_mb,
        };
    },
};

sub send_and_watch {
    my ($daemon) = @_;
    my $campaign = $daemon->cli(qw(campaign create --name Lanterns --target /offers --title), 'Lantern week');
    my @command = (build_path('webpush'), '--socket', $daemon->admin_socket, qw(campaign send --wait), $campaign->{id});
    my $begin = time;
    open my $saved, '>&', \*STDOUT or die "dup: $!";
    open STDOUT, '>&', \*STDERR or die "dup: $!";
    my $status = system @command;
    open STDOUT, '>&', $saved or die "dup: $!";
    die "webpush campaign send --wait: status $status\n" if $status != 0;
    return time - $begin;
}
