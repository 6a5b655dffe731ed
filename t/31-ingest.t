#!/usr/bin/env perl
# What the edge wrote gets into the database: once, soon, whatever is read twice.

use WebPush::Daemon;
use WebPush::EdgeLog qw(subscription_uuid now_ms);
use WebPush::Test;

my $daemon = WebPush::Daemon->new(args => ['--roles', 'ingest'])->start;
my $logs = $daemon->state_dir . '/log';
my $site = $daemon->sql("SELECT id FROM site WHERE name = 'default'");

sub ingested {
    my ($log) = @_;
    my $size = -s $log->path;
    wait_for {
        ($daemon->sql("SELECT position FROM ingest_file WHERE file = '" . $log->name . "'") // 0) == $size;
    } $log->name . ' in the database';
}

subtest 'a live subscription log' => sub {
    my $log = WebPush::EdgeLog->new($logs, 'subscriptions');
    my $time = now_ms();
    $log->subscribe('https://push.example/one', n => 3, t => $time, page => "/caf\x{e9}\t\"'\\x");
    ingested($log);
    my ($row) = $daemon->sql(
        'SELECT bucket, id, endpoint, encode(auth, \'hex\'), octet_length(p256dh), vapid, platform,'
        . ' language, time_zone, consent_version, consent_counter, extract(epoch FROM consent_at) * 1000'
        . ' FROM subscription');
    my $uuid = subscription_uuid('https://push.example/one');
    is_deeply($row, [
        hex(substr $uuid, 0, 2), $uuid, 'https://push.example/one',
        '05305932a1c7eabe13b6cec9fda48882', 65, 'testkey1', 'chrome-desktop', 'de-DE', 'Europe/Berlin',
        '1', 3, "$time.000000",
    ], 'every column is what the line says');
    is($daemon->sql("SELECT page = E'/caf\\u00e9\\t\"''\\\\x' FROM subscription"), 't',
        'text survives tabs, quotes and backslashes');
    is($daemon->sql('SELECT sum(active) FROM audience_size'), 1, 'the audience is counted');

    ok(-e $log->path, 'the file stays while its worker has it');
    $log->release;
    wait_for { !-e $log->path } 'deletion';
    is($daemon->sql("SELECT complete AND NOT torn AND skipped = 0 FROM ingest_file"), 't',
        'read to its end and released it is deleted, as it holds endpoints');
};

subtest 'how far it is' => sub {
    my $up_to = sub { $daemon->sql('SELECT extract(epoch FROM now() - up_to) FROM ingest_source') };
    wait_for { $up_to->() < 1 } 'up to now, as no edge is alive';
    my $log = WebPush::EdgeLog->new($logs, 'subscriptions', started => now_ms() - 60_000);
    wait_for { $up_to->() > 50 } 'a worker that was last heard of a minute ago holds everything up';
    $log->heartbeat;
    wait_for { $up_to->() < 2 } 'its heartbeat';
    $log->release;
    wait_for { !-e $log->path } 'its end';
    pass('one row says up to when everything acknowledged is in');
};

subtest 'events' => sub {
    $daemon->sql("INSERT INTO message (site, content) VALUES ($site, '{}')");
    my $run = $daemon->sql("INSERT INTO run (site, message, month, active_until)"
        . " VALUES ($site, 1, date_trunc('month', now()), now()) RETURNING id");
    my @endpoints = map { "https://push.example/event/$_" } 1 .. 3;
    my $time = now_ms();
    my $log = WebPush::EdgeLog->new($logs, 'events');
    for my $endpoint (@endpoints) {
        $log->event('shown', $endpoint, run => $run, t => $time);
    }
    $log->event('shown', $endpoints[0], run => $run, t => $time + 5);
    $log->event('click', $endpoints[0], run => $run, t => $time + 10);
    $log->event('click', $endpoints[0], run => $run, t => $time + 20, action => 'buy');
    $log->event('click', $endpoints[0], run => $run, t => $time + 30, late => JSON::PP::true());
    $log->event('closed', $endpoints[1], run => $run, t => $time + 40);
    $log->event('shown', $endpoints[2], run => 4711);
    ingested($log);
    is_deeply(
        [$daemon->sql('SELECT kind, action, late, count(*) FROM event GROUP BY 1, 2, 3 ORDER BY 1, 2, 3')],
        [['click', '', 'f', 1], ['click', '', 't', 1], ['click', 'buy', 'f', 1], ['closed', '', 'f', 1],
         ['shown', '', 'f', 3]],
        'shown and closed count once, every click counts');
    is($daemon->sql("SELECT skipped FROM ingest_file WHERE file = '" . $log->name . "'"), 1,
        'an event of an unknown run is counted as skipped');
    is($daemon->sql('SELECT count(DISTINCT month) FROM event'), 1, 'the month is that of the run');
    $log->release;
    wait_for { $daemon->sql("SELECT complete FROM ingest_file WHERE file = '" . $log->name . "'") eq 't' }
        'the end of the event log';
    ok(-e $log->path, 'event logs are kept');
};

subtest 'many lines, several workers' => sub {
    my @logs = map { WebPush::EdgeLog->new($logs, 'subscriptions') } 1 .. 3;
    $logs[$_ % 3]->subscribe("https://push.example/many/$_", n => 1, t => now_ms()) for 1 .. 12_000;
    $_->release for @logs;
    wait_for { !grep { -e $_->path } @logs } 'all', 60;
    is($daemon->sql("SELECT count(*) FROM subscription WHERE endpoint LIKE '%/many/%'"), 12_000,
        'every line is in');
    is($daemon->sql('SELECT sum(active) FROM audience_size'), 12_001, 'and counted');
};

subtest 'a machine with another name' => sub {
    $daemon->stop;
    push @{ $daemon->{args} }, '--edge-id', 'renamed';
    $daemon->start;
    wait_for {
        $daemon->sql(q{SELECT count(*) FROM ingest_source
            WHERE source LIKE 'renamed:%' AND up_to > now() - interval '2 seconds'}) == 1;
    } 'its logs';
    is($daemon->sql('SELECT count(*) FROM ingest_source'), 1, 'nobody waits for the old name');
};

done_testing();
