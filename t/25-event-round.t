#!/usr/bin/env perl
# Clicks and events that are ready in the same round of a worker's event loop share one write, and each is
# answered for itself: in its own way, only when its part of that is written, and otherwise told so.

use WebPush::Test;
use WebPush::Disk;
use WebPush::Edge;
use WebPush::Http;

use JSON::PP ();

use constant ONE_LINE => 150;    # octets: more than a record has, less than two

my $edge = WebPush::Edge->new(server => 'location = /ready { return 204; }');
my $disk = WebPush::Disk->under($edge);
$edge->run;
my ($worker) = $edge->nginx->worker_pids;
my $host = '127.0.0.1:' . $edge->nginx->port;

sub click {
    my ($run) = @_;
    return WebPush::Http::request_text($host, GET => $edge->click_link(run => $run, target => "/$run"));
}

sub shown {
    my ($run) = @_;
    my $event = { event => 'shown', token => $edge->delivery_token(run => $run) };
    return WebPush::Http::request_text($host, POST => '/push/event',
        headers => ['Content-Type' => 'application/json'], body => JSON::PP::encode_json($event));
}

# Sends each text on a connection of its own, so that the worker finds them all at once.
sub in_one_round {
    my (@texts) = @_;
    my @clients = map { $edge->client } @texts;
    $_->get('/ready') for @clients;    # connected
    kill 'STOP', $worker;
    wait_for { (WebPush::Test::process_stat($worker))[0] eq 'T' } 'it to stand still';
    $clients[$_]->send_raw($texts[$_]) for 0 .. $#texts;
    return @clients;
}

sub go_on { kill 'CONT', $worker }

sub told { my ($answer) = @_; return join ' ', grep { defined } $answer->{status}, $answer->{headers}{location} }

sub runs { return sort { $a <=> $b } map { $_->{run} } $edge->records('events') }

# ---- all is well ----

my @clients = in_one_round(click(1), shown(2), click(3), shown(4));
go_on();
is_deeply([map { told($_->read_answer) } @clients], ['302 /1', '202', '302 /3', '202'], 'each gets its own answer');
is_deeply([runs()], [1 .. 4], 'all are recorded');
is_deeply([map { $_->get('/ready')->{status} } @clients], [(204) x 4], 'the connections go on');

my $http = $edge->client;
$http->send_raw(join '', click(5), shown(6), click(7));
is_deeply([map { told($http->read_answer) } 1 .. 3], ['302 /5', '202', '302 /7'], 'pipelined: in their order');
is_deeply([runs()], [1 .. 7], 'and recorded');

# ---- one is gone ----

@clients = in_one_round(click(8), shown(9), click(10), shown(11));
splice @clients, 1, 2;    # closed
go_on();
is_deeply([map { told($_->read_answer) } @clients], ['302 /8', '202'], 'those that stayed are answered');
is_deeply([grep { $_ == 8 || $_ == 11 } runs()], [8, 11], 'and recorded');

# ---- the disk takes only a part ----

$edge->nginx->expect_log(qr/\[crit\].* webpush: write\(\) ".*\.jsonl" failed/);
@clients = in_one_round((map { shown($_) } 20 .. 23), click(24));
$disk->fault('short', ONE_LINE);
go_on();
my @told = map { told($_->read_answer) } @clients;
$disk->mend;
my @kept = grep { $_ >= 20 } runs();
cmp_ok(scalar @kept, '<=', 1, 'a write of one line of five: what the disk did not take whole is not left');
my %is_there = map { $_ => 1 } @kept;
is_deeply(\@told, [(map { $is_there{$_} ? '202' : '503' } 20 .. 23), '302 /24'],
    'only whose line is there is told so, and a click leads on');
is(told($edge->client->get($edge->click_link(run => 30, target => '/30'))), '302 /30', 'then all is well again');
is((runs())[-1], 30, 'and recorded');

done_testing();
