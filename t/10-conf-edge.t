#!/usr/bin/env perl
# What `nginx -t` says to broken configurations and site files.

use WebPush::Test;
use WebPush::Edge;

my $edge = WebPush::Edge->new;
my $nginx = $edge->nginx;
my $conf = $nginx->dir . '/try.conf';

# The configuration with directives in a location or at the http level.
sub config {
    my (%at) = @_;
    my ($http, $location) = map { $_ // '' } @at{qw(http location)};
    return <<"END";
%%GLOBALS%%
events {}
http {
    %%HTTP%%
    webpush_edge_dir %%EDGE%%;
$http
    server {
        listen 127.0.0.1:%%PORT%%;
        location /l {
$location
        }
    }
}
END
}

sub refuses {
    my ($name, $expected, %at) = @_;
    my $result = $nginx->try_config(config(http => 'webpush_log_dir %%LOG%%;', %at));
    my ($said) = $result->{output} =~ /^nginx: \[emerg\] (.*)$/m;
    is($said // "accepted: $result->{output}", $expected, $name);
    return;
}

my $good = $nginx->try_config(config(http => 'webpush_log_dir %%LOG%%;',
    location => 'webpush_click;'));
is($good->{output}, '', 'a good configuration');

# The line of config() where the directives of this level are.
sub line_of {
    my ($level) = @_;
    my @lines = split /\n/, $nginx->expand(config(http => '', location => '', $level => 'HERE'));
    my ($line) = grep { $lines[$_ - 1] eq 'HERE' } 1 .. @lines;
    return $line;
}

# ---- directives in a location ----

my $at = line_of('location');
my @table = (
    ['webpush_site ../etc;', 'invalid site name "../etc"'],
    ['webpush_site Shop;', 'invalid site name "Shop"'],
    ['webpush_site -a;', 'invalid site name "-a"'],
    ['webpush_site ' . 'a' x 64 . ';', 'invalid site name "' . 'a' x 64 . '"'],
    ['webpush_site a; webpush_site b;', '"webpush_site" directive is duplicate'],
    ['webpush_site;', 'invalid number of arguments in "webpush_site" directive'],
    ['webpush_origin https://a.example/;', 'invalid origin "https://a.example/"'],
    ['webpush_origin https://A.example;', 'invalid origin "https://A.example"'],
    ['webpush_origin https://a.example ftp://b;', 'invalid origin "ftp://b"'],
    ['webpush_origin https://;', 'invalid origin "https://"'],
    ['webpush_origin;', 'invalid number of arguments in "webpush_origin" directive'],
    ['webpush_cors *;', 'invalid origin "*"'],
    ['webpush_cors https://a.example/;', 'invalid origin "https://a.example/"'],
    ['webpush_cors;', 'invalid number of arguments in "webpush_cors" directive'],
    ['webpush_contact a; webpush_contact b;', '"webpush_contact" directive is duplicate'],
    ['webpush_contact_unsigned maybe;', 'invalid value "maybe" in "webpush_contact_unsigned" '
        . 'directive, it must be "on" or "off"'],
    ['webpush_geo planet=$uri;', 'invalid parameter "planet=$uri"'],
    ['webpush_geo country;', 'invalid parameter "country"'],
    ['webpush_geo country=;', 'invalid parameter "country="'],
    ['webpush_geo city=a city=b;', 'invalid parameter "city=b"'],
    ['webpush_geo city=a off;', 'invalid parameter "off"'],
    ['webpush_geo city=a; webpush_geo city=b;', '"webpush_geo" directive is duplicate'],
    ['webpush_endpoint_host https://a;', 'invalid host "https://a"'],
    ['webpush_endpoint_host A.example;', 'invalid host "A.example"'],
    ['webpush_endpoint_host "";', 'invalid host ""'],
    ['webpush_click_fallback shop;', 'invalid URI "shop"'],
    ['webpush_click_fallback "/a b";', 'invalid URI "/a b"'],
    ['webpush_click_max_age 1x;', '"webpush_click_max_age" directive invalid value'],
    ['webpush_click; webpush_event;',
        '"webpush_event" directive is duplicate: the location has a webpush handler'],
    ['webpush_status xml;', 'invalid parameter "xml"'],
    ['webpush_status; webpush_click;',
        '"webpush_click" directive is duplicate: the location has a webpush handler'],
    ['webpush_status json prometheus;', 'invalid number of arguments in "webpush_status" directive'],
    ['webpush_click on;', 'invalid number of arguments in "webpush_click" directive'],
    ['webpush_visit;', 'invalid number of arguments in "webpush_visit" directive'],
    ['webpush_visit yes;', 'invalid parameter "yes"'],
    ['webpush_visit off section=a;', 'invalid parameter "off"'],
    ['webpush_visit colour=red;', 'invalid parameter "colour=red"'],
    ['webpush_visit section=a section=b;', 'invalid parameter "section=b"'],
    ['webpush_visit section=;', 'invalid parameter "section="'],
    ['webpush_visit on; webpush_visit off;', '"webpush_visit" directive is duplicate'],
    ['webpush_visit_interval never;', '"webpush_visit_interval" directive invalid value'],
    ['webpush_visit_table 1m;', '"webpush_visit_table" directive is not allowed here'],
    ['webpush_landing yes;', 'invalid value "yes"'],
    ['webpush_limit_subscriptions;', 'invalid number of arguments in "webpush_limit_subscriptions" directive'],
    ['webpush_limit_subscriptions 20;', 'invalid parameter "20"'],
    ['webpush_limit_subscriptions $uri many;', 'invalid number "many"'],
    ['webpush_limit_subscriptions $uri 0;', 'invalid number "0"'],
    ['webpush_limit_subscriptions $uri 1 0;', 'invalid time "0"'],
    ['webpush_limit_subscriptions $uri 1 5y;', 'invalid time "5y"'],
    ['webpush_limit_subscriptions $uri 1; webpush_limit_subscriptions $uri 2;', '"webpush_limit_subscriptions" directive is duplicate'],
    ['webpush_limit_subscriptions off; webpush_limit_subscriptions $uri 2;', '"webpush_limit_subscriptions" directive is duplicate'],
    ['webpush_limit_prompts;', 'invalid number of arguments in "webpush_limit_prompts" directive'],
    ['webpush_limit_prompts $uri 1 5y;', 'invalid time "5y"'],
    ['webpush_limit_prompts $uri 1; webpush_limit_prompts $uri 2;', '"webpush_limit_prompts" directive is duplicate'],
    ['webpush_limit_contact 1000001;', 'invalid number "1000001"'],
    ['webpush_limit_contact 1 soon;', 'invalid time "soon"'],
    ['webpush_limit_events 1; webpush_limit_events off;', '"webpush_limit_events" directive is duplicate'],
    ['webpush_limit_log_level crit;', 'invalid value "crit"'],
    ['webpush_limit_zone 1m;', '"webpush_limit_zone" directive is not allowed here'],
    ['webpush_log_dir /x;', '"webpush_log_dir" directive is not allowed here'],
);
for my $case (@table) {
    my ($text, $message) = @{$case};
    refuses($text, "$message in $conf:$at", location => $text);
}

# ---- directives of the http level ----

my @http = (
    ['webpush_subscribe;', '"webpush_subscribe" directive is not allowed here'],
    ['webpush_edge_id a/b;', 'invalid edge id "a/b"'],
    ['webpush_edge_id "";', 'invalid edge id ""'],
    ['webpush_sync_queue 0;', 'value must be between 1 and 1000000'],
    ['webpush_sync_queue many;', '"webpush_sync_queue" directive invalid number'],
    ['webpush_visit_table 4095;', 'value must be at least 4096'],
    ['webpush_status_zone 32k;', 'zone is too small, it needs at least 65536 bytes'],
    ['webpush_status_zone x;', '"webpush_status_zone" directive invalid value'],
    ['webpush_limit_zone 31k;', 'zone is too small, it needs at least 32768 bytes'],
    ['webpush_log_max_size x;', '"webpush_log_max_size" directive invalid value'],
    ['webpush_log_min_free all;', '"webpush_log_min_free" directive invalid value'],
);
$at = line_of('http');
for my $case (@http) {
    my ($text, $message) = @{$case};
    refuses($text, "$message in $conf:$at", http => $text);
}

my $unknown = $nginx->try_config(
    config(http => 'webpush_log_dir %%LOG%%; webpush_thread_pool own;',
        location => 'webpush_click;'));
like($unknown->{output}, qr/\[emerg\] unknown thread pool "own" in /, 'an unknown thread pool');
for my $text ('webpush_contact $nothing;', 'webpush_geo city=$nothing;') {
    my $result = $nginx->try_config(config(location => $text));
    like($result->{output}, qr/\[emerg\] unknown "nothing" variable$/m, $text);    # without the line
}

like($nginx->try_config(config(location => 'webpush_visit section=$nothing;'))->{output},
    qr/\[emerg\] unknown "nothing" variable/, 'an unknown variable');

# ---- directories and site files ----

my $end = () = $nginx->expand(config()) =~ /\n/g;    # files are read at the end of the http block

sub refuses_files {
    my ($name, $site, $expected) = @_;
    return refuses($name, "$expected in $conf:$end",
        location => "webpush_site $site; webpush_click;");
}

my $dir = $edge->edge_dir;
refuses_files('a site that webpushd does not know', 'nobody',
    qq(open() "$dir/nobody/link.keys" failed (2: No such file or directory)));

$edge->add_site('half');
unlink "$dir/half/vapid.keys" or die;
refuses_files('a missing file', 'half',
    qq(open() "$dir/half/vapid.keys" failed (2: No such file or directory)));

$edge->add_site('broken');
my $secret = 'A' x 43;
for my $case (
    ['an empty file', 'link.keys', ''],
    ['a short key', 'link.keys', "1 $secret\n2 abc\n"],
    ['a key id twice', 'link.keys', "1 $secret\n1 $secret\n"],
    ['no point of the curve', 'vapid.keys', "AAAAAAAA BAAA\n"],
) {
    my ($name, $file, $text) = @{$case};
    $edge->add_site('broken');
    write_file("$dir/broken/$file", $text);
    my $result = $nginx->try_config(config(http => 'webpush_log_dir %%LOG%%;',
        location => 'webpush_site broken; webpush_click;'));
    like($result->{output},
        qr{\[emerg\] invalid file "\Q$dir\E/broken/\Q$file\E": \w.* in \Q$conf\E:$end$}m,
        $name);
    unlike($result->{output}, qr/$secret|abc|BAAA/, "$name: nothing of the key is shown");
}

refuses('a log directory that cannot be made',
    'mkdir() "/nonexistent/log" failed (2: No such file or directory)',
    http => 'webpush_log_dir /nonexistent/log;', location => 'webpush_click;');

my $made = $nginx->dir . '/made';
$nginx->try_config(config(http => "webpush_log_dir $made;", location => 'webpush_click;'));
ok(-d $made, 'a log directory is made');
is((stat $made)[4], scalar getpwnam('www-data'), "and given to the workers' user") if $> == 0;

# ---- what is not used does not matter ----

for my $case (
    ['no location of ours: no files needed', config() =~ s/%%EDGE%%/\/nonexistent/r],
    ['no http block', "%%GLOBALS%%\nevents {}\n"],
) {
    my ($name, $config) = @{$case};
    is($nginx->try_config($config)->{output}, '', $name);
}

my $idle = WebPush::Nginx->new(tokens => $nginx->{tokens}, config => config(
    http => 'webpush_log_dir %%LOG%%;', location => 'return 204;'));
$idle->run;
is(WebPush::Http->new($idle->port)->get('/l')->{status}, 204,
    'it serves without a location of ours');
$idle->stop;
is_deeply([glob $edge->log_dir . '/*'], [], 'and makes no log files');

done_testing();
