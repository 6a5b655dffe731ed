#!/usr/bin/env perl
# webpush_status: counters of all workers, in JSON and for Prometheus, kept over reloads.

use WebPush::Test;
use WebPush::Disk;
use WebPush::Edge;

use JSON::PP ();
use List::Util qw(sum0);

my $edge = WebPush::Edge->new(
    workers => 2,
    http => 'limit_req_zone $uri zone=one:32k rate=1r/m;',
    server => <<'END');
location = /status { webpush_status; }
location = /metrics { webpush_status prometheus; if ($arg_x) { set $x 1; } }
location = /closed { webpush_status; deny all; }
location = /limited { webpush_unsubscribe; limit_req zone=one; limit_req_status 429; }
location = /blog/event { webpush_site blog; webpush_event; }
location = /plain { return 204; }
END
$edge->add_site($_) for qw(blog late);
$edge->run;
my $nginx = $edge->nginx;
$nginx->expect_log(qr/access forbidden by rule|limiting requests|exited on signal 9/);

sub status { return ($_[0] // $edge)->client->get('/status')->{json} }

# What has been counted: {site => {event => {result => n}}} without zeros.
sub requests {
    my ($status) = @_;
    my %seen;
    while (my ($site, $events) = each %{ $status->{sites} }) {
        while (my ($event, $results) = each %$events) {
            $seen{$site}{$event}{$_} = $results->{$_} for grep { $results->{$_} } keys %$results;
        }
    }
    return \%seen;
}

my $began = time;
my $fresh = status();
is(join(' ', sort keys %{ $fresh->{sites} }), 'blog default', 'the sites of the configuration');
is_deeply(requests($fresh), {}, 'nothing has happened');
is($fresh->{sites}{default}{click}{accepted}, 0, 'which is told');
wait_for { status()->{workers} == 2 } 'both workers';
cmp_ok(abs($fresh->{started} - $began), '<', 60, 'since when') or diag("$fresh->{started} $began");
is($fresh->{edge}, 'edge1', 'and of which edge');

# ---- everything is counted, by whichever worker ----

my %done;

sub done { $done{ $_[0] }{ $_[1] }{ $_[2] }++; return }

sub visit {
    my $http = $edge->client;
    my $endpoint = new_endpoint();
    my $id = endpoint_id($endpoint);
    $http->post_json('/push/subscribe', subscription(endpoint => $endpoint));
    done('default', 'subscribe', 'accepted');
    $http->post_json('/push/subscribe', subscription(endpoint => $endpoint, kind => 'refresh'));
    done('default', 'refresh', 'accepted');
    $http->post_json('/push/event', { event => 'shown', token => $edge->delivery_token(sub => $id) });
    done('default', 'shown', 'accepted');
    $http->post_json('/blog/event',
        { event => 'closed', token => $edge->delivery_token(sub => $id, site => 'blog') });
    done('blog', 'closed', 'accepted');
    $http->get($edge->click_link(sub => $id));
    done('default', 'click', 'accepted');
    $http->get($edge->click_link(sub => $id, issued => 1));
    done('default', 'click', 'late');
    $http->request(HEAD => $edge->click_link(sub => $id));
    done('default', 'click', 'uncounted');
    $http->get('/push/c/forged');
    done('default', 'click', 'link_unknown');
    $http->post_json('/push/event', '{}');
    done('default', 'event', 'field_missing');
    $http->post_json('/push/unsubscribe', '{}', [Origin => 'https://evil.example']);
    done('default', 'unsubscribe', 'origin_forbidden');
    $http->get($_) for qw(/plain /status /metrics);
    return;
}

# Who has written records besides heartbeats.
sub busy_workers {
    return scalar grep { /"k":"shown"/ } map { read_file($_) } $edge->log_files('events');
}

do { visit() } until busy_workers() == 2;
for my $result (qw(accepted too_many_requests)) {
    $edge->client->post_json('/limited', { endpoint => new_endpoint(), n => 1 });
    done('default', 'unsubscribe', $result);
}

sub is_counted {
    my ($name) = @_;
    my $status;
    # A client may have its answer before the worker has counted it.
    eval {
        wait_for {
            $status = status();
            canonical(requests($status)) eq canonical(\%done)
        } 'the counts'
    };
    return is_deeply(requests($status), \%done, $name);
}

sub canonical { return JSON::PP->new->canonical->encode($_[0]) }

is_counted('each request by site, event and result');

# ---- logs and syncs ----

for my $log (qw(subscriptions events)) {
    wait_for { grep { ($_->{k} // '') eq 'alive' } $edge->lines($log) } "$log: heartbeats";
}
my $status = status();
for my $log (qw(subscriptions events)) {
    my $counted = $status->{logs}{$log};
    is($counted->{records}, scalar $edge->records($log), "$log: records");
    # A heartbeat of the subscription log is written by a thread and counted a little later.
    my @bytes;
    my $sorted = sub { join ' ', sort { $a <=> $b } @bytes };
    eval { wait_for { @bytes = (log_size($log), status()->{logs}{$log}{bytes}, log_size($log)); "@bytes" eq $sorted->() } 'it' };
    is("@bytes", $sorted->(), "$log: bytes");
    is($counted->{errors}, 0, "$log: no errors");
}

sub log_size { return sum0 map { -s } $edge->log_files($_[0]) }

my $durable = sum0 map { $done{default}{$_}{accepted} } qw(subscribe refresh unsubscribe);
my $sync = $status->{sync};
cmp_ok($sync->{count}, '>', 0, 'syncs');
cmp_ok($sync->{count}, '<=', $durable, 'no more than there were requests to sync');
is(sum0(map { $_->{count} } @{ $sync->{buckets} }), $sync->{count}, 'each in a bucket');
cmp_ok($sync->{seconds}, '>', 0, 'that took some time');
is_deeply([@$sync{qw(queue queue_limit refused)}], [0, 4096, 0], 'nobody waits');
cmp_ok($sync->{longest_queue}, '>=', 1, 'but somebody did');

wait_for { defined status()->{logs}{events}{files} } 'the directory to be measured';
$status = status();
is($status->{logs}{$_}{files}, 2, "$_: two files") for qw(subscriptions events);
cmp_ok($status->{logs}{subscriptions}{size}, '>', 0, 'with something in them');

# ---- Prometheus ----

# {name => {type, help, samples => {labels => value}}}; dies of what is not its text format.
sub parse_metrics {
    my ($text) = @_;
    my (%metrics, $current);
    $text =~ /\n\z/ or die "no newline at the end\n";
    for my $line (split /\n/, $text) {
        if ($line =~ /^# HELP ([a-z_]+) (\S.*)$/) {
            die "$1: HELP twice\n" if $metrics{$1};
            $current = $metrics{$1} = { name => $1, help => $2, samples => {} };
        } elsif ($line =~ /^# TYPE ([a-z_]+) (counter|gauge|histogram)$/) {
            die "$1: TYPE without HELP or twice\n" if $1 ne $current->{name} || $current->{type};
            $current->{type} = $2;
        } else {
            my ($name, $labels, $value) =
                $line =~ /^([a-z_]+)(?:\{((?:[a-z]+="[^"\\]*",?)+)\})? ([0-9.]+)$/ or die "what is: $line\n";
            my $suffix = $name =~ s/^\Q$current->{name}\E// ? $name : die "$name is not $current->{name}\n";
            die "$line: not of a $current->{type}\n"
                if ($current->{type} eq 'histogram') != ($suffix =~ /^_(?:bucket|sum|count)$/);
            my $key = $suffix . ($labels // '');
            die "$line: twice\n" if exists $current->{samples}{$key};
            $current->{samples}{$key} = $value;
        }
    }
    return \%metrics;
}

my $answer = $edge->client->get('/metrics');
is($answer->{headers}{'content-type'}, 'text/plain; version=0.0.4', 'Prometheus: its type');
is($answer->{headers}{'cache-control'}, 'no-store', 'not to be cached');
my $metrics = parse_metrics($answer->{body});
for my $metric (values %$metrics) {
    my $is_total = $metric->{name} =~ /_total$/ ? 'counter' : 'no counter';
    is($metric->{type} eq 'counter' ? 'counter' : 'no counter', $is_total, "$metric->{name}: its name");
}

my %told;
for my $labels (keys %{ $metrics->{webpush_requests_total}{samples} }) {
    my ($site, $event, $result) = $labels =~ /^site="(.*)",event="(.*)",result="(.*)"$/;
    my $count = $metrics->{webpush_requests_total}{samples}{$labels};
    $told{$site}{$event}{$result} = $count if $count;
}
is_deeply(\%told, \%done, 'the same requests');

sub sample { return $metrics->{ $_[0] }{samples}{ $_[1] // '' } }

is(sample('webpush_log_records_total', 'log="subscriptions"'), $status->{logs}{subscriptions}{records},
    'the same records');
is(sample('webpush_workers'), 2, 'the workers');
is(sample('webpush_sync_queue_limit'), 4096, 'the limit of the queue');
my @bounds = map { $_->{up_to} // () } @{ $status->{sync}{buckets} };
my @buckets = map { sample('webpush_sync_duration_seconds', "_bucketle=\"$_\"") } @bounds, '+Inf';
is_deeply(\@buckets, [sort { $a <=> $b } @buckets], 'the histogram is cumulative');
is($buckets[-1], sample('webpush_sync_duration_seconds', '_count'), 'up to all');

my ($table) = read_file(root() . '/src/ngx_http_webpush/README.md') =~ /^\| metric .*?\n((?:\|.*\n)+)/m;
my @documented = $table =~ /^\| `(\w+)/mg;
is(join(' ', sort @documented), join(' ', sort keys %$metrics), 'all of them are documented');

# ---- how it is asked for ----

for my $case (
    ['/status?format=prometheus', 'text/plain; version=0.0.4'],
    ['/metrics?format=json', 'application/json'], ['/metrics?x=1', 'text/plain; version=0.0.4'],
) {
    my ($path, $type) = @$case;
    is($edge->client->get($path)->{headers}{'content-type'}, $type, $path);
}
my $http = $edge->client;
$answer = $http->request(HEAD => '/status');
is("$answer->{status} $answer->{headers}{'content-type'}", '200 application/json', 'HEAD');
cmp_ok($answer->{headers}{'content-length'}, '>', 100, 'tells the length');
for my $case (['/status?format=xml', '400 bad_request'], ['/closed', '403 forbidden']) {
    $answer = $http->get($case->[0]);
    is("$answer->{status} $answer->{json}{code}", $case->[1], $case->[0]);
}
$answer = $http->post_json('/status', '{}');
is("$answer->{status} $answer->{headers}{allow}", '405 GET, HEAD', 'POST');

# ---- reload, another site, a killed worker ----

my $config = $edge->config =~ s{(?=location = /plain)}{location = /late { webpush_site late; webpush_event; } }r;
$nginx->write_config($config);
$nginx->reload;
is_counted('a reload keeps the counts');
visit();
is_counted('and they go on');
$nginx->write_config($config =~ s/webpush_site blog/webpush_site default/r);
$nginx->reload;
my $later = status();
is($later->{started}, $fresh->{started}, 'and the time of the start');
cmp_ok($later->{configured}, '>', $fresh->{configured}, 'and tells its own');
is(join(' ', sort keys %{ $later->{sites} }), 'blog default late', 'sites come, and none goes');
wait_for { status()->{workers} == 2 } 'the end of the old workers';
pass('old workers are not counted for ever');
kill 'KILL', ($nginx->worker_pids)[0];
wait_for { $nginx->worker_pids == 2 && status()->{workers} == 2 } 'the next worker';
pass('nor are killed ones');
$nginx->stop;

# ---- a queue that is full ----

my $slow = WebPush::Edge->new(
    http => 'webpush_sync_queue 2;', server => 'location = /status { webpush_status; }');
my $disk = WebPush::Disk->under($slow);
$slow->run;
$slow->nginx->expect_log(qr/\[error\].* webpush: 2 requests wait for the sync .*, no more are taken/);
$disk->fault('slow', 60_000);
my $text = WebPush::Http::request_text('h', 'POST', '/push/subscribe',
    headers => ['Content-Type' => 'application/json'], body => JSON::PP::encode_json(subscription()));
my @clients = map { $slow->client } 1 .. 23;
my $first = shift @clients;
$first->send_raw($text);
wait_for { $slow->records('subscriptions') == 1 } 'the first to be written';
$_->send_raw($text) for @clients;
wait_for { status($slow)->{sync}{refused} == 20 } 'the others to be refused';
is_deeply([@{ status($slow)->{sync} }{qw(queue longest_queue queue_limit)}], [2, 2, 2], 'two wait');
$disk->mend;
$first->read_answer;
wait_for { status($slow)->{sync}{queue} == 0 } 'the queue to be empty';
wait_for { (requests(status($slow))->{default}{subscribe}{accepted} // 0) == 3 } 'their answers';
my $counted = status($slow);
is($counted->{sync}{longest_queue}, 2, 'the longest queue is remembered');
is($counted->{sites}{default}{subscribe}{log_unavailable}, 20, 'refused ones are counted by result, too');
cmp_ok($counted->{sync}{buckets}[0]{count}, '<', $counted->{sync}{count}, 'the long sync in a bucket of its own');
my @told = $slow->nginx->error_log =~ /no more are taken/g;
cmp_ok(scalar @told, '<', 20, 'the error log is not flooded');

# ---- configurations ----

my $alone = WebPush::Nginx->new(config => <<'END');
%%GLOBALS%%
events {}
http {
    %%HTTP%%
    webpush_edge_dir /nonexistent;
    server { listen 127.0.0.1:%%PORT%%; location / { webpush_status; } }
}
END
$alone->run;
is_deeply(WebPush::Http->new($alone->port)->get('/')->{json}{sites}, {}, 'a server that has no site');

my $many = WebPush::Edge->new(server => 'location = /status { webpush_status; }');
my @sites = map { "site$_" } 1 .. 20;
$many->add_site($_) for @sites;
my $locations = join "\n", map { "location = /$_ { webpush_site $_; webpush_event; }" } @sites;
for my $case (['64k', qr/\[emerg\] "webpush_status_zone" is too small for the number of sites/], ['256k', qr/^$/]) {
    my ($zone, $said) = @$case;
    my $with_sites = $many->config =~ s/webpush_edge_id/webpush_status_zone $zone; $&/r =~ s/location = .status/$locations $&/r;
    like($many->nginx->try_config($with_sites)->{output}, $said, "20 sites in $zone");
}

done_testing();
