#!/usr/bin/env perl
# Reloads and graceful shutdowns under load: every request is answered, nothing answered is lost,
# and every file is left closed.

use WebPush::Test;
use WebPush::Disk;
use WebPush::Edge;
use WebPush::Load;

my $edge = WebPush::Edge->new(workers => 2);
my $disk = WebPush::Disk->under($edge);
$edge->run;
my $nginx = $edge->nginx;

# ---- reloads ----

# Slow syncs, so that requests wait for one at the moment of every reload.
$disk->fault('slow', 30);
# They are on new connections: nginx closes kept-alive ones when it leaves, whatever arrives on them
# at that very moment (RFC 9112 section 9.3.1 has clients repeat it).
my $load = WebPush::Load->new($edge, 0);
my $unanswered = 0;
for my $round (1 .. 8) {
    $load->connect for 1 .. 24;
    $load->turn for 1 .. 2;
    $unanswered += $load->drain;
    $load->connect for 1 .. 24;
    $nginx->reload;
    $unanswered += $load->drain;
}
is($unanswered, 0, 'reload: every request was answered');
is($load->refused, 0, 'reload: none was refused');
cmp_ok($load->answered, '>', 500, 'reload: under load');
is_deeply([$load->missing], [], 'reload: everything answered 200 is in the logs');

my @files = $edge->log_files('subscriptions');
cmp_ok(scalar @files, '>=', 2 * 8, 'reload: new workers have new files');
wait_for { 2 == grep { WebPush::Edge::is_held($_) } @files } 'the old files to be unlocked';
pass('reload: files of workers that left are closed');

# ---- new keys come with a reload ----

$disk->mend;
$edge->add_site('default', 7);
$nginx->reload;
my $answer = $edge->client->post_json('/push/event', { event => 'shown',
    token => $edge->delivery_token });
is($answer->{status}, 202, 'reload: the new link key verifies');
my @headers = grep { $_->{log} } $edge->lines('events');
is_deeply($headers[-1]{keys}, { default => [7] }, "reload: the new files' headers name it");

# A broken key file keeps the old configuration.
my $keys = $edge->edge_dir . '/default/link.keys';
my $text = read_file($keys);
write_file($keys, 'nonsense');
$nginx->signal('HUP');
wait_for { $nginx->error_log =~ /\[emerg\].* invalid file "\Q$keys\E"/ } 'the refusal';
is($edge->client->post_json('/push/subscribe', subscription())->{status}, 200,
    'reload: refused with a broken key file, the old workers go on');
write_file($keys, $text);
$nginx->expect_log(qr/\[emerg\].* invalid file/);

# ---- memory over reloads ----

# LeakSanitizer is off in nginx, so the master's heap is measured: it stands still to the kilobyte.
my $many = WebPush::Edge->new;
$many->add_site("site$_", 1 .. 50) for 1 .. 20;
my $locations = join '',
    map { "location = /event$_ { webpush_site site$_; webpush_event; }\n" } 1 .. 20;
$many->nginx->write_config($many->config =~ s/(?=location = .push.event)/$locations/r);
# Else AddressSanitizer keeps what is freed.
$many->nginx->{env}{ASAN_OPTIONS} = join ':', 'detect_odr_violation=0', 'detect_leaks=0',
    'quarantine_size_mb=0', 'thread_local_quarantine_size_kb=0';
$many->run;

sub heap_kilobytes {
    my ($pid) = @_;
    my ($size) = read_file("/proc/$pid/status") =~ /^VmData:\s+(\d+) kB$/m;
    return $size;
}

$many->nginx->reload for 1 .. 10;
my $heap = heap_kilobytes($many->nginx->pid);
$many->nginx->reload for 1 .. 20;
cmp_ok(heap_kilobytes($many->nginx->pid) - $heap, '<', 256,
    'reload: 20 more leave nothing behind in the master');
$many->nginx->stop;

# ---- shutdown ----

$disk->fault('slow', 300);
my $before = $edge->records('subscriptions');
my $last = WebPush::Load->new($edge, 24);
wait_for { $edge->records('subscriptions') > $before } 'the first of them to be written';
$nginx->signal('QUIT');
is($last->drain, 0, 'shutdown: those that waited for the sync are answered');
is($last->answered, 24, 'shutdown: with 200');
is_deeply([$last->missing], [], 'shutdown: everything answered 200 is in the logs');
$nginx->stop;
is(scalar(grep { WebPush::Edge::is_held($_) } map { $edge->log_files($_) } qw(subscriptions events)), 0,
    'shutdown: all files are closed');

# ---- requests that nginx ends while they wait ----

my $hasty = WebPush::Edge->new(globals => 'worker_shutdown_timeout 100ms;');
my $slow = WebPush::Disk->under($hasty);
$hasty->run;
$slow->fault('slow', 1000);
my $ended = WebPush::Load->new($hasty, 8);
my @aborted = map { $hasty->client } 1 .. 8;
WebPush::Load::send_subscription({ http => $_ }) for @aborted;
wait_for { $hasty->records('subscriptions') > 0 } 'the first to be written';
$_->abort for @aborted;
$hasty->nginx->signal('QUIT');
$ended->drain;
$hasty->nginx->expect_log(qr/open socket #\d+ left in connection|aborting/);
$hasty->nginx->stop;
unlike($hasty->nginx->error_log, qr/exited on signal/, 'shutdown timeout: no worker crashed');

# ---- a fast shutdown in the middle of a sync ----

my $fast = WebPush::Edge->new(
    globals => 'thread_pool own threads=1;', http => 'webpush_thread_pool own;');
$slow = WebPush::Disk->under($fast);
$fast->run;
$slow->fault('slow', 300);
$ended = WebPush::Load->new($fast, 8);
wait_for { $fast->records('subscriptions') > 0 } 'the first to be written';
$fast->nginx->stop('TERM');
$ended->drain;
is_deeply([$ended->missing], [], 'fast shutdown: what was answered is in the logs');

done_testing();
