# A push service that takes connections and requests and never answers: everybody else is sent to as if
# it were not there, memory stays bounded, next to nothing is written about those who cannot be reached;
# and when it answers again they are sent to, nobody is left out.

use WebPush::Test;
use WebPush::Audience;
use WebPush::Daemon;
use WebPush::PushService;

# More for the silent one than a sender would hold at once, in chunks of which the others have a quarter.
use constant { SILENT => 10_000, OTHERS => 3000 };
# What a sender may have taken for one service before it is known to be silent: four connections' streams are
# lost, and what waits is put back with its chunk.
use constant { STREAMS => 4 * 100, GROWTH_MB => 96 };

alarm deadline(300);    # requests without an answer are given up after 30 s

my $service = WebPush::PushService->start;
$service->answer({ path => '/silent', action => 'hang' });
my $daemon = WebPush::Daemon->new(args => ['--roles', 'plan,send', $service->arguments])->start;
my $audience = WebPush::Audience->new($daemon);
my $host = \%WebPush::PushService::HOST;
$audience->subscribe_many(SILENT, "https://$host->{google}/fcm/send/silent-");
$audience->subscribe_many(OTHERS / 2, "https://$host->{mozilla}/wpush/v2/");
$audience->subscribe_many(OTHERS / 2, "https://$host->{windows}/w/?token=");

my $before = memory_mb();
$daemon->sql("INSERT INTO ingest_source VALUES ('web1', now() - interval '1 hour', now())");    # nothing is claimed
my $run = $audience->send({ title => 'Hello?', target => '/' });
wait_for { $audience->state($run) eq 'sending' } 'the run to be planned';
my $in_doubt = leave_in_doubt();
$daemon->sql('DELETE FROM ingest_source');
wait_for_others($run);
# On a fast machine the others are done before that.
wait_for { $daemon->output =~ /\Q$host->{google}\E: no answer for \d+ s: what is for it waits/ } 'the operator to be told';
wait_for { chunks_in_hand() < 32 } 'the rest not to be kept in memory';
is($audience->state($run), 'sending', 'while the silent one is silent');
cmp_ok(posts_to('silent'), '<=', STREAMS, 'which got no more than it takes at once');
cmp_ok(waiting_singly(), '<=', STREAMS, 'only that waits singly');
# A sanitizer keeps what has been freed.
cmp_ok(memory_mb() - $before, '<', GROWTH_MB, 'which stays bounded') if !$ENV{TEST_SANITIZE};

subtest 'a next run' => sub {
    my $next = $audience->send({ title => 'Next', target => '/' });
    wait_for_others($next);
    $daemon->sql("UPDATE run SET state = 'cancelled' WHERE id = $next");
};

subtest 'it answers again' => sub {
    $service->answer;
    $audience->wait_finished($run, 240);
    is_deeply($audience->counts($run), { accepted => SILENT + OTHERS - $in_doubt, 'accepted/in_doubt' => $in_doubt },
        'everybody is sent to, and what was in doubt before is so at the end');
    is_deeply($audience->counts($run), $audience->counted_rows($run), 'the counters equal the rows');
    my %taken;
    $taken{$_}++ for taken();
    is_deeply([grep { $taken{$_} != 1 } keys %taken], [], 'once');
    like($daemon->output, qr/\Q$host->{google}\E: \w+ again/, 'the operator is told');
};

$daemon->stop;
done_testing();

sub wait_for_others {
    my ($id) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $accepted = 0;
    eval { wait_for { pause(); ($accepted = accepted($id)) >= OTHERS } 'the others', 120 };
    return is($accepted, OTHERS, 'all others are sent to');
}

sub accepted {
    my ($id) = @_;
    return $daemon->sql("SELECT coalesce(sum(n), 0) FROM run_count WHERE run = $id AND outcome = 'accepted'");
}

# As if a sender had died with the chunk that is claimed last. Returns how many are in it.
sub leave_in_doubt {
    return $daemon->sql(<<"SQL");
        WITH chunk AS (UPDATE send_job SET state = 'leased', lease_until = now() - interval '1 s', epoch = epoch + 1
            WHERE (bucket, id) IN (SELECT bucket, id FROM send_job WHERE run = $run ORDER BY bucket DESC LIMIT 1)
            RETURNING *)
        SELECT count(*) FROM subscription s JOIN chunk c ON s.bucket = c.bucket AND s.id BETWEEN c.id_from AND c.id_to
SQL
}

# Its highest so far.
sub memory_mb { return read_file('/proc/' . $daemon->pid . '/status') =~ /^VmHWM:\s+(\d+) kB$/m && $1 / 1024 }

sub waiting_singly { return $daemon->sql("SELECT count(*) FROM deferred WHERE run = $run") }

sub chunks_in_hand {
    return $daemon->sql("SELECT count(*) FROM send_job WHERE run = $run AND state = 'leased'");
}

sub posts_to { my ($part) = @_; return scalar grep { /"path":"[^"]*\Q$part\E/ } $service->lines }

# "<path> <Topic>" of each message that was answered 201: no two runs have the same Topic.
sub taken {
    return map { join ' ', /"path":"([^"]+)"/, /"topic":"([^"]+)"/ } grep { /"status":201/ } $service->lines;
}

sub pause { select undef, undef, undef, 0.2; return }
