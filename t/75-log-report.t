# webpush report --log: what event logs tell by themselves, without a daemon. The same logs are ingested
# first, and its figures must be the database's.

use WebPush::Test;
use WebPush::Daemon;
use WebPush::EdgeLog qw(subscription_id);
use WebPush::Process qw(capture);

use IO::Compress::Gzip ();
use JSON::PP qw(decode_json);
use POSIX qw(strftime);

use constant { DAY_MS => 86_400_000, BROWSERS => 40, EVENTS => 600 };

my $seed = $ENV{TEST_SEED} // time;
note("TEST_SEED=$seed");
srand $seed;

my $daemon = WebPush::Daemon->new(args => ['--roles', 'ingest,api'])->start;
$daemon->cli(qw(site set --origin https://shop.example --contact mailto:push@shop.example));
my @runs = map { send_campaign($_) } 'Opening', '"Lantern" week, 20 %';
my @browsers = map { "https://fcm.googleapis.com/fcm/send/$_" } 1 .. BROWSERS;
my $first_day = 1_777_593_600_000;    # 2026-05-01
my $state = $daemon->state_dir;

sub send_campaign {
    my ($name) = @_;
    my $campaign = $daemon->cli(qw(campaign create --title Hello --target / --name), $name);
    return $daemon->cli(qw(campaign send), $campaign->{id})->{run};
}

# ---- logs as two workers write them ----

# (kind, browser, run, time, action) at random, many of them more than once.
my @events = map {
    my $kind = (qw(shown shown closed click))[rand 4];
    my $time = $first_day + int rand 3 * DAY_MS;
    [$kind, $browsers[rand BROWSERS], $runs[rand @runs], $time, $kind eq 'click' && rand() < 0.3 ? 'buy' : '']
} 1 .. EVENTS;
push @events, @events[map { int rand EVENTS } 1 .. EVENTS / 10];    # second copies

my $consent = WebPush::EdgeLog->new("$state/log", 'subscriptions');
my @logs = map { WebPush::EdgeLog->new("$state/log", 'events') } 1, 2;
my %by_day;    # day => {subscribed, left}
for my $number (0 .. $#browsers) {
    my $time = $first_day + $number * DAY_MS / 16;
    consent('subscribe', 'subscribed', $browsers[$number], 1, $time);
    consent('refresh', undef, $browsers[$number], 2, $time + 1);
    consent('unsubscribe', 'left', $browsers[$number], 3, $time + DAY_MS) if $number % 4 == 0;
}

sub consent {
    my ($kind, $event, $browser, $n, $time) = @_;
    $consent->$kind($browser, n => $n, t => $time);
    return if !$event;
    my $line = { k => $event, t => $time, site => 'default', sub => subscription_id($browser) };
    $logs[rand @logs]->line($line) for 1 .. 1 + rand 2;
    $by_day{ day_of($time) }{$event}++;
    return;
}

sub day_of { return strftime('%Y-%m-%d', gmtime($_[0] / 1000)) }

for my $event (@events) {
    my ($kind, $browser, $run, $time, $action) = @$event;
    my $log = $logs[rand @logs];
    $log->event($kind, $browser, run => $run, t => $time, $action ? (action => $action) : ());
    $log->heartbeat($time) if rand() < 0.1;
}

# What is no record: a foreign line, a kind of the future, an empty line, a time that cannot be, and
# at last half a line.
$logs[0]->raw(qq(127.0.0.1 - - "GET / HTTP/1.1" 200\n));
$logs[0]->line({ k => 'visit', t => $first_day, site => 'default' });
$logs[1]->raw("\n");
$logs[1]->event('shown', $browsers[0], run => $runs[0], t => -1);
my $not_read = 5;

# Visits and steps of asking; a second copy of a visit is the same, each line of asking is another.
my @steps = qw(shown accepted dismissed granted denied default);
my (%asked, %visits);
for my $number (1 .. 60) {
    my $time = $first_day + int rand 3 * DAY_MS;
    my $browser = $browsers[4 * int(rand BROWSERS / 4) + 1 + int rand 3];    # of those who stay
    $logs[rand @logs]->act('visit', $browser, t => $time, section => 'sport') for 1 .. 1 + rand 2;
    $visits{ day_of($time) }{"$browser $time"} = 1;
    my $step = $steps[rand @steps];
    $logs[rand @logs]->site_line('prompt', t => $first_day, step => $step);
    $asked{$step}++;
}
$logs[1]->raw('{"k":"shown","t":17775');
$_->release for $consent, @logs;

wait_for {
    $daemon->sql('SELECT count(*) FROM ingest_file WHERE complete') == 3
} 'all of it in the database';
my @reports = map { $daemon->cli('report', $_) } @runs;
my ($active, $left) = map { scalar $daemon->sql("SELECT count(*) FROM $_") }
    'subscription', "tombstone WHERE reason = 'left'";
my %of_site = map { @$_ } $daemon->sql(
    "SELECT step, sum(n) FROM prompt_count GROUP BY step UNION ALL SELECT 'visits', count(*) FROM activity"
    . " WHERE name = 'visit'");
my $skipped = $daemon->sql("SELECT sum(skipped) + count(*) FILTER (WHERE torn) FROM ingest_file");
$daemon->stop;

# ---- without the daemon ----

my @files = map { $_->path } @logs;

sub report_logs {
    my (@arguments) = @_;
    my $result = capture([build_path('webpush'), qw(--socket /nowhere report), @arguments]);
    die "webpush report @arguments: $result->{stderr}\n" if $result->{exit} != 0;
    return $result;
}

sub json_report { return decode_json(report_logs('--json', '--log', @_)->{stdout}) }

my $whole = json_report(@files);

subtest 'the figures are the database\'s' => sub {
    my @names = qw(shown closed clicked clicks);
    for my $number (0 .. $#runs) {
        my ($run) = grep { $_->{run} == $runs[$number] } @{ $whole->{runs} };
        is_deeply({ map { $_ => $run->{$_} } @names }, { map { $_ => $reports[$number]{$_} } @names },
            "run $runs[$number]");
        cmp_ok($run->{clicks}, '>', $run->{clicked}, 'which has something to tell apart');
        is($run->{name}, $reports[$number]{name}, 'its name, from the catalogue');
    }
    is($whole->{subscribed}, $active + $left, 'subscribed');
    is($whole->{left}, $left, 'left');
    is("$whole->{unreadable} $skipped", "$not_read $not_read", 'and what cannot be read');
};

subtest 'by day' => sub {
    my (%expected, %seen);
    for my $event (sort { $a->[3] <=> $b->[3] } @events) {
        my ($kind, $browser, $run, $time, $action) = @$event;
        my $counts = $expected{ day_of($time) . " $run" } //= { shown => 0, closed => 0, clicked => 0, clicks => 0 };
        $counts->{ $kind eq 'click' ? 'clicked' : $kind }++ if !$seen{"$kind $browser $run"}++;
        $counts->{clicks}++ if $kind eq 'click' && !$seen{"$browser $run $time $action"}++;
    }
    my (%found, %consent);
    for my $day (@{ $whole->{days} }) {
        if (defined $day->{run}) {
            $found{"$day->{day} $day->{run}"} = { map { $_ => $day->{$_} } qw(shown closed clicked clicks) };
        } else {
            $consent{ $day->{day} } = { map { $day->{$_} ? ($_ => $day->{$_}) : () } qw(subscribed left) };
        }
    }
    is_deeply(\%found, \%expected, 'a browser counts on the day when it did first');
    is_deeply(\%consent, \%by_day, 'subscribed and left');
    is(join(' ', map { $_->{day} } @{ $whole->{days} }), join(' ', sort map { $_->{day} } @{ $whole->{days} }), 'in order');
};

subtest 'the files\' order, copies and compression change nothing' => sub {
    my $packed = "$files[0].gz";
    IO::Compress::Gzip::gzip($files[0], $packed) or die "gzip: $IO::Compress::Gzip::GzipError";
    my $again = json_report(reverse($files[1], $packed));
    is_deeply($again, $whole, 'compressed, in the other order');
    my $twice = json_report(@files, $packed);
    is_deeply([@$twice{qw(runs days)}], [@$whole{qw(runs days)}], 'the same file twice');

    my $half = substr read_file($packed), 0, (-s $packed) / 2;
    my $result = report_logs('--json', '--log', write_file("$packed.half.gz", $half), $files[1]);
    like($result->{stderr}, qr/half\.gz is damaged \(.*\): counted as far as it could be read/, 'half a compressed file');
    cmp_ok(decode_json($result->{stdout})->{lines}, '>', $whole->{lines} / 2, 'is read as far as it goes');
};

subtest 'visits and asking' => sub {
    is_deeply({ map { $_ => $of_site{$_} // 0 } @steps }, { map { $_ => $asked{$_} // 0 } @steps }, 'asked');
    is_deeply($whole->{prompt}, { map { $_ => $asked{$_} // 0 } @steps }, 'every step of asking is counted once');
    my %found = map { $_->{visits} ? ($_->{day} => $_->{visits}) : () } @{ $whole->{days} };
    is_deeply(\%found, { map { $_ => scalar keys %{ $visits{$_} } } keys %visits }, 'visits by day');
    is($whole->{visits}, $of_site{visits}, 'as the database has them');
    like(report_logs('--log', @files)->{stdout},
        qr/^DAY \(UTC\) +SITE +VISITS +ASKED +ACCEPTED +DISMISSED +GRANTED +DENIED +DEFAULT\n2026-05-01 +default +\d+ +\d+/m,
        'and for people');
};

subtest 'for people' => sub {
    my $text = report_logs('--log', @files)->{stdout};
    my $clicked = $whole->{runs}[1]{clicked};
    like($text, qr/^RUN +NAME +SITE +SHOWN +CLOSED +CLICKS +CLICKED +OF SHOWN$/m, 'runs');
    like($text, qr/^ +2 +"Lantern" week, 20 % +default +\d+ +\d+ +\d+ +$clicked +\d+\.\d % +\S{20}/m, 'with names');
    like($text, qr/^2026-05-02 +default +16 +4$/m, 'who subscribed and left on a day') or diag($text);
    my ($lines) = $text =~ /^([\d,]+) lines read, $not_read of them could not be understood$/m;
    is($lines =~ s/,//gr, $whole->{lines}, 'how many lines');
};

subtest 'for a spreadsheet' => sub {
    my $result = report_logs('--csv', '--log', @files);
    my ($head, @lines) = split /\r\n/, $result->{stdout};
    is($head, 'day,site,run,name,shown,clicked,clicks,closed,subscribed,left,visits,'
        . 'prompt_shown,prompt_accepted,prompt_dismissed,prompt_granted,prompt_denied,prompt_default', 'head');
    is(scalar @lines, scalar @{ $whole->{days} }, 'a line a day and run');
    like($lines[-1], qr/^2026-05-0\d,default,/, 'ends with the last day');
    ok((grep { /^2026-05-01,default,2,"""Lantern"" week, 20 %",\d+,\d+,\d+,\d+(,0){9}$/ } @lines), 'quoted where needed');
    like($result->{stderr}, qr/, $not_read of them could not be understood$/, 'what could not be read is said apart');
};

subtest 'names' => sub {
    my $alone = write_file(test_dir() . '/alone.jsonl', read_file($files[0]));
    ok(!defined json_report($alone)->{runs}[0]{name}, 'no catalogue, no names');
    is(json_report($alone, '--catalogue', "$state/catalogue.jsonl")->{runs}[0]{name}, 'Opening', 'a catalogue elsewhere');
    is(sprintf('%o', (stat "$state/catalogue.jsonl")[2] & 07777), 640, 'is for who may read the logs');
};

subtest 'refused' => sub {
    my $webpush = build_path('webpush');
    for my $case (["$files[0].none", qr/cannot open .*none: No such file/], ["$state/log", qr/: Is a directory/]) {
        my $result = capture([$webpush, 'report', '--log', $case->[0]]);
        is($result->{exit}, 1, "$case->[0]: exit 1");
        like($result->{stderr}, $case->[1], 'names the file');
    }
    my $result = capture([$webpush, 'report', '--log', $files[0], '--catalogue', $files[0]]);
    like($result->{stderr}, qr/is no catalogue: line 1: /, 'a catalogue that is none');
};

done_testing();
