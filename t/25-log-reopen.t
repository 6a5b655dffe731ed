#!/usr/bin/env perl
# `nginx -s reopen`: every worker ends its log files and begins new ones, whatever waits for a sync
# meanwhile.

use WebPush::Test;
use WebPush::Disk;
use WebPush::Edge;
use WebPush::Load;

my $edge = WebPush::Edge->new(workers => 2);
my $disk = WebPush::Disk->under($edge);
$edge->run;
my $nginx = $edge->nginx;
my @logs = qw(subscriptions events);

sub held { my ($log) = @_; return grep { WebPush::Edge::is_held($_) } $edge->log_files($log) }

sub names { return join ' ', sort map { m{([^/]+)$} } @_ }

# The worker, and its file's number.
sub place { my ($path) = @_; return $path =~ /-(\d+)-(\d+)\.jsonl$/ }

wait_for { 2 == held($_) } "the first $_" for @logs;
my %first = map { $_ => [held($_)] } @logs;

# ---- in the middle of a sync ----

$disk->fault('slow', 500);
my $load = WebPush::Load->new($edge, 24);
wait_for { $edge->records('subscriptions') > 0 } 'the first of them to be written';
$nginx->signal('USR1');
is($load->drain, 0, 'every request was answered');
is($load->refused, 0, 'none was refused');
$disk->mend;

for my $log (@logs) {
    my @left = @{ $first{$log} };
    wait_for { 2 == held($log) && !grep { WebPush::Edge::is_held($_) } @left } "new $log files";
    is(names($edge->log_files($log)), names(@left, held($log)), "$log: one new file a worker");
    my %number = map { place($_) } held($log);
    is(join(' ', values %number), '2 2', "$log: the next number");
}
is_deeply([$load->missing], [], 'everything answered 200 is in the logs');
is($edge->answers, '200 200 202 302', 'the new files serve');

# ---- what nginx needs for it ----

my $watched = $edge->log_dir . '/.reopen';
is(-s $watched, 0, 'nothing is ever written to the file by which the module notices');
is((stat $watched)[4], scalar getpwnam('www-data'), "it belongs to the workers' user") if $> == 0;

# ---- again, and workers that end ----

$nginx->signal('USR1');
wait_for { my %number = map { place($_) } held($_); "@{[values %number]}" eq '3 3' } "third $_" for @logs;
pass('again');
my @files = map { $edge->log_files($_) } @logs;
$nginx->reload;
wait_for { 2 == held('subscriptions') && 2 == held('events') } 'the old workers to end';
is(scalar(map { $edge->log_files($_) } @logs), @files + 4, 'workers that end begin no files');
$nginx->stop;
is(scalar(map { $edge->log_files($_) } @logs), @files + 4, 'nor when all end');

done_testing();
