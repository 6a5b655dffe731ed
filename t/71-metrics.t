# webpushd's figures for Prometheus: what the table of its API says there is, and what a small campaign
# makes of it.

use WebPush::Test;
use WebPush::Audience;
use WebPush::Daemon;
use WebPush::EdgeLog qw(now_ms);
use WebPush::Http;
use WebPush::Process qw(capture);
use WebPush::PushService;

my ($mozilla, $google) = @WebPush::PushService::HOST{qw(mozilla google)};
my $service = WebPush::PushService->start;
my $daemon = WebPush::Daemon->new(args => ['--send-threads', 2, $service->arguments])->start;
my $audience = WebPush::Audience->new($daemon);
my $http = WebPush::Http->at_socket($daemon->admin_socket);

subtest 'before anything has happened' => sub {
    my $answer = $http->request(GET => '/v1/metrics');
    is($answer->{status}, 200, 'there it is');
    is($answer->{headers}{'content-type'}, 'text/plain; version=0.0.4', 'its type');
    is(samples('webpushd_requests_total')->{'origin="other",answer="accepted"'}, 0, 'what has not happened is told');
    is(samples('webpushd_runs')->{'state="finished"'}, 0, 'of the database, too');
    is(value('webpushd_database_up'), 1, 'which answers');
    my ($version) = $daemon->cli_raw('--version')->{stdout} =~ /(\d\S*)/;
    is(value("webpushd_build_info{version=\"$version\"}"), 1, 'the version');
};

$service->answer({ path => 'gone', status => 410 }, { path => 'busy', status => 503, headers => { 'retry-after' => 600 } });
$audience->subscribe_all((map { { path => "/wpush/v2/$_" } } 1 .. 5),
    map { { service => 'google', path => "/fcm/send/$_" } } qw(gone busy));
my $run = $audience->send({ title => 'Hello', target => '/' });
wait_for { value('webpushd_outcomes_total{outcome="accepted"}') == 5 && value('webpushd_outcomes_total{outcome="deferred"}') == 1 }
    'the campaign';

subtest 'requests by origin' => sub {
    is_deeply(samples('webpushd_requests_total', qr/ [1-9]/), {
        qq(origin="$mozilla",answer="accepted") => 5,
        qq(origin="$google",answer="gone") => 1,
        qq(origin="$google",answer="retry") => 1,
    }, 'and what became of them');
    for ([$mozilla => 5], [$google => 2], [other => 0]) {
        my ($origin, $count) = @$_;
        is(value(qq(webpushd_request_duration_seconds_count{origin="$origin"})), $count, "$origin: answers timed");
        is(value(qq(webpushd_request_duration_seconds_bucket{origin="$origin",le="+Inf"})), $count, 'all in the last bucket');
    }
    my @below = map { value(qq(webpushd_request_duration_seconds_bucket{origin="$mozilla",le="$_"})) }
        qw(0.005 0.01 0.025 0.05 0.1 0.25 0.5 1 2.5 5 10 30 +Inf);
    is_deeply(\@below, [sort { $a <=> $b } @below], 'each bucket holds those before') or diag("@below");
    wait_for { value(qq(webpushd_connections{origin="$mozilla"})) } 'its connections';
    wait_for { !value(qq(webpushd_streams{origin="$mozilla"})) } 'and no stream';
};

subtest 'messages' => sub {
    is(value('webpushd_encrypted_messages_total'), 7, 'encrypted');
    is(value('webpushd_loaded_messages_total'), 7, 'loaded');
    cmp_ok(value('webpushd_claims_total{of="chunk"}'), '>=', 1, 'in chunks');
    is(value('webpushd_leases_lost_total'), 0, 'none lost');
    is_deeply(samples('webpushd_outcomes_total', qr/ [1-9]/),
        { 'outcome="accepted"' => 5, 'outcome="gone"' => 1, 'outcome="deferred"' => 1 }, 'outcomes');
    cmp_ok(value('webpushd_outcome_batch_duration_seconds_count'), '>=', 1, 'in batches');
    my $counts = $audience->counts($run);
    is_deeply($counts, { accepted => 5, gone => 1 }, 'which the database knows of');
    is_deeply(samples('webpushd_deferred_messages'), { 'reason="busy"' => 1 }, 'what waits');
    is(value('webpushd_runs{state="sending"}'), 1, 'the run');
    is(value('webpushd_subscriptions'), 6, 'who is left');
};

