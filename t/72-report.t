# The report of a run: exact figures from rows as ingest and the sender write them.

use WebPush::Test;
use WebPush::Daemon;

my $daemon = WebPush::Daemon->new(args => ['--roles', 'api'])->start;
$daemon->cli(qw(site set --origin https://shop.example --contact mailto:push@shop.example));

# A sent campaign, as the API makes it; its run's number.
sub send_campaign {
    my ($name) = @_;
    my $campaign = $daemon->cli(
        qw(campaign create --title Hello --target / --name), $name, '--button', 'see,See',
    );
    return $daemon->cli(qw(campaign send), $campaign->{id})->{run};
}

my $run = send_campaign('Opening');
my $other = send_campaign('Another');

subtest 'before anything has happened' => sub {
    my $report = $daemon->cli('report', $run);
    is_deeply(
        [@$report{qw(audience handled accepted shown clicked)}], [0, 0, 0, 0, 0], 'nothing but zeros',
    );
    is_deeply([@$report{qw(shown_rate click_rate)}], [undef, undef], 'and no rates');
};

# Eleven deliveries in as many buckets, 7 and 8 to Safari, whose subscriptions have all gone since.
# Of them 1..8 and 11 were accepted, 1 and 2 by a sender after one that had crashed.
$daemon->sql(<<~"END");
    CREATE FUNCTION sub(n int) RETURNS uuid LANGUAGE sql AS
        \$\$ SELECT (lpad(to_hex(n * 20), 2, '0') || lpad(n::text, 30, '0'))::uuid \$\$;
    UPDATE run SET starts_at = '2026-05-01 10:00:30+00' WHERE id = $run;
    INSERT INTO delivery (month, bucket, site, run, subscription, platform, outcome, at)
    SELECT r.month, n * 20, 1, r.id, sub(n),
           CASE n WHEN 7 THEN 'safari-ios' WHEN 8 THEN 'safari-macos' ELSE 'chrome-desktop' END,
           CASE WHEN n <= 8 OR n = 11 THEN 'accepted' WHEN n = 9 THEN 'gone' ELSE 'failed' END, r.starts_at
    FROM run r, generate_series(1, 11) n;
    INSERT INTO run_count (bucket, run, outcome, reason, n)
    SELECT bucket, run, outcome, '', count(*) FROM delivery WHERE outcome <> 'failed' GROUP BY 1, 2, 3;
    INSERT INTO run_count (bucket, run, outcome, reason, n) VALUES
        (7, $run, 'dropped', 'in_doubt', 1),
        (200, $run, 'failed', '413', 1), (1, $run, 'failed', '400', 2), (2, $run, 'failed', '400', 1),
        (1, $run, 'key_mismatch', '', 3), (1, $run, 'expired', 'late', 4), (9, $run, 'dropped', 'service', 4);

    INSERT INTO deferred (bucket, run, subscription, site, not_before, reason) VALUES
        (3, $run, sub(12), 1, now(), 'status-429'), (4, $run, sub(13), 1, now(), 'status-503'),
        (5, $run, sub(12), 1, now(), 'status-503'), (5, $other, sub(12), 1, now(), 'status-503');

    UPDATE run SET audience = 30, state = 'finished', finished_at = starts_at WHERE id = $run;
    UPDATE run_count SET reason = 'in_doubt' WHERE run = $run AND outcome = 'accepted' AND bucket IN (20, 40);
    END

# What the browsers did: (kind, subscription, action, ordinal). They saw it in the next minute, and
# did something two minutes later.
my @events = (
    (map { ['shown', $_, '', 0] } 1, 2, 3, 4, 11), (map { ['closed', $_, '', 0] } 2, 3),
    ['click', 1, '', 1001], ['click', 1, '', 1002], ['click', 1, 'see', 1003],
    ['click', 4, 'see', 1004], ['click', 7, '', 1005],
);
for my $event (@events) {
    my ($kind, $subscription, $action, $ordinal) = @$event;
    $daemon->sql(<<~"END");
        INSERT INTO event (month, bucket, site, run, subscription, kind, action, ordinal, at)
        SELECT month, $subscription * 20, 1, id, sub($subscription), '$kind', '$action', $ordinal,
            starts_at + interval '@{[$kind eq 'shown' ? 1 : 3]} min'
        FROM run WHERE id = $run
        END
}

subtest 'a report' => sub {
    my $report = $daemon->cli('report', $run);
    my %expected = (
        audience => 30, accepted => 9, gone => 1, failed => 4, key_mismatch => 3, expired => 4,
        dropped => 5, handled => 26, deferred => 3,
        accepted_reporting => 7,    # 9 without the two Safaris
        shown => 5, closed => 2, clicked => 3, clicks => 5, in_doubt => 3,
    );
    is_deeply({ map { $_ => $report->{$_} } keys %expected }, \%expected, 'figures');
    is_deeply(
        $report->{failed_by_reason}, [{ reason => '400', n => 3 }, { reason => '413', n => 1 }],
        'failed by reason, most first',
    );
    is_deeply(
        $report->{dropped_by_reason}, [{ reason => 'service', n => 4 }, { reason => 'in_doubt', n => 1 }],
        'dropped by reason',
    );
    is_deeply($report->{expired_by_reason}, [{ reason => 'late', n => 4 }], 'expired by reason');
    is_deeply(
        $report->{deferred_by_reason},
        [{ reason => 'status-503', n => 2 }, { reason => 'status-429', n => 1 }],
        'waiting by reason',
    );
    is_deeply(
        $report->{clicks_by_action},
        [{ action => '', clicked => 2, clicks => 3 }, { action => 'see', clicked => 2, clicks => 2 }],
        'clicks by button',
    );
    cmp_ok(abs($report->{shown_rate} - 5 / 7), '<', 1e-9, 'shown of those that can report');
    cmp_ok(abs($report->{click_rate} - 3 / 9), '<', 1e-9, 'clicked of the accepted');
    is_deeply([@$report{qw(id campaign name site state)}], [$run, 1, 'Opening', 'default', 'finished'], 'its run');
};

subtest 'over time' => sub {
    my $over_time = $daemon->cli('report', $run)->{over_time};
    my @names = qw(accepted shown closed clicks);
    my %slots = map { my $slot = $_; $slot->{at} => join ' ', map { $slot->{$_} } @names } @{ $over_time->{slots} };
    is($over_time->{step_seconds}, 60, 'by the minute');
    is_deeply(\%slots, {
        '2026-05-01T10:00:00Z' => '9 0 0 0', '2026-05-01T10:01:00Z' => '0 5 0 0',
        '2026-05-01T10:02:00Z' => '0 0 0 0', '2026-05-01T10:03:00Z' => '0 0 2 5',
    }, 'from its start to the last event');

    $daemon->sql("UPDATE event SET at = at + interval '30 hours' WHERE run = $run AND kind = 'closed'");
    $over_time = $daemon->cli('report', $run)->{over_time};
    is($over_time->{step_seconds}, 3600, 'by the hour when it takes longer');
    is(join(' ', map { $_->{closed} } @{ $over_time->{slots} }), ('0 ' x 30) . 2, 'without gaps');
    $daemon->sql("UPDATE event SET at = at - interval '31 hours' WHERE run = $run AND kind = 'closed'");
    is($daemon->cli('report', $run)->{over_time}{slots}[0]{closed}, 2, 'a slow clock counts as the start');
    $daemon->sql("UPDATE event SET at = at + interval '1 hours' WHERE run = $run AND kind = 'closed'");
};

subtest 'another run has its own' => sub {
    my $report = $daemon->cli('report', $other);
    is_deeply([@$report{qw(accepted gone failed deferred shown clicks)}], [9, 1, 0, 1, 0, 0], 'figures');
    is($report->{shown_rate}, 0, 'a rate of nought is not none');
};

subtest 'for people' => sub {
    my $result = $daemon->cli_raw('report', '--campaign', 1);
    is($result->{exit}, 0, 'by campaign');
    like($result->{stdout}, qr/^Run 1, campaign 1 "Opening", site default: finished$/m, 'headline');
    like($result->{stdout}, qr/^accepted +9 +30\.0 % +\S+$/m, 'accepted');
    like($result->{stdout}, qr/^failed +4\n  400 +3\n  413 +1$/m, 'failed by reason');
    like($result->{stdout}, qr/^shown +5 +71\.4 % +\S+ +of 7 whose browsers report it$/m, 'shown');
    like($result->{stdout}, qr/^in doubt +3 /m, 'in doubt');
    like($result->{stdout}, qr/^held +3\n  status-503 +2$/m, 'held by reason');
    my %bar = ('C' => '#' x 20, 'C.UTF-8' => "\xe2\x96\x88" x 20);
    for my $locale (sort keys %bar) {
        local $ENV{LC_ALL} = $locale;
        like(
            $daemon->cli_raw('report', $run)->{stdout},
            qr/^2026-05-01T10:00:00Z +9 .*\n2026-05-01T10:01:00Z +0 +0 +0 +5  $bar{$locale}\n2026-05-01T10:03:00Z +0 +2 +5 /m,
            "over time, with bars in the locale $locale",
        );
    }
    like($result->{stdout}, qr/^clicked +3 +33\.3 % +\S+ +5 clicks\n  button see +2$/m, 'clicked');
};

subtest 'for a spreadsheet' => sub {
    my $result = $daemon->cli_raw(qw(report --csv), $run);
    my @lines = split /\r\n/, $result->{stdout};
    is($lines[0], 'figure,detail,time,value', 'head');
    my %value = map { /^(.*),(.*)$/ ? ($1 => $2) : () } @lines;
    is_deeply(
        [@value{'audience,,', 'failed,,', 'failed,413,', 'clicked,,', 'clicked,see,', 'shown,,2026-05-01T10:01:00Z'}],
        [30, 4, 1, 3, 2, 5], 'figures, reasons, buttons, time',
    );
    cmp_ok(abs($value{'click_rate,,'} - 3 / 9), '<', 1e-9, 'rates');
    my $none = $daemon->cli_raw(qw(report --csv), $other);
    like($none->{stdout}, qr/^shown_rate,,,0\.?0?\r$/m, 'a rate of nought');
};

done_testing();
