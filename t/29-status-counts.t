#!/usr/bin/env perl
# What webpush_status tells besides requests: single events of batches, visits, answers of landing pages,
# what limits have refused, and the room on the disk.

use WebPush::Test;
use WebPush::Disk;
use WebPush::Edge;

use Errno qw(EIO);
use JSON::PP ();

use constant FLOOR => 8 * 1024 * 1024;

my $edge = WebPush::Edge->new(
    workers => 2,
    http => 'webpush_log_min_free 8m;',
    server => <<'END');
webpush_landing clicked;
location = /status { webpush_status; }
location = /metrics { webpush_status prometheus; }
location /page { webpush_visit section=$arg_s; return 200 page; }
location = /broken { webpush_landing all; return 500; }
location = /blog/event { webpush_site blog; webpush_event; }
location = /few {
    webpush_subscribe;
    webpush_contact $http_x_contact;
    webpush_limit_contact 1;
    webpush_limit_subscriptions $http_x_address 1;
}
location = /some { webpush_event; webpush_limit_prompts $http_x_address 1; webpush_limit_events 1; }
END
$edge->add_site('blog');
my $disk = WebPush::Disk->under($edge);
$edge->run;
my $nginx = $edge->nginx;
my $http = $edge->client;

sub status { return $edge->client->get('/status')->{json} }

# A part of the status without zeros and what is empty.
sub counts {
    my ($part) = @_;
    return $part if !ref $part;
    my %left = map { $_ => counts($part->{$_}) } keys %$part;
    delete @left{ grep { ref $left{$_} ? !%{ $left{$_} } : !$left{$_} } keys %left };
    return \%left;
}

# Waits for it: a client may have its answer before the worker has counted.
sub becomes {
    my ($part, $expected, $name) = @_;
    my $json = JSON::PP->new->canonical;
    my $now;
    eval { wait_for { $now = counts(status()->{$part}); $json->encode($now) eq $json->encode($expected) } $name };
    return is_deeply($now, $expected, $name);
}

