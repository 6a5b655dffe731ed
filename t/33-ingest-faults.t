#!/usr/bin/env perl
# What is broken in a log is counted and left out; nothing else suffers, and nothing stops.

use WebPush::Daemon;
use WebPush::EdgeLog qw(subscription_id now_ms);
use WebPush::Test;

my $daemon = WebPush::Daemon->new(args => ['--roles', 'ingest'])->start;
my $logs = $daemon->state_dir . '/log';

sub file_row {
    my ($log, $columns) = @_;
    my ($row) = $daemon->sql("SELECT $columns FROM ingest_file WHERE file = '" . $log->name . "'");
    return $row;
}

sub subscribed {
    my ($pattern) = @_;
    return $daemon->sql("SELECT count(*) FROM subscription WHERE endpoint LIKE '%/$pattern'");
}

sub gone { my ($log) = @_; return wait_for { !-e $log->path } 'the end of ' . $log->name, 30 }

subtest 'a torn tail' => sub {
    my $log = WebPush::EdgeLog->new($logs, 'subscriptions');
    $log->subscribe('https://push.example/torn/1');
    $log->raw('{"k":"subscribe","t":17');
    wait_for { subscribed('torn/1') } 'the whole line';
    ok(!file_row($log, 'torn')->[0] || file_row($log, 'torn')->[0] eq 'f',
        'is no matter while its writer is there');
    truncate $log->{out}, length(($log->content =~ /\A(.*\n)/s)[0]) or die "truncate: $!";
    $log->subscribe('https://push.example/torn/2');
    wait_for { subscribed('torn/2') } 'the line that took the place of the half';
    $log->raw('{"k":"subscri');
    $log->release;
    gone($log);
    is_deeply(file_row($log, 'complete, torn, skipped'), ['t', 't', 0],
        'is noted when nobody will complete it, and the rest is in');
};

