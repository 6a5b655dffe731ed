#!/usr/bin/env perl
# webpush doctor: a set-up without fault has none found, and each fault is named together with what
# to do about it.

use WebPush::Test;
use WebPush::Daemon;
use WebPush::Nginx;
use WebPush::Process qw(capture);
use WebPush::Shop;

use JSON::PP qw(decode_json);

my @push_hosts = qw(fcm.googleapis.com updates.push.services.mozilla.com web.push.apple.com
                    wns2-par02p.notify.windows.com);

# ---- a set-up without fault: webpushd, the example shop, push services on loopback ----

my $tls = certificate();
my $daemon = WebPush::Daemon->new->start;
my $state = $daemon->state_dir;
$daemon->cli(qw(site set --origin https://shop.example --contact mailto:push@shop.example));

my $nginx = WebPush::Nginx->new;
my $config = with_servers(shop_config(edge => "$state/edge", log => "$state/log", tls => $tls), <<~"END");
    server {    # the push services
        listen 127.0.0.1:%%PORT3%% ssl http2;
        ssl_certificate $tls/fullchain.pem;
        ssl_certificate_key $tls/key.pem;
        return 404;
    }
    server {    # one that speaks HTTP/1.1 only, and another site where all is wrong
        listen 127.0.0.1:%%PORT4%% ssl;
        ssl_certificate $tls/fullchain.pem;
        ssl_certificate_key $tls/key.pem;
        location = /push/sw.js { types { } default_type text/plain; return 200 ""; }
        location = /push/sdk.js { types { } default_type text/javascript; return 200 ""; }
        location = /push/config.json { return 301 /elsewhere; }
        location / { return 200 "hello"; }
    }
    server {    # without TLS
        listen 127.0.0.1:%%PORT5%%;
        location = /push/sw.js { return 302 /sw.js; }
        location = /push/config.json { return 200 '{"v":1,"site":"blog"}'; }
        location / { return 404; }
    }
    END
$nginx->write_config($config);
$nginx->run;

# nginx as this test runs it: in its folder, with what a sanitizer needs.
my $program = write_file(test_dir() . '/nginx.sh', nginx_script());
chmod 0755, $program or die "chmod: $!";

my @network = ('--ca', "$tls/fullchain.pem", connect_to('shop.example', $nginx->port),
    map { connect_to($_, $nginx->port(3)) } @push_hosts);

subtest 'nothing is wrong' => sub {
    my $checks;
    wait_for { $checks = examine(); $checks->{'logs: taken in'}{state} eq 'ok' } 'the first lines';
    my @others = grep { $checks->{$_}{state} ne 'ok' } sort keys %$checks;
    is(join("\n", map { "$_: $checks->{$_}{state} $checks->{$_}{found}" } @others), '', 'all is ok');
    is(scalar keys %$checks, 39, 'and all was looked at');

    my $result = doctor();
    is($result->{exit}, 0, 'exit 0');
    like($result->{stdout}, qr/^nginx\n  ok       program         \S+ 1\./m, 'a heading and aligned columns');
    like($result->{stdout}, qr/^\d+ problems, \d+ warnings, \d+ ok\n\z/m, 'the count');
    unlike($result->{stdout}, qr/\e/, 'no colours in a pipe');
};

# ---- nginx ----

subtest 'nginx' => sub {
    finds('no nginx', [nginx => '/nonexistent/nginx'],
        'nginx: program', qr/No such file/, qr/apt-get install nginx/);

    finds('module not loaded', [changed(qr/^load_module .*$/m => '')],
        'nginx: configuration', qr/unknown directive "webpush_/, qr/^load_module modules/m);

    my $module = build_path('ngx_http_webpush_module.so');
    finds('no module', [changed(qr/\Q$module/ => '/nonexistent/ngx_http_webpush_module.so')],
        'nginx: configuration', qr/dlopen.*cannot open shared object/, qr/make install/);

    my $foreign = other_module('foreign', qr/(?<=8,4,8,)[01]{6}/ => '000000');
    finds('module of another nginx', [changed(qr/\Q$module/ => $foreign)],
        'nginx: configuration', qr/is not binary compatible/, qr/nginx-dev.*\nmake/);

    my $old = other_module('old', qr/(?<=ngx_http_webpush_module version )[\d.]+/ => '0.0.9');
    finds('module of another version', [changed(qr/\Q$module/ => $old)],
        'nginx: module', qr/ is 0\.0\.9, this command \d/, qr/all of one version/);

    my $plain = write_file(test_dir() . '/plain.conf', "events { }\nhttp { }\n");
    my $checks = finds('nothing of ours', [config => $plain],
        'nginx: module', qr/not loaded/, qr/^load_module modules/m);
    like($checks->{'nginx: locations'}{found},
        qr/no webpush_subscribe, webpush_unsubscribe, webpush_event, webpush_click/, 'and all that follows');

    finds('a location is missing', [changed(qr/\bwebpush_event;/ => '')],
        'nginx: locations', qr/no webpush_event$/, qr/webpush keys default/);

    my $parts = $nginx->dir . '/parts';
    mkdir $parts or die "mkdir $parts: $!";
    write_file("$parts/event.conf", "location '/push/event' { webpush_event; } # a \"part\"\n");
    $checks = examine(changed(qr/location = .push.event .*/ => 'include parts/*.conf;'));
    is($checks->{'nginx: locations'}{state}, 'ok', 'included files are read');

    finds('a site that is not there', [changed(qr/webpush_site default/ => 'webpush_site blog')],
        'nginx: configuration', qr{blog/link\.keys" failed}, qr/webpush site list/);
};

# ---- webpushd ----

subtest 'webpushd' => sub {
    finds('not running', [socket => "$state/gone/run/admin.sock"],
        'webpushd: answers', qr/does not answer .*No such file/, qr{webpushd --state-dir \Q$state\E/gone$}m);

    $daemon->cli(qw(site create blog));
    my $checks = finds('no contact', [site => 'blog'],
        'webpushd: contact', qr/blog has none/, qr/webpush site set blog --contact mailto:/);
    like($checks->{'webpushd: origin'}{advice}, qr/webpush site set blog --origin/, 'nor origin');
    finds('no such site', [site => 'news'],
        'webpushd: site', qr/no site/, qr/webpush site list/);
};

subtest 'what webpushd tells of itself' => sub {
    my $other = answer_always(test_dir() . '/other.sock', '', <<~'END');
        {"version":"0.0.9","roles":["ingest","plan","api"],
         "database":{"kind":"own","version":"15.8","time":"2026-11-01T00:00:00Z"},
         "ingest":[{"source":"web1:/log","up_to":"2026-11-01T00:00:00Z","lag_ms":5000}],
         "waiting":"no contact","alarms":[{"key":"origin_stopped:push.example","count":3,"text":"It refuses us."}]}
        END
    my $checks = finds('another version', [socket => $other],
        'webpushd: version', qr/is 0\.0\.9, this command/, qr/all of one version/);
    is_state($checks, 'webpushd: roles', 'warning', qr/without send/, qr/another webpushd/i);
    is_state($checks, 'webpushd: runs', 'problem', qr/contact address/, qr/--contact/);
    is_state($checks, 'webpushd: alarm', 'warning', qr/origin_stopped:push\.example: It refuses us\./, qr/webpush status/);
    is_state($checks, 'logs: taken in', 'problem', qr/web1:\/log is 5000 ms back/, qr/Is nginx running/);
    is_state($checks, 'clock: database', 'problem', qr/\d+ s behind/, qr/timedatectl/);
};

# ---- files ----

subtest 'logs' => sub {
    my $elsewhere = owned_dir('elsewhere');
    write_file("$elsewhere/events-web1-1-1-1.jsonl",
        qq({"v":1,"log":"event","edge":"web1","started":1,"pid":1,"seq":1,"keys":{"default":[7]}}\n));
    my $checks = finds('another directory', [changed(qr{\Q$state\E/log} => $elsewhere)],
        'logs: one directory', qr/nginx writes to \Q$elsewhere\E/, qr{webpush_log_dir \Q$state\E/log;});
    is_state($checks, 'keys: in nginx', 'problem', qr/have loaded 7, not 1/, qr/nginx -s reload/);

    my $closed = test_dir() . '/closed';
    mkdir $closed, 0700 or die "mkdir $closed: $!";
    $checks = finds('a closed directory above', [changed(qr{\Q$state\E/log} => "$closed/log")],
        'logs: nginx writes', qr/may not pass \Q$closed\E$/, qr/chmod o\+x \Q$closed\E/);
    is_state($checks, 'logs: webpushd reads', 'problem', qr/may not pass/, qr/chmod/);

    my $theirs = owned_dir('theirs');
    finds('another user', [changed(qr/user www-data;/ => 'user nobody nogroup;', qr{\Q$state\E/log} => $theirs)],
        'logs: one user', qr/nginx writes as nobody, webpushd reads as www-data/, qr/--user nobody/);
};

subtest 'keys' => sub {
    my $edge = owned_dir('edge');
    mkdir $_ or die "mkdir $_: $!" for "$edge/default", "$edge/default/public";
    my $key = read_file("$state/edge/blog/vapid.keys");
    write_file("$edge/default/vapid.keys", $key);
    write_file("$edge/default/link.keys", read_file("$state/edge/blog/link.keys") =~ s/^\d+/9/mr);
    write_file("$edge/default/public/config.json",
        read_file("$state/edge/blog/public/config.json") =~ s/blog/default/r);
    my $checks = finds('another directory', [changed(qr{\Q$state\E/edge} => $edge)],
        'keys: directory', qr/nginx reads \Q$edge\E, webpushd writes/, qr{webpush_edge_dir \Q$state\E/edge;});
    is_state($checks, 'keys: link keys', 'problem', qr/the file has 9, webpushd 1/, qr/start it again/);
    is_state($checks, 'keys: VAPID keys', 'problem', qr/lacks/, qr/start it again/);
    is_state($checks, 'keys: config.json', 'problem', qr/another key/, qr/start it again/);
};

# ---- over the network ----

subtest 'the site' => sub {
    my $checks = finds('wrong in all', [url => 'https://other.example', network => [connect_to('other.example', $nginx->port(4))]],
        'site: sw.js', qr{of type "text/plain}, qr/mime\.types/);
    is_state($checks, 'site: sdk.js', 'warning', qr/may be kept/, qr/add_header Cache-Control no-cache;/);
    is_state($checks, 'site: config.json', 'problem', qr/answered 301, to .*elsewhere/, qr{alias \Q$state\E/edge/default/public});
    is_state($checks, 'site: subscribe', 'problem', qr/not answered by the module \(200\)/, qr/webpush_subscribe/);
    is_state($checks, 'site: click links', 'problem', qr/not answered by the module \(200\)/, qr/webpush_click/);

    my $plain = 'http://127.0.0.1:' . $nginx->port(5);
    $checks = finds('a worker behind a redirect', [url => $plain],
        'site: sw.js', qr{answered 302, to \Q$plain\E/sw\.js}, qr/conf-examples/);
    is_state($checks, 'site: https', 'warning', qr/plain HTTP/, qr/https only/);
    is_state($checks, 'site: config.json', 'problem', qr/is of site "blog"/, qr/alias/);

    my $late = answer_always('127.0.0.1:' . free_port(), "Date: Sun, 01 Nov 2026 00:00:00 GMT\r\n", '');
    finds('its clock', [url => "http://$late"],
        'clock: site', qr/s behind this machine/, qr/timedatectl/);

    finds('not there', [url => 'https://127.0.0.1:' . free_port()],
        'site: sw.js', qr/Couldn't connect/i, qr/Is nginx running/);
};

subtest 'push services' => sub {
    my $checks = finds('not reached', [network => [connect_to('web.push.apple.com', free_port())]],
        'push services: Apple', qr/Couldn't connect/i, qr/port 443/);
    is($checks->{'push services: Google'}{state}, 'ok', 'the others are');

    $checks = examine(network => [connect_to('fcm.googleapis.com', $nginx->port(4))]);
    is_state($checks, 'push services: Google', 'warning', qr{HTTP/1\.1 only}, qr/middlebox/);

    $checks = examine(network => ['--offline']);
    is($checks->{'push services: all'}{state}, 'skipped', '--offline asks none of them');
};

done_testing();

# ---- running it ----

# Options: socket, nginx, config, url, site; network => further options before those of the set-up.
sub arguments {
    my (%option) = @_;
    return ('--socket', $option{socket} // $daemon->admin_socket, 'doctor',
        ($option{site} ? $option{site} : ()),
        '--nginx', $option{nginx} // $program,
        '--config', $option{config} // $nginx->dir . '/nginx.conf',
        ($option{url} ? ('--url', $option{url}) : ()),
        @{ $option{network} // [] }, @network);
}

sub doctor { return capture([build_path('webpush'), arguments(@_)]) }

# Findings by "group: check".
sub examine {
    my (%option) = @_;
    my $result = capture([build_path('webpush'), '--json', arguments(%option)]);
    my $answer = eval { decode_json($result->{stdout}) } or die "no JSON: $result->{stderr}\n";
    my $exit = $answer->{problems} ? 1 : 0;
    $result->{exit} == $exit or die "exit $result->{exit} with $answer->{problems} problems\n";
    return { map { ("$_->{group}: $_->{check}" => $_) } @{ $answer->{checks} } };
}

# One problem, found and with advice; returns all findings.
sub finds {
    my ($name, $options, $check, $found, $advice) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $checks = examine(@$options);
    is_state($checks, $check, 'problem', $found, $advice, $name);
    return $checks;
}

sub is_state {
    my ($checks, $check, $state, $found, $advice, $name) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $finding = $checks->{$check} // {};
    my $matches = ($finding->{state} // '') eq $state && $finding->{found} =~ $found
        && ($finding->{advice} // '') =~ $advice;
    return ok($matches, ($name ? "$name: " : '') . "$check is a $state")
        || diag(join "\n", map { "$_: " . ($finding->{$_} // '') } qw(state found advice));
}

# ---- making faults ----

# nginx's configuration with the changes, (pattern => replacement) pairs.
sub changed {
    my (@changes) = @_;
    my $text = read_file($nginx->dir . '/nginx.conf');
    while (my ($from, $to) = splice @changes, 0, 2) {
        $text =~ s/$from/$to/g or die "the configuration has no $from\n";
    }
    return (config => write_file($nginx->dir . '/changed.conf', $text));
}

# A copy of the module with other octets, as many.
sub other_module {
    my ($name, $from, $to) = @_;
    my $octets = read_file(build_path('ngx_http_webpush_module.so'));
    $octets =~ s/$from/$to/g or die "the module has no $from\n";
    my $folder = test_dir() . "/$name";
    mkdir $folder or die "mkdir $folder: $!";
    return write_file("$folder/ngx_http_webpush_module.so", $octets);
}

# Answers every request in the same way: at a socket when the address is a path, else at a port.
sub answer_always {
    my ($address, $header, $body) = @_;
    my $script = write_file(test_dir() . '/answer.pl', <<~'END');
        use strict;
        use warnings;
        use IO::Socket::INET;
        use IO::Socket::UNIX;
        my ($address, $header, $body) = @ARGV;
        $SIG{TERM} = sub { exit 0 };
        $SIG{PIPE} = 'IGNORE';
        my $listener = $address =~ m{/}
            ? IO::Socket::UNIX->new(Local => $address, Listen => 5)
            : IO::Socket::INET->new(LocalAddr => $address, Listen => 5, ReuseAddr => 1);
        $listener or die "$address: $!";
        $| = 1;
        print "listens\n";
        while (my $client = $listener->accept) {
            while (my $line = <$client>) { last if $line eq "\r\n" }
            print {$client} "HTTP/1.1 200 OK\r\n${header}Connection: close\r\nContent-Length: ",
                length $body, "\r\n\r\n$body";
            close $client;
        }
        END
    my $process = WebPush::Process->start('answer', [$^X, $script, $address, $header, $body]);
    $process->wait_until('it listened', sub { $process->output =~ /listens/ });
    return $address;
}

# ---- the set-up ----

sub certificate {
    my $folder = test_dir() . '/tls';
    mkdir $folder or die "mkdir $folder: $!";
    my $names = join ',', map { "DNS:$_" } qw(shop.example other.example), @push_hosts;
    my $made = capture([
        qw(openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2),
        qw(-subj /CN=shop.example -addext), "subjectAltName=$names,IP:127.0.0.1",
        '-keyout', "$folder/key.pem", '-out', "$folder/fullchain.pem",
    ]);
    $made->{exit} == 0 or die $made->{stderr};
    return $folder;
}

sub with_servers {
    my ($text, $servers) = @_;
    $text =~ s/\}\s*\z/$servers}\n/ or die "no http block\n";
    return $text;
}

sub connect_to {
    my ($host, $port) = @_;
    return ('--connect-to', "$host:443:127.0.0.1:$port");
}

sub nginx_script {
    my $environment = $nginx->environment;
    my @set = map { "'$_=$environment->{$_}'" } sort keys %$environment;
    my $dir = $nginx->dir;
    return "#!/bin/sh\nexec env @set nginx -p $dir -e $dir/logs/doctor.log \"\$@\"\n";
}