# {'labels' => value} of a metric that is not 0.
sub metric {
    my ($name) = @_;
    my %value;
    my $body = $edge->client->get('/metrics')->{body};
    while ($body =~ /^\Q$name\E(?:\{(.*)\})? ([0-9.]+)$/mg) {
        $value{ $1 // '' } = $2 if $2 ne '0';
    }
    return \%value;
}

my $fresh = status();
is_deeply(counts($fresh->{$_}), {}, "$_: nothing has happened") for qw(events visits landings limited);
is($fresh->{events}{blog}{shown}{accepted}, 0, 'events: which is told of each site and kind');
is(join(' ', sort keys %{ $fresh->{events}{blog} }), 'closed event forget identify profile prompt shown track',
    'events: of what webpush_event takes');
is($fresh->{limited}{default}{prompts}, 0, 'limited: and of each limit');

# ---- events ----

my $id = endpoint_id(new_endpoint());
my @visitor = (Cookie => '__Host-webpush_visitor=' . $edge->visitor_token(sub => $id));

sub receipt { return { event => 'shown', token => $edge->delivery_token(sub => $id, @_) } }
sub post { my ($path, $event, @headers) = @_; return $http->post_json($path, $event, \@headers) }

my %profile = (event => 'profile', add_tags => ['sport']);
my @batch = (receipt(), receipt(), { event => 'closed', token => 'forged' }, { event => 'dance' }, \%profile);
post('/push/event', receipt());
post('/push/event', { event => 'closed', token => 'forged' });
post('/push/event', '{');
post('/push/event', { events => \@batch }, @visitor);
post('/push/event', { events => [\%profile, { event => 'prompt', step => 'shown' }] });
post('/blog/event', { events => [receipt(site => 'blog'), receipt()] });
post('/push/event', { events => [(receipt()) x 51] });
$http->get('/push/event');
my %events = (
    default => {
        event => { malformed_json => 1, field_invalid => 2, method_not_allowed => 1 },
        shown => { accepted => 3 },
        closed => { token_invalid => 2 },
        profile => { accepted => 1, visitor_unknown => 1 },
        prompt => { accepted => 1 },
    },
    blog => { shown => { accepted => 1, token_invalid => 1 } },
);
becomes('events', \%events, 'events: each of a batch by its kind and result');
is_deeply(status()->{sites}{default}{batch}, { accepted => 2 }, 'events: a batch is one request');
is(metric('webpush_events_total')->{'site="default",event="profile",result="visitor_unknown"'}, 1,
    'events: for Prometheus');

# What the disk refuses it refuses all that was good of a batch.
$nginx->expect_log(qr{\[crit\].* webpush: fdatasync\(\) ".*\.jsonl" failed});
$disk->fault('sync', EIO);
is(post('/push/event', { events => \@batch }, @visitor)->{status}, 503, 'a disk that fails');
$events{default}{shown}{log_unavailable} = 2;
$events{default}{profile}{log_unavailable} = 1;
$events{default}{closed}{token_invalid} = 3;
$events{default}{event}{field_invalid} = 3;
becomes('events', \%events, 'events: what was good of a batch that is refused is refused');
$disk->mend;

# ---- visits ----

my $wrong = '__Host-webpush_visitor=' . $edge->visitor_token(sub => $id, site => 'blog');
$http->get('/page?s=a', @visitor) for 1 .. 3;    # of one connection, so of one worker
$http->get('/page?s=b', @visitor);
$http->get('/page?s=a', Cookie => $wrong);
$http->get('/page?s=a');
$http->get('/page?s=c', @visitor, 'Sec-Fetch-Dest' => 'image');
$http->post_json('/page', '{}', [@visitor]);
my %visits = (accepted => 2, throttled => 2, visitor_unknown => 1);
becomes('visits', { default => \%visits }, 'visits: recorded, throttled, of an unknown cookie');
is_deeply(metric('webpush_visits_total'),
    { map { ("site=\"default\",result=\"$_\"" => $visits{$_}) } keys %visits }, 'visits: for Prometheus');

# ---- landing pages ----

$http->get($edge->click_link(target => $_)) for qw(/page /broken);
$http->get('/page');
$http->get('/page?s=other');
$edge->client->get('/broken') for 1 .. 2;
$edge->client->post_json('/broken', '{}');
becomes('landings', { default => { clicks => { '2xx' => 1, '5xx' => 2 }, all => { '5xx' => 3 } } },
    'landings: answers to those who clicked, and to all');
is_deeply(metric('webpush_landing_answers_total'), {
    'site="default",of="clicks",class="2xx"' => 1,
    'site="default",of="clicks",class="5xx"' => 2,
    'site="default",of="all",class="5xx"' => 3,
}, 'landings: for Prometheus');

# ---- limits ----

my %prompt = (event => 'prompt', step => 'shown');
post('/few', subscription(), 'X-Address' => 1) for 1 .. 2;
post('/few', subscription(), 'X-Contact' => 'anna') for 1 .. 3;
post('/some', \%prompt, 'X-Address' => 1) for 1 .. 4;
post('/some', { events => [(\%prompt) x 3] }, @visitor);
post('/some', receipt(run => 9)) for 1 .. 4;
my %limited = (subscriptions => 1, contact => 2, prompts => 3, events => 5);
becomes('limited', { default => \%limited }, 'limited: what each limit has refused');
is_deeply(metric('webpush_limit_refused_total'),
    { map { ("site=\"default\",limit=\"$_\"" => $limited{$_}) } keys %limited }, 'limited: for Prometheus');

# ---- the room on the disk ----

my $space = status()->{space};
is_deeply([@$space{qw(min_free refused)}, $space->{short} ? 1 : 0], [FLOOR, 0, 0], 'space: enough');
cmp_ok($space->{free}, '>', FLOOR, 'space: which is told');
$nginx->expect_log(qr/\[crit\].* bytes are free/);
$disk->fault('space', FLOOR - 1024);
wait_for { status()->{space}{short} } 'the measurement';
wait_for { 2 == (() = $nginx->error_log =~ /bytes are free/g) } 'the measurement of both workers';
my $before = status()->{space}{refused};
post('/push/event', receipt(run => 20)) for 1 .. 3;
post('/push/subscribe', subscription());
$space = status()->{space};
is($space->{refused} - $before, 4, 'space: what was refused');
cmp_ok($space->{free}, '<', FLOOR, 'space: how little is left');
is_deeply(metric('webpush_log_space_short'), { '' => 1 }, 'space: for Prometheus, too');
is_deeply(metric('webpush_log_space_refused_total'), { '' => $space->{refused} }, 'space: with what was refused');
is_deeply(metric('webpush_log_min_free_bytes'), { '' => FLOOR }, 'space: and the floor');
$http->get('/page?s=z', @visitor);
$visits{log_unavailable} = 1;
becomes('visits', { default => \%visits }, 'visits: not recorded for want of room');
$disk->mend;
wait_for { !status()->{space}{short} } 'room again';
cmp_ok(metric('webpush_log_free_bytes')->{''}, '>', FLOOR, 'space: enough again');

# ---- reload ----

$nginx->reload;
becomes('limited', { default => \%limited }, 'a reload keeps the counts');

done_testing();