subtest 'lines that cannot be read' => sub {
    my $log = WebPush::EdgeLog->new($logs, 'subscriptions');
    $log->raw("\n");
    $log->raw("no json\n");
    $log->raw("{\"k\":\"subscribe\"}\n");
    $log->raw("{\"k\":\"dance\",\"t\":1}\n");
    $log->raw("[1,2]\n");
    $log->raw("\0\0\0\0\n");
    $log->raw(('x' x 700_000) . "\n");
    $log->subscribe('https://push.example/odd/far', t => 9_000_000_000_000_000);
    $log->subscribe('https://push.example/odd/nul', page => "/a\0b");
    $log->subscribe('https://push.example/odd/good');
    $log->release;
    gone($log);
    is(subscribed('odd/%'), 2, 'the good ones are in');
    cmp_ok(file_row($log, 'skipped')->[0], '>=', 7, 'the others are counted');
    my @warnings = grep { /\Q@{[$log->name]}\E/ } split /\n/, $daemon->output;
    is(scalar(@warnings), 2, 'with one warning for the file');
    my $kept = $log->path . '.skipped';
    like($warnings[1], qr/kept as \Q$kept\E/, 'and one that says where it is kept');
    ok(read_file($kept) eq $log->content, 'with all its lines');
    is(sprintf('%04o', (stat $kept)[2] & 07777), '0600', 'for nobody else to read');
    unlike($daemon->output, qr{https://push\.example}, 'and no endpoint in the log');
};

subtest 'data that the database does not take' => sub {
    $daemon->sql("ALTER TABLE subscription ADD CONSTRAINT no_poison CHECK (page <> '/poison')");
    my $log = WebPush::EdgeLog->new($logs, 'subscriptions');
    $log->subscribe("https://push.example/batch/$_", $_ == 321 ? (page => '/poison') : ()) for 1 .. 600;
    $log->release;
    gone($log);
    is(subscribed('batch/%'), 599, 'one line is left out, all others are in');
    is(file_row($log, 'skipped')->[0], 1, 'and it is counted');

    $log = WebPush::EdgeLog->new($logs, 'subscriptions');
    for my $line (1 .. 14_000) {
        $log->raw("no json\n") if $line == 2;
        $log->subscribe("https://push.example/long/$line", $line == 13_000 ? (page => '/poison') : ());
    }
    $log->release;
    gone($log);
    is(subscribed('long/%'), 13_999, 'far behind a line that cannot be read, too');
    is(file_row($log, 'skipped')->[0], 2, 'and both are counted');
};

# Seconds since everything acknowledged was known; nothing is sent beyond two.
sub behind { return $daemon->sql('SELECT extract(epoch FROM now() - up_to) FROM ingest_source') }

sub warnings_of {
    my ($pattern) = @_;
    return scalar grep { $_ =~ $pattern } split /\n/, $daemon->output;
}

subtest 'a log that cannot be opened' => sub {
    wait_for { behind() < 1 } 'all logs';
    my $log = WebPush::EdgeLog->new($logs, 'subscriptions');
    chmod 0, $log->path;
    $log->subscribe('https://push.example/unopened/1');
    wait_for { behind() > 2.5 } 'the gate to close';
    is(warnings_of(qr/cannot open \Q@{[$log->path]}\E.*nothing is sent/), 1, 'it is said once');
    chmod 0600, $log->path;
    wait_for { subscribed('unopened/1') } 'the line, once it can be read';
    $log->release;
    gone($log);
    wait_for { behind() < 1 } 'the gate to open';
};

subtest 'a directory that cannot be read' => sub {
    chmod 0, $logs;
    wait_for { behind() > 2.5 } 'the gate to close';
    is(warnings_of(qr/cannot read the directory \Q$logs\E.*nothing is sent/), 1, 'it is said once');
    $daemon->stop;
    chmod 0750, $logs;
    $daemon->start;
    wait_for { behind() < 1 } 'the gate to open';
    chmod 0, $logs;
    wait_for { behind() > 2.5 } 'the gate to close again';
    chmod 0750, $logs;
    wait_for { behind() < 1 } 'and to open by itself';
};

subtest 'a log in the format of another version' => sub {
    my $log = WebPush::EdgeLog->new($logs, 'subscriptions', header => 0);
    my $time = now_ms();
    $log->line({ v => 2, log => 'subscription', edge => 'test', started => $time, pid => $$, seq => 1, keys => {} });
    $log->subscribe('https://push.example/foreign/1');
    wait_for { behind() > 2.5 } 'the gate to close';
    $log->release;
    $log = WebPush::EdgeLog->new($logs, 'subscriptions');
    $log->subscribe('https://push.example/domestic/1');
    wait_for { subscribed('domestic/1') } 'another log';
    is(subscribed('foreign/1'), 0, 'nothing in it is taken for what it may not be');
    my ($foreign) = glob "$logs/subscriptions-*-@{[$log->{seq} - 1]}.jsonl";
    ok($foreign, 'it is kept');
    is(warnings_of(qr/\Q$foreign\E is of the log format's version 2: install a newer webpushd/), 1,
        'and what to do is said once');
    $log->release;
    gone($log);
    rename $foreign, "$foreign.aside" or die "rename: $!";
    wait_for { behind() < 1 } 'the gate to open when it is taken away';
};

subtest 'a site that is not known yet' => sub {
    my $log = WebPush::EdgeLog->new($logs, 'subscriptions', site => 'later');
    $log->subscribe('https://push.example/later/1');
    $log->subscribe('https://push.example/now/1', site => 'default');
    $log->release;
    wait_for { subscribed('now/1') } 'the line of the known site';
    wait_for { $daemon->output =~ /a site that is not known/ } 'a warning';
    ok(-e $log->path, 'the file is kept');
    wait_for { $daemon->sql('SELECT now() - up_to FROM ingest_source') lt '00:00:02' }
        'the rest not to wait for it';

    $daemon->stop;
    $daemon->start;
    ok(-e $log->path, 'after a restart, too');
    $daemon->sql("INSERT INTO site (name) VALUES ('later')");
    gone($log);
    is(subscribed('later/1'), 1, 'when the site appears its lines are taken');
    is(subscribed('now/1'), 1, 'and the others not twice');
    is($daemon->sql('SELECT sum(active) FROM audience_size'), $daemon->sql('SELECT count(*) FROM subscription'),
        'the audience is exact');
};

subtest 'the database dies in the middle' => sub {
    my @batches = map {
        my $log = WebPush::EdgeLog->new($logs, 'subscriptions');
        $log->subscribe("https://push.example/crash/$log->{seq}/$_") for 1 .. 8_000;
        $log->release;
    } 1 .. 3;
    wait_for { subscribed('crash/%') } 'a beginning', 30;
    my ($server) = split /\n/, read_file($daemon->state_dir . '/db/postmaster.pid');
    kill KILL => $server or die "kill: $!";
    wait_for { $daemon->output =~ /postgres is back/ } 'the next server';
    gone($_) for @batches;
    is(subscribed('crash/%'), 24_000, 'every line is in');
    is($daemon->sql('SELECT sum(active) FROM audience_size'), $daemon->sql('SELECT count(*) FROM subscription'),
        'the audience is exact');
};

subtest 'the daemon dies in the middle' => sub {
    my $log = WebPush::EdgeLog->new($logs, 'subscriptions');
    $log->subscribe("https://push.example/killed/$_") for 1 .. 8_000;
    $log->release;
    wait_for { subscribed('killed/%') } 'a beginning', 30;
    $daemon->kill9;
    $daemon->start;
    gone($log);
    is(subscribed('killed/%'), 8_000, 'every line is in');
    is($daemon->sql('SELECT sum(active) FROM audience_size'), $daemon->sql('SELECT count(*) FROM subscription'),
        'the audience is exact');
};

# A worker begins a log under another name; one that is killed then leaves it, or a second name of the log.
subtest 'what a worker was killed over' => sub {
    $daemon->stop;
    my $log = WebPush::EdgeLog->new($logs, 'subscriptions');
    my $second = $log->path . '.new';
    link $log->path, $second or die "link: $!";
    $log->subscribe('https://push.example/second/1');
    $log->release;
    my $held = WebPush::EdgeLog->new($logs, 'events');
    my ($old, $young, $in_use, $foreign) = map { "$logs/$_" }
        'events-a-1-1-1.jsonl.new', 'events-a-1-1-2.jsonl.new', 'events-a-1-1-3.jsonl.new', 'events.new';
    write_file($_, "{}\n") for $old, $young, $foreign;
    link $held->path, $in_use or die "link: $!";
    utime((time - 120) x 2, $_) or die "utime: $!" for $second, $old, $in_use, $foreign;
    $daemon->start;
    gone($log);
    is(subscribed('second/1'), 1, 'what the log says is in the database');
    wait_for { !-e $second && !-e $old } 'the end of both';
    ok(-e $_, "$_ stays") for $young, $in_use, $foreign;
    unlink $young, $in_use, $foreign;
    $held->release;
};

done_testing();
