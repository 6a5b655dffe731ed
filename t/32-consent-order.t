#!/usr/bin/env perl
# Who is subscribed does not depend on the order in which the workers' files are read, nor on how
# often: the newest decision counts, by the browser's counter, then the edge's time; on a tie leaving
# wins. A refresh never brings back who left, was erased or answered 410. The same holds for endpoints
# that replace each other.

use WebPush::Daemon;
use WebPush::EdgeLog qw(subscription_uuid now_ms);
use WebPush::Test;

use List::Util qw(shuffle);

my $daemon = WebPush::Daemon->new(args => ['--roles', 'ingest'])->start;
my $base = now_ms() - 86_400_000;
my @written;    # every log file, to replay them all

# What became of every endpoint, by id: "active 3" (0 = only refreshed), "left 4", and both if there
# were both a row and a tombstone.
sub states {
    return { map { @$_ } $daemon->sql(<<~'SQL') };
        SELECT id, string_agg(state, ', ') FROM (
            SELECT id, 'active ' || consent_counter AS state FROM subscription
            UNION ALL SELECT id, reason || ' ' || consent_counter FROM tombstone) AS s GROUP BY id
        SQL
}

sub state_of { return $_[0]{ subscription_uuid($_[1]) } // 'none' }

# Writes the records into one log and waits until it is in the database. A record is
# [kind, endpoint, n, t, more...], t in milliseconds after $base.
sub ingest {
    my (@records) = @_;
    my $log = WebPush::EdgeLog->new($daemon->state_dir . '/log', 'subscriptions');
    push @written, $log;
    for my $record (@records) {
        my ($kind, $endpoint, $n, $t, @more) = @$record;
        $log->$kind($endpoint, n => $n, t => $base + $t, @more);
    }
    $log->release;
    wait_for { !-e $log->path } $log->name . ' in the database', 30;
    return;
}

# name => [records of worker A], [records of worker B], what is expected of "x" and "y"
my @cases = (
    'subscribed, then left' => [[subscribe => 'x', 1, 100]], [[unsubscribe => 'x', 2, 200]],
    { x => 'left 2' },
    'left, then subscribed again' => [[unsubscribe => 'x', 2, 200]], [[subscribe => 'x', 3, 300]],
    { x => 'active 3' },
    'the same counter: the later time counts' =>
        [[unsubscribe => 'x', 5, 100]], [[subscribe => 'x', 5, 101]], { x => 'active 5' },
    'the same counter and time: leaving counts' =>
        [[subscribe => 'x', 5, 100]], [[unsubscribe => 'x', 5, 100]], { x => 'left 5' },
    'the counter is stronger than the time' =>
        [[unsubscribe => 'x', 5, 100]], [[subscribe => 'x', 4, 900]], { x => 'left 5' },
    'a refresh after leaving' =>
        [[subscribe => 'x', 1, 100], [unsubscribe => 'x', 2, 200]], [[refresh => 'x', 2, 300]],
    { x => 'left 2' },
    'a refresh with a higher counter after leaving' =>
        [[subscribe => 'x', 1, 100], [unsubscribe => 'x', 2, 200]], [[refresh => 'x', 9, 300]],
    { x => 'left 2' },
    'a refresh of somebody not known' => [[refresh => 'x', 3, 100]], [[refresh => 'x', 3, 200]],
    { x => 'active 0' },
    'leaving, of somebody known by a refresh only' =>
        [[refresh => 'x', 5, 500]], [[unsubscribe => 'x', 4, 400]], { x => 'left 4' },
    'an old leave after a new subscribe' =>
        [[subscribe => 'x', 1, 100], [subscribe => 'x', 3, 300]], [[unsubscribe => 'x', 2, 200]],
    { x => 'active 3' },
    'in and out and in' =>
        [[subscribe => 'x', 1, 100], [subscribe => 'x', 3, 300], [unsubscribe => 'x', 4, 400]],
        [[unsubscribe => 'x', 2, 200], [subscribe => 'x', 5, 500]], { x => 'active 5' },
    'a new endpoint replaces the old' =>
        [[subscribe => 'x', 1, 100]], [[subscribe => 'y', 2, 200, replaces => 'x']],
    { x => 'replaced 2', y => 'active 2' },
    'an old row that is newer is not replaced' =>
        [[subscribe => 'x', 3, 300]], [[subscribe => 'y', 2, 200, replaces => 'x']],
    { x => 'active 3', y => 'active 2' },
    'a refresh from the endpoint after the one that left' =>
        [[subscribe => 'x', 1, 100], [unsubscribe => 'x', 2, 200]],
        [[refresh => 'y', 2, 300, replaces => 'x']], { y => 'left 2' },
    'leaving by the old endpoint' =>
        [[subscribe => 'x', 1, 100], [refresh => 'y', 1, 200, replaces => 'x']],
        [[unsubscribe => 'x', 2, 300]], { y => 'left 2' },
    'a new subscribe by the new endpoint after leaving by the old' =>
        [[subscribe => 'y', 3, 300, replaces => 'x']], [[unsubscribe => 'x', 2, 200]],
    { y => 'active 3' },
);

subtest 'each case, either file first' => sub {
    my (@first, @second, @expected);
    while (my ($name, $by_a, $by_b, $states) = splice @cases, 0, 4) {
        for my $order ('A before B', 'B before A') {
            my %endpoint = map { $_ => "https://push.example/$name/$order/$_" =~ s/ /-/gr } qw(x y);
            my $placed = sub {
                map {
                    my ($kind, $x, $n, $t, %more) = @$_;
                    $more{replaces} = $endpoint{ $more{replaces} } if $more{replaces};
                    [$kind, $endpoint{$x}, $n, $t, %more];
                } @{ $_[0] };
            };
            push @first, $placed->($order =~ /^A/ ? $by_a : $by_b);
            push @second, $placed->($order =~ /^A/ ? $by_b : $by_a);
            push @expected, map { ["$name, $order: $_", $endpoint{$_}, $states->{$_}] } sort keys %$states;
        }
    }
    ingest(@first);
    ingest(@second);
    my $states = states();
    is(state_of($states, $_->[1]), $_->[2], $_->[0]) for @expected;
};

sub compare { return $_[0][0] <=> $_[1][0] || $_[0][1] <=> $_[1][1] }

sub newest { return (sort { compare($b, $a) } @_)[0] }

# The rule once more, as plainly as it can be said: what becomes of each id of a history. A record is
# [kind, id, n, t, replaces => id].
sub expected_states {
    my (@records) = @_;
    my (%leave, %subscribe, %replaced, %links);
    for my $record (@records) {
        my ($kind, $id, $n, $t, undef, $old) = @$record;
        my $of_kind = { subscribe => \%subscribe, unsubscribe => \%leave }->{$kind};
        $of_kind->{$id} = newest([$n, $t], $of_kind->{$id} // ()) if $of_kind;
        next if !defined $old || $old eq $id;
        $replaced{$old} = newest([$n, $t], $replaced{$old} // ());
        $links{$old}{$id} = $n if $n < ($links{$old}{$id} // 'inf');
    }
    my @ids = do { my %seen; grep { !$seen{$_}++ } map { grep { defined } @$_[1, 5] } @records };
    for my $pass (1 .. @ids) {
        for my $old (keys %links) {
            for my $new (grep { $leave{$old} && $links{$old}{$_} <= $leave{$old}[0] } keys %{ $links{$old} }) {
                $leave{$new} = newest($leave{$old}, $leave{$new} // ());
            }
        }
    }
    my %state;
    for my $id (@ids) {
        my $is_left = $leave{$id} && (!$replaced{$id} || compare($leave{$id}, $replaced{$id}) >= 0);
        my $end = $is_left ? $leave{$id} : $replaced{$id};
        my $is_active = !$end || $subscribe{$id} && compare($subscribe{$id}, $end) > 0;
        $state{$id} = $is_active ? 'active ' . ($subscribe{$id} ? $subscribe{$id}[0] : 0)
            : ($is_left ? 'left ' : 'replaced ') . $end->[0];
    }
    return \%state;
}

# Ids as letters: "s" subscribe, "r" refresh, "u" unsubscribe; n,t (t = n unless given).
sub history {
    my ($text) = @_;
    my %kind = (s => 'subscribe', r => 'refresh', u => 'unsubscribe');
    return map {
        my ($k, $id, $n, $t, $old) = /^([sru]) ([A-Z])\(?(\d+)(?:,(\d+)\))?(?:<-([A-Z]))?$/ or die $_;
        [$kind{$k}, $id, $n, $t // $n, $old ? (replaces => $old) : ()];
    } split /; /, $text;
}

# What once depended on the order, and what is told of the rule in consent_store.h.
my @told = (
    's A1; r B4<-A; s B6; u A5; u A7' => { A => 'left 7', B => 'left 7' },
    's A(1,1); r B(1,2)<-A; r C(1,3)<-B; u A(2,4)' => { A => 'left 2', B => 'left 2', C => 'left 2' },
    's A(1,1); r B(1,2)<-A; r C(1,3)<-B; u B(2,4)' => { A => 'replaced 1', B => 'left 2', C => 'left 2' },
    's A(1,1); r B(1,2)<-A; u A(2,3); s A(3,4)' => { A => 'active 3', B => 'left 2' },
    's A3; r B(1,2)<-A; u A4' => { A => 'left 4', B => 'left 4' },
    's A1; u A2; s A3; r B(3,4)<-A' => { A => 'replaced 3', B => 'active 0' },
    's A1; r B(1,2)<-A; r C(1,3)<-B' => { A => 'replaced 1', B => 'replaced 1', C => 'active 0' },
    'r A1; r B2<-A; r A3<-B' => { A => 'replaced 2', B => 'replaced 3' },
);

sub random_history {
    my @ids = @_;
    return map {
        my $kind = (qw(subscribe refresh unsubscribe))[rand 3];
        my @replaces = $kind ne 'unsubscribe' && rand() < 0.6 ? (replaces => $ids[rand @ids]) : ();
        [$kind, $ids[rand @ids], 1 + int rand 4, 1 + int rand 4, @replaces];
    } 1 .. 1 + int rand 7;
}

# Each history several times, each time in another order and cut into batches elsewhere.
sub check_histories {
    my ($name, $histories, $orders) = @_;
    my (@batches, @expected);
    for my $number (keys @$histories) {
        my ($records, $states) = @{ $histories->[$number] };
        for my $order (1 .. $orders) {
            my $prefix = "https://push.example/history/$name/$number/$order";
            my $files = 1 + int rand 5;
            for my $record (shuffle @$records) {
                my ($kind, $id, $n, $t, undef, $old) = @$record;
                my @replaces = defined $old ? (replaces => "$prefix/$old") : ();
                push @{ $batches[rand $files] }, [$kind, "$prefix/$id", $n, $t, @replaces];
            }
            push @expected, map { ["$prefix/$_", $states->{$_}, $records] } sort keys %$states;
        }
    }
    ingest(@$_) for grep { $_ } @batches;
    my $states = states();
    my @wrong = grep { state_of($states, $_->[0]) ne $_->[1] } @expected;
    is(scalar(@wrong), 0, @$histories . " histories end as they should, in $orders orders each")
        or diag(map { "$_->[0]: " . state_of($states, $_->[0]) . ", not $_->[1]: "
            . join('; ', map { join " ", grep { defined } @$_ } @{ $_->[2] }) . "\n" } grep { $_ } @wrong[0 .. 2]);
    return;
}

subtest 'any history in any order' => sub {
    my $seed = $ENV{TEST_SEED} // time;
    note("TEST_SEED=$seed");
    srand $seed;
    my @told_histories;
    while (my ($text, $states) = splice @told, 0, 2) {
        my @records = history($text);
        is_deeply(expected_states(@records), $states, $text);
        push @told_histories, [\@records, $states];
    }
    check_histories('told', \@told_histories, 30);
    my @single = map { [random_history('A')] } 1 .. 100;
    my @several = map { [random_history('A' .. (qw(B C D))[rand 3])] } 1 .. 300;
    check_histories('random', [map { [$_, expected_states(@$_)] } @single, @several], 4);
};

# As the sender and the eraser do it.
sub end_by {
    my ($reason, $endpoint) = @_;
    my $uuid = subscription_uuid($endpoint);
    $daemon->sql(<<~"SQL");
        WITH ended AS (DELETE FROM subscription WHERE id = '$uuid' RETURNING *),
             counted AS (UPDATE audience_size a SET active = active - 1 FROM ended e
                         WHERE a.bucket = e.bucket AND a.site = e.site)
        INSERT INTO tombstone (bucket, site, id, reason, consent_counter, at)
        SELECT bucket, site, id, '$reason', greatest(consent_counter, data_counter), now() FROM ended
        SQL
    return;
}

subtest 'erased, or answered 410' => sub {
    for my $reason (qw(erased gone)) {
        my $endpoint = "https://push.example/$reason";
        ingest([subscribe => $endpoint, 3, 100]);
        end_by($reason, $endpoint);
        ingest([refresh => $endpoint, 3, 200], [refresh => $endpoint, 4, 300]);
        is(state_of(states(), $endpoint), "$reason 3", "$reason: a refresh brings nobody back");
        ingest([subscribe => $endpoint, 3, 100]);
        is(state_of(states(), $endpoint), "$reason 3", "$reason: nor does the old subscribe once more");
        ingest([subscribe => $endpoint, 5, 400]);
        is(state_of(states(), $endpoint), 'active 5', "$reason: a new subscribe does");
    }
};

subtest 'a new endpoint inherits' => sub {
    my ($old, $new) = map { "https://push.example/rotated/$_" } qw(old new);
    ingest([subscribe => $old, 1, 100, consent => 'v7']);
    ingest([refresh => $new, 1, 200, replaces => $old, consent => '']);
    my ($row) = $daemon->sql('SELECT consent_version, consent_counter,'
        . " extract(epoch FROM created_at) * 1000 - $base FROM subscription WHERE endpoint = '$new'");
    is_deeply($row, ['v7', 0, '100.000000'], 'the text agreed to and age go with the person');
    is($daemon->sql("SELECT replaced_by FROM tombstone WHERE id = '" . subscription_uuid($old) . "'"),
        subscription_uuid($new), 'the old id says where they went');
};

# Every column of every row; of the histories, in which refreshes come before the subscribe
# that would have let them in, only who is subscribed since when and who is not.
sub dump_tables {
    my @rows = map {
        my $table = $_;
        map { "$table $_->[0]" } $daemon->sql("SELECT t::text FROM $table t ORDER BY 1");
    } qw(tombstone audience_size);
    push @rows, map { $_->[0] } $daemon->sql(<<~'SQL');
        SELECT CASE WHEN endpoint LIKE '%/history/%'
            THEN ROW(id, consent_counter, consent_at, consent_version)::text ELSE s::text END
        FROM subscription s ORDER BY id
        SQL
    return join "\n", @rows;
}

sub counted_audience {
    return $daemon->sql(<<~'SQL');
        SELECT count(*) FROM audience_size a FULL JOIN (
            SELECT bucket, site, count(*) AS n FROM subscription GROUP BY 1, 2) s USING (bucket, site)
        WHERE coalesce(a.active, 0) <> coalesce(s.n, 0)
        SQL
}

is(counted_audience(), 0, 'audience_size is exact in every bucket');

subtest 'all logs once more, from the start' => sub {
    my $before = dump_tables();
    $daemon->stop;
    $daemon->start;
    $daemon->sql('DELETE FROM ingest_file');
    $_->restore for shuffle @written;
    wait_for { !grep { -e $_->path } @written } 'all of them', 60;
    ok(dump_tables() eq $before, 'not one column of one row has changed');
    is(counted_audience(), 0, 'audience_size is still exact');
};

done_testing();
