#!/usr/bin/env perl
# What nobody gains by: asking faster than nginx's own limits allow, sending the same again and again,
# taking to one site what another has signed, making up subscriptions.

use WebPush::Test;
use WebPush::Crypt;
use WebPush::Daemon;
use WebPush::Edge;

use JSON::PP ();

my $daemon = WebPush::Daemon->new(args => ['--roles', 'ingest,api'])->start;
my $edge = WebPush::Edge->new(
    log_dir => $daemon->state_dir . '/log',
    http => join("\n",
        'limit_req_zone $uri zone=one:32k rate=1r/m;',
        'limit_req_zone $uri zone=ten:32k rate=10r/s;',
        'limit_conn_zone $uri zone=connections:32k;',
        'limit_req_status 429;', 'limit_conn_status 429;',
        'keepalive_requests 10000;'),
    server => <<'END');
location /one/ {
    limit_req zone=one;
    location = /one/subscribe { webpush_subscribe; }
    location = /one/unsubscribe { webpush_unsubscribe; }
    location = /one/event { webpush_event; }
    location /one/c/ { webpush_click; }
}
location = /slow { webpush_subscribe; limit_req zone=ten burst=5; }
location = /single { webpush_subscribe; limit_conn connections 1; }
location /other/ {
    webpush_site other;
    location = /other/event { webpush_event; }
    location /other/c/ { webpush_click; }
}
END
$edge->add_site('other');
$edge->run;
my $nginx = $edge->nginx;
$nginx->expect_log(qr/limiting (?:requests|connections)/);
my $http = $edge->client;
my $id = endpoint_id(new_endpoint());

subtest "nginx's own limits" => sub {
    my $link = $edge->click_token(run => 1000);
    my %request = (
        subscribe => sub { $http->post_json('/one/subscribe', subscription()) },
        unsubscribe => sub { $http->post_json('/one/unsubscribe', { endpoint => new_endpoint(), n => 1 }) },
        event => sub { $http->post_json('/one/event', { event => 'shown', token => $edge->delivery_token(run => 1000) }) },
        click => sub { $http->get("/one/c/$link") },
    );
    for my $kind (sort keys %request) {
        cmp_ok($request{$kind}->()->{status}, '<', 400, "$kind: the first is taken");
        too_many($request{$kind}->(), "$kind: limit_req refuses the second");
    }
    is($http->post_json('/slow', subscription())->{status}, 200, "delayed and then taken, $_") for 1 .. 3;

    my $busy = $edge->client;
    my $body = JSON::PP::encode_json(subscription());
    my $text = WebPush::Http::request_text('h', 'POST', '/single', body => $body,
        headers => ['Content-Type' => 'application/json', Expect => '100-continue']);
    $busy->send_raw(substr $text, 0, -length $body);
    like($busy->read_until("\r\n\r\n"), qr/ 100 Continue/, 'a connection that begins slowly');
    my $answer = $http->post_json('/single', subscription());
    too_many($answer, 'limit_conn refuses a second connection');
    $busy->send_raw($body);
    is($busy->read_answer->{status}, 200, 'and the first goes on');
    is($http->post_json('/single', subscription())->{status}, 200, 'then another one may');
};

sub too_many {
    my ($answer, $name) = @_;
    is("$answer->{status} $answer->{json}{code} $answer->{headers}{'content-type'}",
        '429 too_many_requests application/problem+json', $name);
    return;
}

subtest 'what another site has signed' => sub {
    my %at = (default => '/push', other => '/other');
    my %page = (event => 'track', name => 'cart');
    for my $site (sort keys %at) {
        my $path = $at{ $site eq 'other' ? 'default' : 'other' };
        my $token = $edge->delivery_token(run => 1000, sub => $id, site => $site);
        my $link = $edge->click_token(run => 1000, sub => $id, site => $site, target => 'https://elsewhere.example/');
        my $cookie = '__Host-webpush_visitor=' . $edge->visitor_token(sub => $id, site => $site);
        my $written = $edge->records('events');
        my %answer = (
            token_invalid => $http->post_json("$path/event", { event => 'shown', token => $token }),
            link_unknown => $http->get("$path/c/$link"),
            visitor_unknown => $http->post_json("$path/event", \%page, [Cookie => $cookie]),
        );
        is($answer{$_}{json}{code}, $_, "$site: $_ elsewhere") for sort keys %answer;
        is(scalar $edge->records('events'), $written, "$site: no record elsewhere");

        $path = $at{$site};
        is($http->post_json("$path/event", { event => 'shown', token => $token })->{status}, 202, "$site: its own token");
        is($http->get("$path/c/$link")->{status}, 302, "$site: its own link");
        is($http->post_json("$path/event", \%page, [Cookie => $cookie])->{status}, 202, "$site: its own cookie");
    }
};

