#!/usr/bin/env perl
# The module in other nginx than this machine's, built from source (t/nginx/rules.mk): each serves
# the endpoints, records visits and tells its counters over HTTP/1.1, HTTP/2 and, where it can,
# HTTP/3, reloads and shuts down.

use WebPush::Test;
use WebPush::Browser;
use WebPush::Edge;
use WebPush::Http2;
use WebPush::Process qw(capture);

my $default = read_file(root() . '/t/nginx/rules.mk') =~ /^NGINX_BUILDS \?= (.*)$/m && $1;
my @builds = split ' ', $ENV{NGINX_BUILDS} // $default;
my ($certificate, $key) = make_certificate();
my %of = map { $_ => build($_) } @builds;
my @http3 = grep { $of{$_}{http3} } @builds;
my $browser = @http3 ? start_browser() : undef;

cmp_ok(scalar @builds, '>', 0, 'there are other nginx');
serves($_) for @builds;

done_testing();

# ---- nginx ----

sub build {
    my ($name) = @_;
    my ($version, $flavour) = split /-/, $name;
    my $folder = root() . "/build/nginx/$name";
    my $told = capture(["$folder/nginx", '-V'])->{stderr};
    like($told, qr{^nginx version: nginx/\Q$version\E$}m, "$name is built");
    my $http3 = $told =~ /--with-http_v3_module/;
    my @number = split /\./, $version;
    my $http2 = sprintf('%d%03d%03d', @number) >= 1025001 ? ['', 'http2 on;'] : ['http2', ''];
    my $edge = WebPush::Edge->new(
        binary => "$folder/nginx",
        module => 0,
        globals => $flavour eq 'dynamic' ? "load_module $folder/ngx_http_webpush_module.so;" : '',
        server => join("\n", "listen 127.0.0.1:%%PORT2%% $http2->[0]; $http2->[1]",
            'location / { webpush_visit section=$uri; default_type text/html; return 200 "<!doctype html>"; }',
            'location = /push/status { webpush_status; }',
            $http3 ? quic() : ()),
    );
    return { edge => $edge, http3 => $http3 };
}

sub quic {
    return <<"END";
listen 127.0.0.1:%%PORT3%% ssl;
listen 127.0.0.1:%%PORT3%% quic;
ssl_certificate $certificate;
ssl_certificate_key $key;
END
}

# P-256: Chromium wants no less for QUIC.
sub make_certificate {
    my ($certificate, $key) = map { test_dir() . "/$_.pem" } qw(certificate key);
    my $made = capture([
        qw(openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2),
        qw(-subj /CN=edge -addext subjectAltName=IP:127.0.0.1),
        '-out', $certificate, '-keyout', $key,
    ]);
    die "openssl: $made->{stderr}\n" if $made->{exit} != 0;
    return ($certificate, $key);
}

# ---- clients: each posts JSON, or gets a page as a visitor; an answer has status and body ----

sub http1 {
    my ($edge) = @_;
    my $client = $edge->client;
    return sub {
        my ($path, $body, $cookie) = @_;
        return $body ? $client->post_json($path, $body) : $client->get($path, Cookie => $cookie);
    };
}

sub http2 {
    my ($edge) = @_;
    my $client = WebPush::Http2->new($edge->nginx->port(2));
    return sub {
        my ($path, $body, $cookie) = @_;
        return $client->request(GET => $path, headers => [Cookie => $cookie]) if !$body;
        return $client->request(POST => $path, headers => ['Content-Type' => 'application/json'],
            body => JSON::PP::encode_json($body));
    };
}

# Chromium, which sends Origin with every POST.
sub start_browser {
    my @hosts = map { '127.0.0.1:' . $of{$_}{edge}->nginx->port(3) } @http3;
    return WebPush::Browser->start('chromium', origin => "https://$hosts[0]", trusts => $certificate,
        arguments => ['--origin-to-force-quic-on=' . join(',', @hosts)]);
}

sub http3 {
    my ($edge) = @_;
    my $origin = 'https://127.0.0.1:' . $edge->nginx->port(3);
    $browser->visit("$origin/");
    return sub {
        my ($path, $body) = @_;
        return load_page("$origin$path") if !$body;
        my $text = JSON::PP->new->allow_nonref->encode(JSON::PP::encode_json($body));
        return $browser->evaluate(<<"END");
fetch('$path', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: $text })
    .then(async (answer) => ({
        status: answer.status,
        body: await answer.text(),
        protocol: performance.getEntriesByName('$origin$path').at(-1)?.nextHopProtocol,
    }))
END
    };
}

