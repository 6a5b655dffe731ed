#!/usr/bin/env perl
# Nothing that was answered 200 is lost when a worker is killed or memory is short; a failing disk is
# told to the browser instead. The power cut is 28-power-cut.t.

use WebPush::Test;
use WebPush::Disk;
use WebPush::Edge;
use WebPush::Load;

use Errno qw(EIO ENOSPC);

use constant {
    WELL => '200 200 202 302',
    FAILING => '503 log_unavailable 503 log_unavailable 503 log_unavailable 302',
};

# ---- a killed worker ----

my $edge = WebPush::Edge->new(
    http => 'webpush_sync_queue 4;', server => 'location = /status { webpush_status; }');
my $disk = WebPush::Disk->under($edge);
$edge->run;
my $nginx = $edge->nginx;
$nginx->expect_log(qr/exited on signal 9/);
$nginx->expect_log(qr/\[error\].* wait for the sync of the subscription log, no more are taken/);
$nginx->expect_log(qr/\[crit\].* webpush: (?:write|fdatasync|open|stat)\(\) ".*\.jsonl" failed/);

my $load = WebPush::Load->new($edge, 3);
$load->turn until $load->answered >= 100;
my ($worker) = $nginx->worker_pids;
kill 'KILL', $worker;
$load->drain;
is_deeply([$load->missing], [], 'kill -9: everything answered 200 is in the log');
wait_for { my @now = $nginx->worker_pids; @now && $now[0] != $worker } 'the next worker';
is($edge->answers, WELL, 'kill -9: the next worker goes on');
wait_for { $edge->log_files('subscriptions') == 2 } 'a second file';

# ---- a full disk ----

sub complete_lines {
    my ($name) = @_;
    my @files = map { $edge->log_files($_) } qw(subscriptions events);
    my $torn = grep { read_file($_) =~ /[^\n]\z/ } @files;
    is($torn, 0, "$name: no torn line is left");
    ok(eval { $edge->lines($_) for qw(subscriptions events); 1 }, "$name: every line is whole")
        or diag($@);
    return;
}

my $http = $edge->client;
my @written = map { scalar $edge->records($_) } qw(subscriptions events);
$disk->fault('write', ENOSPC);
is($edge->answers($http), FAILING, 'disk full: refused, but a click leads on');
is($http->post_json('/push/subscribe', subscription())->{headers}{'retry-after'}, 10,
    'disk full: with Retry-After');
is_deeply([map { scalar $edge->records($_) } qw(subscriptions events)], \@written,
    'disk full: nothing was written');
$disk->mend;
is($edge->answers($http), WELL, 'disk full: over');
complete_lines('disk full');

# ---- errors that repeat ----

