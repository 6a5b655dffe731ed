#!/usr/bin/env perl
# nginx's binary upgrade (USR2, WINCH, QUIT) and the way back: every request is answered, nothing that
# was answered is lost, every file is left closed and webpushd reads them all.

use WebPush::Crypt;
use WebPush::Daemon;
use WebPush::Disk;
use WebPush::Edge;
use WebPush::Load;
use WebPush::Test;

my $edge = WebPush::Edge->new(workers => 2, daemon => 1);
my $disk = WebPush::Disk->under($edge);
$edge->nginx->write_config($edge->config);    # which passes the disk's environment on
$edge->run;
my $nginx = $edge->nginx;

# Slow syncs, so that requests wait for one at the moment of every step.
$disk->fault('slow', 30);
my $load = WebPush::Load->new($edge, 0);
my $unanswered = 0;

sub under_load {
    my ($step) = @_;
    $load->connect for 1 .. 24;
    my $value = $step->();
    $unanswered += $load->drain;
    return $value;
}

# On new connections: kept-alive ones are closed by whom they belong to.
sub requests { $load->connect for 1 .. 24; return $unanswered += $load->drain }

sub held { return grep { WebPush::Edge::is_held($_) } $edge->log_files('subscriptions') }

# ---- begun, and taken back ----

my $old = $nginx->pid;
my $new = under_load(sub { $nginx->upgrade });
wait_for { 4 == held() } 'the files of both';
requests();
under_load(sub { $nginx->signal('WINCH') });
wait_for { $nginx->worker_pids == 0 && held() == 2 } "the end of the old one's workers";
requests();
under_load(sub { $nginx->signal('HUP') });
wait_for { $nginx->worker_pids == 2 } "the old one's workers to be back";
under_load(sub { kill 'QUIT', $new });
wait_for { !alive($new) && held() == 2 } 'the end of the new one';
is($nginx->pid, $old, 'taken back: the old one serves');
requests();

# ---- to its end ----

$new = under_load(sub { $nginx->upgrade });
under_load(sub { $nginx->signal('USR1') });
under_load(sub { $nginx->signal('WINCH') });
wait_for { $nginx->worker_pids == 0 && held() == 2 } "the end of the old one's workers";
under_load(sub { $nginx->{process}->stop('QUIT') });
$nginx->adopt_master;
is($nginx->pid, $new, 'upgraded: the new one serves');
requests();

is($unanswered, 0, 'every request was answered');
is($load->refused, 0, 'none was refused');
cmp_ok($load->answered, '>=', 24 * 11, 'it was under load');
is_deeply([$load->missing], [], 'everything answered 200 is in the logs');
is(scalar held(), 2, 'only files of the new one are open');
$nginx->stop;
is(scalar held(), 0, 'and none at its end');

# ---- what the daemon makes of it ----

my $files = map { $edge->log_files($_) } qw(subscriptions events);
my $daemon = WebPush::Daemon->new(args => ['--roles', 'ingest', '--log-dir', $edge->log_dir])->start;
wait_for { $daemon->sql('SELECT count(*) FROM ingest_file WHERE complete') == $files }
    'all files to be read to their ends', 30;
my @ids = map { encode_base64url(pack 'H*', $_->[0] =~ tr/-//dr) } $daemon->sql('SELECT id FROM subscription');
is_deeply([$load->missing_in(@ids)], [], 'everything answered 200 is in the database');
is($daemon->sql('SELECT count(*) FROM ingest_file WHERE torn OR skipped > 0'), 0,
    'no line was torn or skipped');

done_testing();
