#!/usr/bin/env perl
# Hours in seconds: whatever browsers do, at once, while nginx is reloaded every second, workers are
# killed, log files are ended by signal and by size, and the disk of the logs gets full again and again.
# webpushd reads all the while. Nothing acknowledged is lost, nobody who left is back, and neither
# descriptors nor memory grow.
#
# Who is killed and what happens when follows from a seed, which is printed; SEED=... plays it again.
# ENDURE_SECONDS is how long (make endure).

use WebPush::Test;
use WebPush::Crowd;
use WebPush::Daemon;
use WebPush::Edge;
use WebPush::Ledger;
use WebPush::Seed;
use WebPush::SmallDisk;
use WebPush::Watch;

use Time::HiRes qw(time sleep);

use constant { SECONDS => $ENV{ENDURE_SECONDS} // 12, WORKERS => 2, MB => 2**20 };
use constant { MEMBERS => 5, OVER_HTTP2 => 1, RATE => 300 };
use constant { DISK_MB => 24, FLOOR_MB => 2, EVENTS_KEPT_MB => 8 };

# How much more in the last quarter than in the second. A heap goes up and down by some pages; a
# configuration that every reload left behind would be 100 kB and more a second, and in an hour so would
# be seen 150 octets a reload.
use constant { MASTER_KB => 256, WORKER_KB => 1024, WORKER_FDS => 24, DAEMON_KB => 8192, DAEMON_FDS => 16 };

alarm deadline(SECONDS + 300);
my $seed = WebPush::Seed->new;
my $long = defined $ENV{ENDURE_SECONDS};
diag($seed->how_to_repeat) if $long;

my $edge = WebPush::Edge->new(workers => WORKERS, log_level => 'notice', server => <<'END');
listen 127.0.0.1:%%PORT2%% http2;
access_log off;
keepalive_requests 50;
webpush_contact_unsigned on;
webpush_limit_subscriptions $http_x_client 100000;
webpush_limit_events 100000;
webpush_landing all;
webpush_visit section=$arg_s;
webpush_visit_interval 0;
location = /page { return 200 "page\n"; }
location = /status { webpush_status; }
END
my $nginx = $edge->nginx;
$edge->{location} = 'add_header X-Result $webpush_result always;';
write_config('start');
$nginx->{env}{ASAN_OPTIONS} = join ':', 'detect_odr_violation=0', 'detect_leaks=0', 'quarantine_size_mb=0',
    'thread_local_quarantine_size_kb=0';    # or it keeps what is freed
my $disk = WebPush::SmallDisk->under($edge, DISK_MB);
diag('logs on ' . $disk->kind) if $long;

my $daemon = WebPush::Daemon->new(args => [
    qw(--roles ingest --log-dir), $edge->log_dir, '--log-min-free', EVENTS_KEPT_MB . 'MB'])->start;
my $run = $daemon->sql(<<'SQL');
    WITH message AS (INSERT INTO message (site, content) SELECT id, '{}' FROM site RETURNING site, id)
    INSERT INTO run (site, message, month, active_until)
        SELECT site, id, date_trunc('month', now()), now() + interval '1 day' FROM message RETURNING id
SQL
$edge->run;

# What the test brings about.
$nginx->expect_log($_) for (
    qr/exited on signal 9/,
    qr/\[crit\].* webpush: .* failed(?:, \d+ more errors suppressed)? \(28: No space left/,
    qr/\[crit\].* webpush: less than \d+ bytes are free/,
    qr/\[crit\].* webpush: the subscription log has not been synced for/,    # the machine is busy
    qr/open socket #\d+ left in connection|aborting/,                         # worker_shutdown_timeout
);

# ---- before ----

my $watch = WebPush::Watch->new($nginx, $daemon);
# nginx gives its own logs to the workers' user at the first of these; until then a worker cannot open them
# that was forked between a HUP and a USR1 and so has inherited the latter.
$nginx->signal('USR1');
wait_for { (stat "$nginx->{logs}/error.log")[4] != $> || $> != 0 } 'the first USR1';
$nginx->reload for 1 .. 3;
wait_until_quiet();
my $status = $edge->client->get('/status')->{json};
my @files_before = $watch->master_files;

# ---- all at once ----

my %count = (reloads => 0, kills => 0, reopens => 0, fulls => 0);
my ($full_until, $left_free) = (0, undef);
my ($compared, $missing) = (0, 0);
my $crowd = WebPush::Crowd->new($edge, members => MEMBERS, http2 => OVER_HTTP2, rate => RATE, seed => $seed);
my $ledger = WebPush::Ledger->new($daemon, run => $run, files => [$crowd->ledgers]);
my $began = time;

# What to do, how many seconds lie between at least and at most, when next.
my @plan = (
    event(sample => 1, 1, sub { $watch->sample }),
    event(reload => 1, 1, \&reload),
    event(kill => 2, 6, \&kill_worker),
    event(reopen => 3, 9, sub { ++$count{reopens}; $nginx->signal('USR1') }),
    event(full => 3, 9, \&fill_disk),
    event(check => 10, 10, \&look_at_ledger),
    event(progress => 30, 30, \&tell_progress),
);
while ((my $now = time) < $began + SECONDS) {
    for my $event (grep { $_->{next} <= $now } @plan) {
        $event->{code}->();
        $event->{next} = time_of_next($event);
    }
    keep_disk_full();
    sleep 0.02;
}
$disk->empty;
tell_progress();
is($crowd->stop, 0, 'the crowd ends well');

sub event {
    my ($name, $least, $most, $code) = @_;
    my $event = { name => $name, least => $least, most => $most, code => $code, times => 0, next => $began };
    $event->{next} = time_of_next($event);
    return $event;
}

# Counted from when it was due, so that a busy machine changes little.
sub time_of_next {
    my ($event) = @_;
    my $wait = $event->{least} + ($event->{most} - $event->{least}) * $seed->draw($event->{name}, $event->{times}++);
    my $next = $event->{next} + $wait;
    return $next > time ? $next : time;
}

sub write_config {
    my ($number) = @_;
    my $one_of = sub { my ($about, @choice) = @_; $choice[@choice * $seed->draw($about, $number)] };
    my $size = $one_of->('size', qw(16k 64k 256k));
    my $floor = $one_of->('floor', FLOOR_MB . 'm', 0);
    $edge->{http} = "webpush_limit_zone 128k; webpush_log_max_size $size; webpush_log_min_free $floor;";
    $nginx->{globals} = $one_of->('patience', '', '', '', 'worker_shutdown_timeout 50ms;');
    $nginx->write_config($edge->config);
    return;
}

sub reload {
    write_config(++$count{reloads});
    $nginx->signal('HUP');
    return;
}

sub kill_worker {
    my @workers = WebPush::Watch::children($nginx->pid) or return;
    kill 'KILL', $workers[@workers * $seed->draw('worker', $count{kills})];
    ++$count{kills};
    return;
}

sub fill_disk {
    my $about = ++$count{fulls};
    $left_free = $about == 1 || $seed->draw('full', $about) < 0.6 ? 0 : FLOOR_MB * MB / 2;
    $full_until = time + 0.5 + 2.5 * $seed->draw('how long', $about);
    $disk->fill($left_free);
    return;
}

# webpushd makes room meanwhile.
sub keep_disk_full {
    return if !$full_until;
    $disk->fill(0) if !$left_free;
    ($disk->empty, $full_until = 0) if time > $full_until;
    return;
}

sub look_at_ledger {
    return if !$ledger->is_ingested;
    ($compared, $missing) = ($ledger->collected, scalar $ledger->missing);
    $ledger->collect;
    return;
}

sub tell_progress {
    return if !$long;
    my $told = $crowd->figures;
    diag(sprintf '%4d s: %d requests, %d acknowledged, %d refused, %d unanswered; %d reloads, %d kills, %d reopens,'
        . ' %d full disks; master %d kB, %d fds; %d log files; %d compared, %d of them lost so far', time - $began,
        @$told{qw(requests acknowledged refused unanswered)}, @count{qw(reloads kills reopens fulls)},
        WebPush::Watch::memory($nginx->pid), WebPush::Watch::descriptors($nginx->pid), scalar log_names(),
        $compared, $missing);
    return;
}

# What lies in the directory of the logs.
sub log_names {
    my ($pattern) = @_;
    my @names = glob $edge->log_dir . '/' . ($pattern // '*');
    return @names;
}

# ---- after ----

sub wait_until_quiet {
    wait_for { WebPush::Watch::children($nginx->pid) == WORKERS && $nginx->worker_pids == WORKERS }
        'the end of the workers before', 60;
    return;
}

wait_until_quiet();
pass('no worker is left over');
is_deeply([$watch->master_files], \@files_before, 'the master has open what it had before');
my $later = $edge->client->get('/status')->{json};
is($later->{started}, $status->{started}, 'the counters are those of the start');
is($later->{workers}, WORKERS, 'and count the workers');
wait_for { $edge->answers eq '200 200 202 302' } 'all to be served, once the floor is measured again';
pass('all is served');
$nginx->stop;

wait_for { !log_names('subscriptions-*') && is_all_read() } 'the logs to be read', 120;
pass('the subscription logs are read and gone');
is_deeply([grep { !/events-[^\/]*\.jsonl$/ && !m{/lost\+found$} } log_names()], [], 'nothing else is left behind');
$ledger->collect;
wait_for { $ledger->is_ingested } 'the rest in the database', 120;
my @missing = $ledger->missing;
is_deeply(\@missing, [], 'everything acknowledged is in the database, as it was acknowledged last');
is($daemon->sql('SELECT sum(active) FROM audience_size'), $daemon->sql('SELECT count(*) FROM subscription'),
    'and in the audience');

my $told = $crowd->figures;
my $prompts = $daemon->sql('SELECT coalesce(sum(n), 0) FROM prompt_count');
cmp_ok($prompts, '>=', $told->{prompts}, 'every prompt is counted');
cmp_ok($daemon->sql("SELECT count(*) FROM activity WHERE name = 'visit'"), '>', 0, 'visits are recorded');
is_deeply($told->{problems}, [], 'every answer is one that was to be expected');
cmp_ok($told->{acknowledged}, '>', $told->{requests} / 5, 'there was much to be kept');
cmp_ok($told->{refused}, '>', 0, 'and some refused');
cmp_ok($count{$_}, '>', 0, "there were $_") for sort keys %count;

sub is_all_read {
    my %complete = map { $_->[0] => 1 } $daemon->sql('SELECT file FROM ingest_file WHERE complete');
    return !grep { !$complete{ s{.*/}{}r } } log_names('events-*.jsonl');
}

# ---- growth: the medians of the second quarter and of the last ----

my %bound = (master_fds => 0, master_kb => MASTER_KB, worker_fds => WORKER_FDS, worker_kb => WORKER_KB,
    daemon_fds => DAEMON_FDS, daemon_kb => $long ? DAEMON_KB : 4 * DAEMON_KB);
if ($ENV{TEST_SANITIZE}) {    # which keeps what is freed, or takes memory itself
    delete $bound{daemon_kb};
    $bound{$_} *= 8 for qw(master_kb worker_kb);
}
my @figures;
for my $name (sort keys %bound) {
    my ($before, $after) = $watch->quarters($name);
    cmp_ok($after - $before, '<=', $bound{$name}, "$name does not grow") || diag("from $before to $after");
    push @figures, "$name $before -> $after";
}
$daemon->stop;
diag(join "\n  ", sprintf('%d s, %d requests, logs on %s', SECONDS, $told->{requests}, $disk->kind),
    join(', ', map { "$told->{$_} $_" } qw(acknowledged refused unanswered)),
    join(', ', map { "$count{$_} $_" } qw(reloads kills reopens fulls)),
    "$ledger->{collected} acknowledgements compared, " . @missing . ' lost',
    'most processes of nginx at once: ' . $watch->most('processes'), @figures) if $long;
done_testing();