# The error log's lines about a log, and how many errors they stand for.
sub told {
    my ($log) = @_;
    my @lines = grep { m{/$log-\S+" failed} } split /\n/, $nginx->error_log;
    my $errors = @lines;
    $errors += $_ for map { /, (\d+) more errors suppressed/ } @lines,
        grep { m{/$log-\S+" is written again} } split /\n/, $nginx->error_log;
    return ($errors, @lines);
}

sub errors { return $http->get('/status')->{json}{logs}{ $_[0] }{errors} }

my ($told_before) = told('events');
is(errors('events'), $told_before, 'each error is told, or told of');
my $event = { event => 'shown', token => $edge->delivery_token };
$disk->fault('write', ENOSPC);
wait_for {
    $http->post_json('/push/event', $event) for 1 .. 20;
    (told('events'))[0] > $told_before + 40;
} 'a second message with those that were suppressed';
$disk->mend;
is($http->post_json('/push/event', $event)->{status}, 202, 'repeated errors: over');
my ($told, @lines) = told('events');
is($told, errors('events'), 'repeated errors: none is forgotten');
my %lines_at;
$lines_at{$_}++ for map { /^(\S+ \S+) / } @lines;
is(scalar(grep { $_ > 1 } values %lines_at), 0, 'repeated errors: told once a second')
    or diag(join "\n", @lines);

# ---- a disk that becomes full in the middle of a line ----

$disk->fault('short', 20);
is($edge->answers($http), FAILING, 'short write: refused, but a click leads on');
complete_lines('short write');
$disk->mend;
is($edge->answers($http), WELL, 'short write: over');
complete_lines('short write, over');
is(scalar $edge->log_files('subscriptions'), 2, 'the same file serves on');

# ---- a sync that fails ----

my $old = ($edge->log_files('subscriptions'))[-1];
my $synced = $disk->durable($old);
$disk->fault('sync', EIO);
my $answer = $http->post_json('/push/subscribe', subscription());
is("$answer->{status} $answer->{json}{code}", '503 log_unavailable', 'failed sync: refused');
is($edge->answers($http), WELL, 'failed sync: the next ones are served');
my $size = -s $old;
my $new = ($edge->log_files('subscriptions'))[-1];
isnt($new, $old, 'failed sync: from a new file');
is($disk->durable($old), $synced, 'failed sync: the old one is never synced again');
is($disk->durable($new), -s $new, 'failed sync: the new one is');
is(-s $old, $size, 'failed sync: nothing more is written to the old one');
complete_lines('failed sync');

# ---- a sync that takes long ----

$disk->fault('slow', 60_000);    # until it is mended
my @clients = map { $edge->client } 1 .. 6;
my $request = WebPush::Http::request_text('h', 'POST', '/push/subscribe',
    headers => ['Content-Type' => 'application/json'],
    body => JSON::PP::encode_json(subscription()));
my $before = $edge->records('subscriptions');
$clients[0]->send_raw($request);
wait_for { $edge->records('subscriptions') > $before } 'the first to be written';
$_->send_raw($request) for @clients[1 .. 5];
is($http->get($edge->click_link)->{status}, 302, 'slow sync: the worker serves others meanwhile');
$answer = $clients[5]->read_answer;
is("$answer->{status} $answer->{headers}{'retry-after'}", '503 10',
    'slow sync: a full queue refuses at once');
$disk->mend;
is(join(' ', map { $_->read_answer->{status} } @clients[0 .. 4]), '200 200 200 200 200',
    'slow sync: the others are answered when it is over');

# ---- browsers that go away in the middle of a sync ----

$disk->fault('slow', 60_000);
$before = $edge->records('subscriptions');
@clients = map { $edge->client } 1 .. 5;
$clients[0]->send_raw($request);
wait_for { $edge->records('subscriptions') > $before } 'the first to be written';
$_->send_raw($request) for @clients[1 .. 4];
is($http->get($edge->click_link)->{status}, 302, 'aborts: the worker has taken the requests');
$_->abort for splice @clients, 0, 3;
@clients = ();    # the others without a reset
$disk->mend;
wait_for { $edge->records('subscriptions') == $before + 5 } 'the lines of all of them';
is($edge->answers($http), WELL, 'aborts: what was written stays, and the worker serves on');

# ---- files that somebody removes or renames ----

($old) = grep { WebPush::Edge::is_held($_) } $edge->log_files('subscriptions');
my ($events) = grep { WebPush::Edge::is_held($_) } $edge->log_files('events');
unlink $old or die "unlink: $!";
$answer = $http->post_json('/push/subscribe', subscription());
is("$answer->{status} $answer->{json}{code}", '503 log_unavailable',
    'removed: what no reader would find is not answered as done');
is($edge->answers($http), WELL, 'removed: the next ones are served, from a new file');
rename $events, "$events.1" or die "rename: $!";
wait_for { grep { WebPush::Edge::is_held($_) } $edge->log_files('events') } 'a new file of events';
ok(!WebPush::Edge::is_held("$events.1"), 'renamed: nobody writes to it any more');

# ---- no directory ----

rename $edge->log_dir, $edge->log_dir . '.away' or die "rename: $!";
($worker) = $nginx->worker_pids;
kill 'KILL', $worker;
wait_for { my @now = $nginx->worker_pids; @now && $now[0] != $worker } 'the next worker';
$http = $edge->client;
is($edge->answers($http), FAILING, 'no log directory: refused, but a click leads on');
rename $edge->log_dir . '.away', $edge->log_dir or die "rename: $!";
wait_for { $edge->answers($http) eq WELL } 'the logs to be opened again';
pass('no log directory: tried again by itself');
like($nginx->error_log, qr/open\(\) "[^"]+\/$_-[^"]+" failed/, "no log directory: told of the $_")
    for qw(events subscriptions);
$nginx->stop;

# ---- no memory for the next file ----

my $poor = WebPush::Edge->new(http => 'webpush_log_max_size 2k;');
$disk = WebPush::Disk->under($poor);
$poor->run;
$poor->nginx->expect_log(qr/\[crit\].* webpush: [a-z ]+: out of memory, \d+ more errors suppressed/);
$load = WebPush::Load->new($poor, 2);
$load->turn until $poor->log_files('subscriptions') >= 2;
$disk->fault('memory');
$load->turn until $load->refused >= 8;
$disk->mend;
$load->drain;
is_deeply([$load->missing], [], 'no memory: everything answered 200 is in the logs');
my %told_at;
$told_at{$_}++ for $poor->nginx->error_log =~ /^(\S+ \S+) \[crit\].* out of memory/mg;
is(scalar(grep { $_ > 1 } values %told_at), 0, 'no memory: told once a second')
    or diag(join ', ', %told_at);
is($poor->client->post_json('/push/subscribe', subscription())->{status}, 200, 'no memory: over');

# ---- new files in time ----

my $small = WebPush::Edge->new(http => 'webpush_log_max_size 2k;')->run;
$http = $small->client;
$http->post_json('/push/subscribe', subscription()) for 1 .. 20;
my @files = $small->log_files('subscriptions');
cmp_ok(scalar @files, '>=', 4, 'webpush_log_max_size: several files');
is(scalar(grep { -s > 3000 } @files), 0, 'webpush_log_max_size: none much larger');
is(scalar $small->records('subscriptions'), 20, 'webpush_log_max_size: with all records');
is_deeply([map { JSON::PP::decode_json((WebPush::Edge::file_lines($_))[0])->{seq} } @files],
    [1 .. @files], 'webpush_log_max_size: numbered in order');
is(system('flock', '-n', $files[0], 'true') >> 8, 0,
    'webpush_log_max_size: the left ones are unlocked');

my $young = WebPush::Edge->new(http => 'webpush_log_max_age 1s;')->run;
wait_for { $young->log_files($_) >= 2 } "new files by age: $_" for qw(events subscriptions);
pass('webpush_log_max_age: new files');

done_testing();