# With the cookie that the browser got when it subscribed.
sub load_page {
    my ($url) = @_;
    $browser->visit($url);
    return $browser->evaluate(<<'END');
(({ responseStatus, nextHopProtocol }) => ({
    status: responseStatus, protocol: nextHopProtocol, body: document.body.innerText,
}))(performance.getEntriesByType('navigation')[0])
END
}

# ---- what is asked of each ----

sub serves {
    my ($name) = @_;
    my $edge = $of{$name}{edge};
    my $nginx = $edge->nginx;
    my $tried = $nginx->try_config($edge->config);
    is($tried->{output}, '', "$name: nginx -t");
    ok($tried->{ok}, "$name: takes the directives");
    my $wrong = $nginx->try_config($edge->config =~ s/webpush_edge_id edge1/webpush_edge_id/r);
    like($wrong->{output}, qr/invalid number of arguments in "webpush_edge_id" directive/,
        "$name: and refuses a wrong one");
    free_udp_port($nginx->port(3)) if $of{$name}{http3};
    $edge->run;

    endpoints("$name, HTTP/1.1", $edge, http1($edge));
    endpoints("$name, HTTP/2", $edge, http2($edge));
    if ($of{$name}{http3}) {
        my $ask = http3($edge);
        endpoints("$name, HTTP/3", $edge, $ask);
        is($ask->('/push/status')->{protocol}, 'h3', "$name: pages came by HTTP/3");
        wait_for { ($ask->('/push/event', {})->{protocol} // '') eq 'h3' } "$name: and answers to POST";
        click_in_browser($name, $edge);
    }

    $nginx->reload;
    endpoints("$name, reloaded", $edge, http1($edge));
    $nginx->stop;
    return;
}

sub endpoints {
    my ($what, $edge, $ask) = @_;
    my $endpoint = new_endpoint();
    my $id = endpoint_id($endpoint);
    is($ask->('/push/subscribe', subscription(endpoint => $endpoint))->{status}, 200,
        "$what: subscribed");
    is(last_record($edge, 'subscriptions'), "subscribe $id", "$what: and synced");
    my $event = { event => 'shown', token => $edge->delivery_token(run => 7, sub => $id) };
    is($ask->('/push/event', $event)->{status}, 202, "$what: event");
    is(last_record($edge, 'events'), "shown $id", "$what: recorded");
    my $click = $edge->client->get($edge->click_link(sub => $id, target => '/sale'));
    is("$click->{status} $click->{headers}{location}", '302 /sale', "$what: click");
    is(last_record($edge, 'events'), "click $id", "$what: recorded");
    my $cookie = '__Host-webpush_visitor=' . $edge->visitor_token(sub => $id);
    is($ask->('/page', undef, $cookie)->{status}, 200, "$what: a page");
    wait_for { last_record($edge, 'events') eq "visit $id" } "$what: its visit";
    is($ask->('/push/unsubscribe', { endpoint => $endpoint, n => 2 })->{status}, 200,
        "$what: unsubscribed");
    is(last_record($edge, 'subscriptions'), "unsubscribe $id", "$what: and synced");
    my $status = JSON::PP::decode_json($ask->('/push/status', undef, $cookie)->{body});
    my $counts = $status->{sites}{default};
    my @kinds = qw(subscribe shown click unsubscribe);
    is(join(' ', grep { $counts->{$_}{accepted} } @kinds), "@kinds", "$what: all are counted");
    return;
}

sub last_record {
    my ($edge, $log) = @_;
    my $record = ($edge->records($log))[-1] // return 'none';
    return "$record->{k} " . ($record->{id} // $record->{sub});
}

sub click_in_browser {
    my ($name, $edge) = @_;
    my $id = endpoint_id(new_endpoint());
    my $link = $edge->click_link(sub => $id, target => '/sale');
    $browser->visit('https://127.0.0.1:' . $edge->nginx->port(3) . $link);
    my $landed = $browser->evaluate(
        q{location.pathname + ' ' + performance.getEntriesByType('navigation')[0].nextHopProtocol});
    is($landed, '/sale h3', "$name, HTTP/3: a click leads to its target");
    is(last_record($edge, 'events'), "click $id", "$name, HTTP/3: and is recorded");
    return;
}