subtest 'alarms' => sub {
    $daemon->sql("INSERT INTO alarm (key, site, text) VALUES ('origin_stopped:a.example', 1, 'x'), "
        . "('origin_stopped:b.example', 1, 'x'), ('gone_held:a.example', 0, 'x')");
    is_deeply(samples('webpushd_alarms'), { 'kind="gone_held"' => 1, 'kind="no_key"' => 0, 'kind="origin_stopped"' => 2 },
        'by kind');
};

subtest 'ingest' => sub {
    my $log = WebPush::EdgeLog->new($daemon->state_dir . '/log', 'subscriptions');
    $log->subscribe('https://push.example/one', n => 1, t => now_ms());
    $log->heartbeat;
    $log->site_line('nonsense', t => now_ms());
    $log->release;
    wait_for { value('webpushd_ingest_skipped_total') } 'the log';
    is_deeply(samples('webpushd_ingest_records_total', qr/ [1-9]/),
        { 'kind="file"' => 1, 'kind="alive"' => 1, 'kind="subscribe"' => 1 }, 'records by kind');
    is(value('webpushd_ingest_skipped_total'), 1, 'and what was none');
    my ($source) = keys %{ samples('webpushd_ingest_lag_seconds') };
    like($source, qr{^source=".+:\Q@{[$daemon->state_dir]}\E/log"$}, 'how far back is told of each edge');
};

subtest 'webpush metrics' => sub {
    my $printed = $daemon->cli_raw('metrics');
    is($printed->{exit}, 0, 'prints');
    like($printed->{stdout}, qr/^webpushd_requests_total\{origin="\Q$mozilla\E",answer="accepted"\} 5$/m, 'the same');
};

subtest 'the table of the API' => sub {
    my %told = map { /^# TYPE (\S+) (\S+)/ ? ($1 => $2) : () } split /\n/, text();
    my %helped = map { /^# HELP (\S+) \S/ ? ($1 => 1) : () } split /\n/, text();
    my %documented = read_file(root() . '/src/webpushd/api/README.md') =~ /^\| `(webpushd_\w+)` \| (\w+) \|/mg;
    is_deeply(\%told, \%documented, 'names and types');
    is_deeply([sort keys %helped], [sort keys %told], 'all have a help');
    my %labels = read_file(root() . '/src/webpushd/api/README.md') =~ /^\| `(webpushd_\w+)` \| \w+ \|([^|]*)\|/mg;
    $_ = join ' ', sort /`(\w+)`/g for values %labels;
    my %seen = map { $_ => '' } keys %told;
    for (split /\n/, text()) {
        my ($name, $of) = /^(webpushd_\w+)\{(.*)\} / or next;
        $name =~ s/_(?:bucket|sum|count)$// if !exists $told{$name};
        $seen{$name} = join ' ', sort grep { $_ ne 'le' } $of =~ /(\w+)="/g;
    }
    is_deeply(\%seen, \%labels, 'and labels');
};

subtest 'without the database' => sub {
    my $psql = sub {
        capture(['psql', '-XAtq', 'host=' . $daemon->state_dir . '/run user=webpush dbname=template1', '-c', $_[0]]);
    };
    $psql->('ALTER DATABASE postgres ALLOW_CONNECTIONS false');
    $psql->("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'postgres'");
    wait_for { value('webpushd_database_up') == 0 } 'that it is away';
    is(value(qq(webpushd_requests_total{origin="$mozilla",answer="accepted"})), 5, 'what the process knows is told all the same');
    is_deeply(samples('webpushd_runs'), {}, 'what only the database knows is not');
    wait_for { value('webpushd_database_errors_total{role="plan"}') && value('webpushd_database_errors_total{role="ingest"}')
        && value('webpushd_database_errors_total{role="api"}') } 'errors by role';
    $psql->('ALTER DATABASE postgres ALLOW_CONNECTIONS true');
    wait_for { value('webpushd_database_up') } 'its return';
};

$daemon->stop;
done_testing();

sub text { return $http->request(GET => '/v1/metrics')->{body} }

# {labels => value} of a metric, those whose line is as wanted.
sub samples {
    my ($name, $wanted) = @_;
    my %samples;
    for (grep { !$wanted || /$wanted/ } split /\n/, text()) { $samples{$1} = $2 if /^\Q$name\E\{(.*)\} (\S+)$/ }
    return \%samples;
}

# Of one sample, 0 when there is none.
sub value {
    my ($sample) = @_;
    return text() =~ /^\Q$sample\E (\S+)$/m ? $1 : 0;
}