subtest 'replays' => sub {
    $daemon->cli(qw(site set --origin https://shop.example --contact mailto:push@shop.example));
    my $campaign = $daemon->cli(qw(campaign create --title Hello --target / --name Replayed));
    my $run = $daemon->cli(qw(campaign send), $campaign->{id})->{run};
    my $issued = time;
    my %token = map { $_ => $edge->delivery_token(run => $run, sub => endpoint_id($_), issued => $issued) } qw(anna ben);
    my %event = map { $_ => { event => $_, token => $token{anna} } } qw(shown closed);
    for my $kind (sort keys %event) {
        $http->post_json('/push/event', $event{$kind}) for 1 .. 20;
        my $answer = $http->post_json('/push/event', { events => [($event{$kind}) x 40] });
        is($answer->{json}{accepted}, 40, "$kind: who repeats it learns nothing");
    }
    my $link = $edge->click_link(run => $run, sub => endpoint_id('anna'), issued => $issued);
    is($http->get($link)->{status}, 302, 'a link may be followed again') for 1 .. 5;
    my $written = grep { ($_->{run} // 0) == $run } $edge->records('events');
    is($written, 2 * 60 + 5, 'all of it is in the log');

    $http->post_json('/push/event', { event => 'shown', token => $token{ben} });
    my $report;
    wait_for { ($report = $daemon->cli('report', $run))->{shown} >= 2 } 'all of it to be in the database';
    is_deeply({ map { $_ => $report->{$_} } qw(shown closed clicked) }, { shown => 2, closed => 1, clicked => 1 },
        'but each browser is counted once');
    is($daemon->sql("SELECT count(*) FROM event WHERE run = $run AND kind <> 'click'"), 3, 'and kept once');
};

subtest 'made-up subscriptions' => sub {
    my ($worker) = $nginx->worker_pids;
    my %taken;
    my $flood = sub {
        my ($count) = @_;
        my @bodies = map { JSON::PP::encode_json(subscription(n => $_ % 3 ? 1 : 0)) } 1 .. $count;
        $http->send_raw(join '', map {
            WebPush::Http::request_text('h', 'POST', '/push/subscribe', body => $_,
                headers => ['Content-Type' => 'application/json'])
        } @bodies);
        $taken{ $http->read_answer->{status} }++ for @bodies;
    };
    $flood->(60) for 1 .. 10;
    my ($memory, $files) = (memory_of($worker), files_of($worker));
    for (1 .. 50) {
        $flood->(60);
        my $good = $edge->client->post_json('/push/subscribe', subscription());
        $good->{status} == 200 or fail('somebody else is served');
    }
    is_deeply(\%taken, { 200 => 2400, 422 => 1200 }, 'each is taken or refused by itself');
    # A sanitizer keeps what has been freed.
    cmp_ok(memory_of($worker) - $memory, '<', 2048, 'they leave nothing in the memory of the worker, in kB')
        if !$ENV{TEST_SANITIZE};
    cmp_ok(files_of($worker), '<=', $files + 1, 'nor open files');
    is(join(' ', $nginx->worker_pids), $worker, 'which is the same one');
};

sub memory_of {
    my ($pid) = @_;
    my ($kilobytes) = read_file("/proc/$pid/status") =~ /^VmRSS:\s+(\d+) kB/m;
    return $kilobytes;
}

sub files_of { return scalar(() = glob "/proc/$_[0]/fd/*") }

done_testing();
