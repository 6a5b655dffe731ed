#!/usr/bin/env perl
# What becomes known of a subscription besides its consent: whose it is, tags, attributes, place,
# visits, purchases. Nothing of it is lost with the logs, whatever is read first or twice; it goes with
# a new endpoint, and ends with leaving. And how asking went, and how the site answers.

use WebPush::Daemon;
use WebPush::EdgeLog qw(subscription_uuid now_ms);
use WebPush::Process qw(capture);
use WebPush::Test;

use JSON::PP ();
use List::Util qw(shuffle);

use constant { DAY_MS => 86_400_000, LIVES => 60 };

my $json = JSON::PP->new->canonical->allow_nonref;
my $daemon = WebPush::Daemon->new(args => ['--roles', 'ingest'])->start;
my $logs = $daemon->state_dir . '/log';
my $base = now_ms() - 60_000;
my @written;    # every log file, to read them all again

# Writes one log by the calls that the block makes on it and waits until it is in the database.
sub ingest {
    my ($kind, $write) = @_;
    my $log = WebPush::EdgeLog->new($logs, $kind);
    push @written, $log;
    $write->($log);
    $log->release;
    wait_for {
        ($daemon->sql("SELECT complete FROM ingest_file WHERE file = '" . $log->name . "'") // 'f') eq 't';
    } $log->name . ' in the database', 30;
    return $log;
}

sub at { return "https://push.example/$_[0]" }

sub row_of {
    my ($endpoint, $columns, $table) = @_;
    $table //= 'subscription';
    my $id = $table eq 'subscription' ? 'id' : 'subscription';
    my ($row) = $daemon->sql(
        "SELECT $columns FROM $table WHERE $id = '" . subscription_uuid($endpoint) . "'");
    return $row;
}

# Of each: "-" when it is nobody's, "none" when there is no such subscription.
sub contacts_of {
    my %contact = map { @$_ } $daemon->sql(<<~'SQL');
        SELECT s.id, coalesce(c.external_id, '-') FROM subscription s
        LEFT JOIN contact c ON c.site = s.site AND c.id = s.contact
        SQL
    return map { $contact{ subscription_uuid($_) } // 'none' } @_;
}

subtest 'tags and attributes' => sub {
    my $x = at('tags');
    ingest(subscriptions => sub {
        $_[0]->subscribe($x, t => $base);
        $_[0]->fact('profile', $x, t => $base + 100, add => ['vip', 'sport/f1'],
            attributes => { size => 42, name => "Zo\x{eb} \"\\u0000\" \0", pro => JSON::PP::true() });
        $_[0]->fact('profile', $x, t => $base + 300, remove => ['vip'], attributes => { size => undef });
    });
    is_deeply(row_of($x, "tags, attributes"), ['{sport/f1}', qq({"pro": true, "name": "Zo\xc3\xab \\"\\\\u0000\\" "})],
        'are what was said of them');
    ingest(subscriptions => sub {
        $_[0]->fact('profile', $x, t => $base + 200, add => ['vip', 'new'], attributes => { size => 41 });
    });
    is_deeply(row_of($x, "tags, attributes ? 'size'"), ['{new,sport/f1}', 'f'],
        'an older line, read later, undoes nothing and removes nothing');
    is($daemon->sql("SELECT extract(epoch FROM at) * 1000 FROM fact WHERE name = 'new'") - $base, 200,
        'each has its time');
};

subtest 'lines that are read before the subscribe' => sub {
    my $x = at('early');
    ingest(events => sub { $_[0]->act('visit', $x, t => $base + 20) });
    ingest(subscriptions => sub {
        $_[0]->fact('profile', $x, t => $base + 10, add => ['early']);
        $_[0]->fact('identify', $x, t => $base + 11, contact => 'anna');
    });
    is(row_of($x, 'tags'), undef, 'make no subscription');
    ingest(subscriptions => sub { $_[0]->subscribe($x, t => $base) });
    is_deeply([row_of($x, 'tags')->[0], contacts_of($x)], ['{early}', 'anna'], 'but wait for it');
    is(row_of($x, 'visits', 'engagement')->[0], 1, 'and so do visits');
};

subtest 'place' => sub {
    my $x = at('place');
    my %berlin = (country => 'DE', region => 'BE', city => 'Berlin', position => '52.5,13.4');
    ingest(subscriptions => sub {
        $_[0]->refresh($x, t => $base + 10, %berlin);
        $_[0]->subscribe($x, t => $base, country => 'FR');
    });
    is_deeply(row_of($x, 'country, region, city, position'), [@berlin{qw(country region city position)}],
        'as it was seen last');
};

subtest 'contacts' => sub {
    my @devices = map { at("device/$_") } 1 .. 22;
    ingest(subscriptions => sub {
        my ($log) = @_;
        $log->subscribe($devices[$_], t => $base + $_, contact => 'olga') for shuffle keys @devices;
    });
    is_deeply([contacts_of(@devices)], ['-', '-', ('olga') x 20], 'one has 20 subscriptions at most: not the oldest');

    ingest(subscriptions => sub {
        $_[0]->fact('forget', $devices[21], t => $base + 1000);
        $_[0]->fact('identify', $devices[20], t => $base + 1000, contact => 'ivan');
        $_[0]->fact('identify', $devices[20], t => $base + 500, contact => 'oskar');
        $_[0]->unsubscribe($devices[19], n => 2, t => $base + 1000);
    });
    is_deeply([contacts_of(@devices[0, 1, 19, 20, 21])], ['olga', 'olga', 'none', 'ivan', '-'],
        'the last that was said counts, and who makes room lets others in');
    is($daemon->sql("SELECT extract(epoch FROM created_at) * 1000 - $base FROM contact WHERE external_id = 'olga'"),
        '0.000000', 'known since the first line');
    ingest(subscriptions => sub { $_[0]->refresh($devices[20], t => $base + 2000) });
    is_deeply([contacts_of($devices[20])], ['ivan'], 'who names nobody forgets nobody');
};

subtest 'visits and what pages tell' => sub {
    my $x = at('buyer');
    ingest(subscriptions => sub { $_[0]->subscribe($x, t => $base) });
    my $counts = 'section, visits, extract(epoch FROM first_visit) * 1000 - ' . $base
        . ', extract(epoch FROM last_visit) * 1000 - ' . $base . ', purchases, spent';
    for my $round (1 .. 2) {
        ingest(events => sub {
            my ($log) = @_;
            $log->act('visit', $x, t => $base + 30, section => 'sport', product => 'ball', amount => '9.90');
            $log->act('visit', $x, t => $base + 10, section => 'sport');
            $log->act('visit', $x, t => $base + 20);
            $log->act('track', $x, t => $base + 40, name => 'purchase', key => 'order-7',
                properties => { amount => 19.5, currency => 'EUR' });
            $log->act('track', $x, t => $base + 50, name => 'purchase', key => 'order-7',
                properties => { amount => 19.5 });
            $log->act('track', $x, t => $base + 60, name => 'purchase', properties => { amount => '5.25' });
            $log->act('track', $x, t => $base + 70, name => 'cart', properties => { amount => 1e300 });
        });
        my @rows = $daemon->sql("SELECT $counts FROM engagement WHERE subscription = '"
            . subscription_uuid($x) . "' ORDER BY section");
        is_deeply(\@rows, [
            ['', 3, '10.000000', '30.000000', 2, '24.75'], ['sport', 2, '10.000000', '30.000000', 0, '0'],
        ], $round == 1 ? 'are counted, a key once' : 'another copy changes nothing');
    }
    my @rows = $daemon->sql("SELECT name, key, amount, properties FROM activity WHERE subscription = '"
        . subscription_uuid($x) . "' AND name <> 'visit' ORDER BY at");
    is_deeply(\@rows, [
        ['purchase', 'order-7', '19.5', '{"amount": 19.5, "currency": "EUR"}'],
        ['purchase', '@' . ($base + 60), '5.25', '{"amount": "5.25"}'],
        ['cart', '@' . ($base + 70), undef, $rows[2][3]],
    ], 'with what the page said, and the amount as a number if it is one');
    is($daemon->sql(q{SELECT properties || jsonb_build_object('amount', amount) FROM activity WHERE name = 'visit'
        AND amount IS NOT NULL}), '{"amount": 9.90, "product": "ball", "section": "sport"}', 'visits too');
};

subtest 'how asking went, and how the site answers' => sub {
    my @steps = (('shown') x 5, ('accepted') x 2, 'granted', 'default');
    my $log = ingest(events => sub {
        my ($log) = @_;
        $log->site_line('prompt', t => $base, step => $_) for @steps;
        $log->site_line('landing', t => now_ms(), of => 'click', '2xx' => 7, '5xx' => 2, ms => 900, max => 300);
        $log->site_line('landing', t => now_ms() - DAY_MS, of => 'click', '2xx' => 1, ms => 1, max => 1);
    });
    my $asked = sub {
        join ' ', map { "$_->[0]=$_->[1]" } $daemon->sql('SELECT step, sum(n) FROM prompt_count GROUP BY 1 ORDER BY 1');
    };
    is($asked->(), 'accepted=2 default=1 granted=1 shown=5', 'every step is counted');
    is_deeply([$daemon->sql('SELECT of_clicks, answers_2xx, answers_5xx, milliseconds, slowest FROM landing')],
        [['t', 7, 2, 900, 300]], 'and what lately came of clicks');

    my $half = length(($log->content =~ /\A((?:.*\n){4})/)[0]);
    my $file = "file = '" . $log->name . "'";
    $daemon->sql("UPDATE ingest_file SET position = $half, complete = false WHERE $file");
    $daemon->stop;
    $daemon->start;
    wait_for { $daemon->sql("SELECT complete FROM ingest_file WHERE $file") eq 't' } 'its second half once more';
    is($asked->(), 'accepted=2 default=1 granted=1 shown=5', 'a line counts by its place: once');
};

# ---- whole lives, in any order ----

# One browser's life by the clock: [log kind, call, what...] and what is known at its end.
sub life {
    my ($name) = @_;
    my ($number, $n, $t, $active) = (0, 0, $base, 0);
    my (@lines, @ids, %tags, %attributes, $contact, $visits, $spent);
    my $say = sub { push @lines, [@_] };
    my $forget_all = sub { %tags = %attributes = (); ($contact, $visits, $spent) = ('', 0, 0) };
    $forget_all->();
    my $subscribe = sub {
        @ids = at("life/$name/" . ++$number) if !@ids;
        $say->(subscriptions => 'subscribe', $ids[-1], n => ++$n, t => $t);
        $active = 1;
    };
    my %step = (
        tag => sub {
            my ($tag, $add) = ((qw(a b c))[rand 3], rand() < 0.6);
            $say->(subscriptions => 'fact', 'profile', $ids[rand @ids], t => $t, ($add ? 'add' : 'remove') => [$tag]);
            if ($add) { $tags{$tag} = 1 } else { delete $tags{$tag} }
        },
        attribute => sub {
            my $value = rand() < 0.7 ? int rand 100 : undef;
            $say->(subscriptions => 'fact', 'profile', $ids[rand @ids], t => $t, attributes => { size => $value });
            %attributes = defined $value ? (size => $value) : ();
        },
        identify => sub {
            $contact = rand() < 0.7 ? "$name-" . int rand 3 : '';
            $say->(subscriptions => 'fact', $contact eq '' ? ('forget', $ids[-1], t => $t)
                : ('identify', $ids[-1], t => $t, contact => $contact));
        },
        visit => sub { $say->(events => 'act', 'visit', $ids[rand @ids], t => $t); $visits++ },
        purchase => sub {
            $say->(events => 'act', 'track', $ids[rand @ids], t => $t, name => 'purchase', properties => { amount => 2 });
            $spent += 2;
        },
        rotate => sub {
            my $old = $ids[-1];
            push @ids, at("life/$name/" . ++$number);
            $say->(subscriptions => 'refresh', $ids[-1], n => $n, t => $t, replaces => $old);
        },
        leave => sub {
            $say->(subscriptions => 'unsubscribe', $ids[-1], n => ++$n, t => $t);
            @ids = $ids[-1];
            $forget_all->();
            $active = 0;
        },
    );
    my @likely = ((qw(tag attribute identify visit purchase)) x 3, qw(rotate leave));
    $subscribe->();
    for (1 .. 4 + int rand 12) {
        $t += 1 + int rand 50;
        if ($active) { $step{ $likely[rand @likely] }->() } else { $subscribe->() }
    }
    $t++;
    $step{leave}->() if $active && $name % 10 == 0;    # so that in some lives it is the last
    my $known = join ' | ', '{' . join(',', sort keys %tags) . '}',
        $json->encode(\%attributes) =~ s/:/: /r, $contact, $visits, $spent;
    return (\@lines, $ids[-1], $active ? $known : undef);
}

# What is known of each id.
sub all_known {
    my @rows = $daemon->sql(<<~'SQL');
        SELECT s.id, s.tags, s.attributes, coalesce(c.external_id, ''), coalesce(e.visits, 0), coalesce(e.spent, 0)
        FROM subscription s LEFT JOIN contact c ON c.site = s.site AND c.id = s.contact
        LEFT JOIN engagement e ON e.site = s.site AND e.subscription = s.id AND e.section = ''
        SQL
    return map { $_->[0] => join ' | ', @$_[1 .. 5] } @rows;
}

subtest 'lives in any order' => sub {
    my $seed = $ENV{TEST_SEED} // time;
    note("TEST_SEED=$seed");
    srand $seed;
    my (@files, @ends);
    for my $number (1 .. LIVES) {
        my ($lines, $id, $known) = life($number);
        push @ends, [$lines, $id, $known];
        for my $line (shuffle @$lines) {
            my ($kind, @call) = @$line;
            push @{ $files[rand 6]{$kind} }, \@call;
        }
    }
    for my $file (@files) {
        for my $kind (shuffle keys %$file) {
            ingest($kind => sub {
                my ($log) = @_;
                for my $call (@{ $file->{$kind} }) { my ($method, @what) = @$call; $log->$method(@what) }
            });
        }
    }
    my %known = all_known();
    my @wrong = grep { ($known{ subscription_uuid($_->[1]) } // 'gone') ne ($_->[2] // 'gone') } @ends;
    is(scalar(@wrong), 0, LIVES . ' end as they do in the order of the clock')
        or diag(map { ($known{ subscription_uuid($_->[1]) } // 'gone') . ', not ' . ($_->[2] // 'gone') . "\n",
            map { join(' ', map { ref ? $json->encode($_) : $_ } @$_) . "\n" } @{ $_->[0] } } $wrong[0]);
    my $left = join ',', map { "'" . subscription_uuid($_->[1]) . "'" } grep { !$_->[2] } @ends;
    is($daemon->sql(<<~"SQL"), 0, 'nothing is left of who has left');
        SELECT count(*) FROM (SELECT subscription FROM fact UNION ALL SELECT subscription FROM engagement
            UNION ALL SELECT subscription FROM activity) AS rest WHERE subscription IN ($left)
        SQL
};

sub dump_tables {
    my @rows = map {
        my $table = $_;
        map { "$table $_->[0]" } $daemon->sql("SELECT t::text FROM $table t ORDER BY 1");
    } qw(subscription fact contact activity engagement prompt_count landing tombstone);
    return join "\n", @rows;
}

subtest 'all logs once more, from the start' => sub {
    my $before = dump_tables();
    $daemon->sql('DELETE FROM ingest_file');
    $daemon->stop;
    $_->restore for shuffle @written;
    $daemon->start;
    wait_for { $daemon->sql('SELECT count(*) FROM ingest_file WHERE complete') == @written } 'all of them', 60;
    ok(dump_tables() eq $before, 'not one column of one row has changed');
};

sub count_rows { return scalar $daemon->sql("SELECT count(*) FROM $_[0]") }

subtest 'what belongs to nobody' => sub {
    for my $age (40, 20) {
        my $ids = "(lpad(to_hex(b), 2, '0') || '$age' || repeat('0', 28))::uuid";
        my $then = "now() - interval '$age days'";
        $daemon->sql("INSERT INTO fact SELECT b, 1, $ids, 't', 'nobody', 'true', $then FROM generate_series(0, 255) AS b");
        $daemon->sql("INSERT INTO engagement SELECT b, 1, $ids, '', 1, $then, $then, 0, NULL, 0"
            . ' FROM generate_series(0, 255) AS b');
    }
    my %before = map { $_ => count_rows($_) } qw(fact engagement subscription);
    $daemon->stop;
    $daemon->start;
    wait_for { count_rows('fact') < $before{fact} && count_rows('engagement') < $before{engagement} } 'a bucket';
    is(join(' ', map { $before{$_} - count_rows($_) } qw(fact engagement subscription)), '1 1 0',
        'goes after 30 days, bucket by bucket');
    is($daemon->sql("SELECT count(*) FROM fact WHERE subscription::text LIKE '__20%' AND name = 'nobody'"), 256, 'not sooner');
};

subtest 'months' => sub {
    my $x = at('months');
    my $old = $base - 200 * DAY_MS;
    ingest(subscriptions => sub { $_[0]->subscribe($x, t => $old) });
    my $log = ingest(events => sub {
        $_[0]->act('visit', $x, t => $old);
        $_[0]->act('track', $x, t => $old, name => 'purchase', key => 'once');
        $_[0]->act('track', $x, t => $base, name => 'purchase', key => 'once');
        $_[0]->act('visit', $x, t => $base - 500 * DAY_MS);
        $_[0]->act('visit', $x, t => $base + 100 * DAY_MS);
    });
    is_deeply(row_of($x, 'visits, purchases', 'engagement'), [1, 1],
        'of the past are taken too, and a key counts in one of them');
    is($daemon->sql("SELECT skipped FROM ingest_file WHERE file = '" . $log->name . "'"), 2,
        'what is not kept so long, or is to come, is counted as skipped');
    my $present = scalar $daemon->sql("SELECT count(*) FROM activity WHERE at > now() - interval '60 days'");
    $daemon->stop;
    push @{ $daemon->{args} }, '--activity-months', 3;
    $daemon->start;
    wait_for { $daemon->sql('SELECT count(*) FROM activity') == $present } 'the old month to go';
    is_deeply(row_of($x, 'visits, purchases', 'engagement'), [1, 1], 'old months are dropped, the counts stay');
};

# A database as the first version left it, with one subscription that has tags and attributes.
sub make_old {
    my ($conninfo) = @_;
    my $psql = sub {
        my $result = capture(['psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', $conninfo, @_]);
        die "psql: $result->{stderr}" if $result->{exit} != 0;
    };
    $psql->('-f', root() . '/src/webpushd/store/migrations/0001_first.sql');
    $psql->('-c', 'CREATE TABLE schema_migration (version integer PRIMARY KEY, name text NOT NULL,'
        . ' applied_at timestamptz NOT NULL DEFAULT now())',
        '-c', "INSERT INTO schema_migration VALUES (1, 'first')",
        '-c', 'INSERT INTO subscription (bucket, site, id, endpoint, p256dh, auth, consent_counter, consent_at,'
        . ' data_counter, data_at, created_at, seen_at, tags, attributes) VALUES (7, 1,'
        . " '07000000-0000-0000-0000-000000000000', 'https://push.example/old', '', '', 1, now(), 1, now(), now(),"
        . q[ now(), '{vip,old}', '{"plan": "pro"}')]);
}

subtest 'a database of the first version' => sub {
    my $newest = () = glob root() . '/src/webpushd/store/migrations/*.sql';
    my $missing = $newest - 1;
    my $migrated = sub {
        my ($conninfo) = @_;
        my $result = capture(['psql', '-XAtq', '-F', ' ', $conninfo, '-c',
            'SELECT kind, name, value FROM fact ORDER BY 1, 2']);
        is($result->{stdout}, qq(a plan "pro"\nt old true\nt vip true\n), 'what it knew are facts');
    };
    $daemon->sql('CREATE DATABASE other');
    my $other = $daemon->conninfo =~ s/dbname=postgres/dbname=other/r;
    make_old($other);
    my $external = WebPush::Daemon->new(args => ['--roles', 'ingest'], database => $other);
    is($external->launch->wait_end, 'exit 1', 'on a server that is not its own it is not touched unasked');
    like($external->output, qr/schema version 1 of $newest; run: webpushd migrate --database '/, 'what to do is told');
    my $result = capture([build_path('webpushd'), 'migrate', '--database', $other]);
    like($result->{stderr}, qr/migrations applied: $missing\b/, 'the command does it');
    $migrated->($other);

    $daemon->sql('DROP SCHEMA public CASCADE');
    $daemon->sql('CREATE SCHEMA public');
    make_old($daemon->conninfo);
    $daemon->stop;
    $daemon->start;
    like($daemon->output, qr/migrations applied: $missing$/m, 'on its own server the daemon does it by itself');
    $migrated->($daemon->conninfo);
};

done_testing();
