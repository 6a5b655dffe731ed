#!/usr/bin/env perl
# Event logs that are in the database are kept for some days, shorter when the disk gets full; what is
# not in the database is never deleted.

use WebPush::Daemon;
use WebPush::Disk;
use WebPush::EdgeLog qw(now_ms);
use WebPush::Test;

use constant { DAY => 86_400, BLOCK => 4096, FLOOR => 64 * 1024 * 1024 };

my $daemon = WebPush::Daemon->new(args => ['--roles', 'ingest']);
my $disk = WebPush::Disk->under_daemon($daemon);
my $logs = $daemon->state_dir . '/log';
$daemon->start->stop;    # makes the directory

# An event log whose last line is so many days old. Options: of WebPush::EdgeLog, and held => 1.
my @logs;

sub event_log {
    my ($days, %option) = @_;
    my $log = WebPush::EdgeLog->new($logs, 'events', %option);
    $log->heartbeat(now_ms() - $days * DAY * 1000);
    $log->event('shown', 'https://push.example/x') if $option{site};
    utime((time - $days * DAY) x 2, $log->path) or die "utime: $!";
    $log->release if !$option{held};
    push @logs, $log;
    return $log;
}

sub complete {
    my ($log) = @_;
    return ($daemon->sql("SELECT complete FROM ingest_file WHERE file = '" . $log->name . "'") // '') eq 't';
}

sub left { return join ' ', map { -e $_->path ? 'kept' : 'gone' } @_ }

sub restart {
    my (@args) = @_;
    $daemon->{args} = ['--roles', 'ingest', @args];
    return $daemon->start;
}

# A second look after this one: what it was to delete is deleted.
sub seen {
    my $marker = event_log(100_000);
    return wait_for { !-e $marker->path } 'the next look';
}

subtest 'days' => sub {
    my $old = event_log(401);
    my $younger = event_log(399);
    my $held = event_log(401, held => 1);
    my $unread = event_log(401, site => 'nobody');
    restart();
    wait_for { !-e $old->path } 'the old one';
    wait_for { complete($younger) } 'the younger one to be read';
    seen();
    is(left($younger), 'kept', 'the younger one');
    is(left($held), 'kept', 'one that a worker still has');
    is(left($unread), 'kept', 'one that is not in the database');
    like($daemon->output, qr/deleted 1 event logs older than 400 days/, 'it is said');

    $daemon->stop;
    restart('--event-log-days', 300);
    wait_for { !-e $younger->path } 'the younger one, with --event-log-days 300';
    seen();
    is(left($held, $unread), 'kept kept', 'the others stay');

    $daemon->stop;
    my $ancient = event_log(4000);
    restart('--event-log-days', 0, '--log-min-free', '64MB');
    wait_for { complete($ancient) } 'an old one';
    is(left($ancient), 'kept', 'kept with --event-log-days 0');
};

# Free octets as if the disk had `octets` less than the floor.
sub lack {
    my ($octets) = @_;
    my $taken = 0;
    $taken += (stat)[12] * 512 for glob "$logs/*.jsonl";
    return $disk->fault('space', FLOOR + $taken - $octets);
}

subtest 'room' => sub {
    my @kept = map { event_log($_) } 40, 50, 30, 10, 20;
    wait_for { 5 == grep { complete($_) } @kept } 'the logs to be read';
    my ($ancient) = grep { -e $_->path && complete($_) } @logs;
    lack(2 * BLOCK + 1);
    wait_for { left(@kept) =~ /gone/ } 'room to be made';
    is(left($ancient, @kept), 'gone gone gone kept kept kept', 'the oldest go until there is enough');
    like($daemon->output, qr/only 63 MB free in \Q$logs\E: deleted 3 event logs, the oldest/, 'it is said');

    lack(1000 * BLOCK);
    wait_for { left(@kept) !~ /kept/ } 'all';
    wait_for { $daemon->output =~ /no event log is left that could be deleted/ } 'a warning';
    my @others = grep { -e $_->path } @logs;
    is(scalar @others, 2, 'what is held and what is not in the database stays');
    is(() = $daemon->output =~ /no event log is left/g, 1, 'that there is nothing more is said once');
    $disk->mend;
};

done_testing();
