#!/usr/bin/env perl
# webpush_log_min_free: records are refused before the disk is full, links lead on, heartbeats go on.

use WebPush::Test;
use WebPush::Disk;
use WebPush::Edge;

use constant {
    WELL => '200 200 202 302',
    SHORT => '503 log_unavailable 503 log_unavailable 503 log_unavailable 302',
    FLOOR => 8 * 1024 * 1024,
};

my $edge = WebPush::Edge->new(http => 'webpush_log_min_free 8m;');
my $disk = WebPush::Disk->under($edge);
$edge->run;
my $nginx = $edge->nginx;
my $http = $edge->client;
my @logs = qw(subscriptions events);

sub heartbeats { return scalar grep { ($_->{k} // '') eq 'alive' } $edge->lines('subscriptions') }

is($edge->answers($http), WELL, 'there is room');
$disk->fault('space', FLOOR + 1024 * 1024);
my $beats = heartbeats();
wait_for { heartbeats() > $beats + 1 } 'the next measurement';
is($edge->answers($http), WELL, 'more room than the floor');

# ---- below the floor ----

$nginx->expect_log(qr/\[crit\].* less than 8388608 bytes are free in "[^"]+", records are refused/);
$disk->fault('space', FLOOR - 1024);
wait_for { $edge->answers($http) eq SHORT } 'the measurement';
my @before = map { scalar $edge->records($_) } @logs;
$beats = heartbeats();
is($edge->answers($http), SHORT, 'below the floor: refused, but a click leads on');
is($http->post_json('/push/subscribe', subscription())->{headers}{'retry-after'}, 10,
    'below the floor: with Retry-After');
is_deeply([map { scalar $edge->records($_) } @logs], \@before, 'below the floor: no record');
wait_for { heartbeats() > $beats } 'heartbeats to go on';

# Little more room is none: else it would go to and fro.
$disk->fault('space', FLOOR + 64 * 1024);
$beats = heartbeats();
wait_for { heartbeats() > $beats + 1 } 'the next measurement';
is($edge->answers($http), SHORT, 'a little above the floor: still refused');

# ---- room again ----

$disk->mend;
wait_for { $edge->answers($http) eq WELL } 'the measurement';
pass('served again by itself');
is(() = $nginx->error_log =~ /bytes are free/g, 1, 'told once');
my ($refused) = $nginx->error_log =~ /\[notice\].* there is room in "[^"]+" again, (\d+) records were/;
cmp_ok($refused, '>=', 4 + 1 + 4, 'and how many records were refused');
$nginx->stop;

# ---- without a floor ----

my $bold = WebPush::Edge->new(http => 'webpush_log_min_free 0;');
$disk = WebPush::Disk->under($bold);
$disk->fault('space', 1);
$bold->run;
is($bold->answers, WELL, 'webpush_log_min_free 0: as long as there is any');
$bold->nginx->stop;

# ---- from the start ----

my $full = WebPush::Edge->new;
$disk = WebPush::Disk->under($full);
$disk->fault('space', 60 * 1024 * 1024);
$full->nginx->expect_log(qr/\[crit\].* less than 67108864 bytes are free/);
$full->run;
is($full->answers, SHORT, 'the default is 64m, and looked at before the first request');

done_testing();
