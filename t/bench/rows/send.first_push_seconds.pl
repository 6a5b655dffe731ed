package Bench::Row::SendFirstPush;

# From `webpush campaign send` to the arrival of the first message at the push service, the whole daemon
# running with a large audience: the start of the command is in it, and whatever waits between planner
# and sender. Each run is cut off after that.
#
# Cold is the first one after webpushd and PostgreSQL were started; what the system has of the database's
# files in its memory stays there.

use strict;
use warnings;

use Time::HiRes qw(sleep time);
use WebPush::Process;
use WebPush::PushService;
use WebPush::Test;

use Bench::Compare;
use Bench::SendLoad;

use constant { LOOK_SECONDS => 0.002, FIRST_SECONDS => 60 };

{
    name => 'send.first_push_seconds',
    unit => 's',
    against => 'the large audience',
    target => 1,
    at_most => 1,
    measure => sub {
        my ($effort, $progress) = @_;
        $progress->("making $effort->{large_audience} subscriptions");
        my $load = Bench::SendLoad->shared(audience => $effort->{large_audience});
        my $service = WebPush::PushService->start(services => ['mozilla']);
        $load->restart($service->arguments);
        my ($cold, @warm) = map {
            my $seconds = first_push($load, $service);
            $progress->(sprintf 'after %.3f s', $seconds);
            $seconds;
        } 0 .. $effort->{first_pushes};
        return median(@warm), {
            's, the slowest' => spread(@warm)->{high},
            's, cold' => $cold,
        };
    },
};

sub first_push {
    my ($load, $service) = @_;
    my $daemon = $load->daemon;
    my $campaign = $daemon->cli(qw(campaign create --name Lanterns --target /offers --title), 'Lantern week');
    my $before = -s $service->log // 0;
    my $begin = time;
    my $command = WebPush::Process->start('send', [
        build_path('webpush'), '--socket', $daemon->admin_socket, qw(campaign send), $campaign->{id}]);
    while ((-s $service->log // 0) == $before) {
        die "timed out waiting for the first push\n" if time > $begin + deadline(FIRST_SECONDS);
        sleep LOOK_SECONDS;
    }
    my $seconds = time - $begin;
    $command->wait_end;
    cut_off($daemon);
    return $seconds;
}

# What has been claimed is still sent.
sub cut_off {
    my ($daemon) = @_;
    $daemon->sql(q{UPDATE run SET state = 'cancelled' WHERE state = 'sending'});
    wait_for { !$daemon->sql(q{SELECT count(*) FROM send_job WHERE state = 'leased'}) }
        'the end of what was claimed', 60;
    $daemon->sql($_) for 'DELETE FROM send_job', 'VACUUM send_job';
    return;
}
