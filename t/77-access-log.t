#!/usr/bin/env perl
# conf-examples/access-log.conf and runs-by-day.jq as an operator would use them: nginx writes the logs,
# jq and GoAccess count, and both count what was done, as `webpush report --log` does.

use WebPush::Test;
use WebPush::Edge;
use WebPush::Process qw(capture);
use WebPush::Shop;

use JSON::PP qw(decode_json encode_json);

my $examples = root() . '/conf-examples';
my $edge = WebPush::Edge->new;
mkdir $edge->edge_dir . '/default/public' or die "mkdir: $!";
$edge->nginx->write_config(example_config('access-log.conf', edge => '%%EDGE%%', log => '%%LOG%%'));
$edge->run;
my $logs = $edge->nginx->dir . '/logs';
my $http = $edge->client(host => 'shop.example');

# ---- what browsers do ----

my %browsers;    # run => kind => id => 1
my %requests;    # "/site/event/run" as GoAccess shows them
my %results;

my @ids = map { endpoint_id(new_endpoint()) } 1 .. 12;
for my $run (7, 8) {
    for my $number (0 .. $#ids) {
        event($run, 'shown', $ids[$number]);
        event($run, 'closed', $ids[$number]) if $number % 3 == 0;
        click($run, $ids[$number]) if $number % $run == 1;
        click($run, $ids[$number]) if $number == 1;    # once more
    }
}
click(8, $ids[0], late => 1);
event(8, 'shown', $ids[0]);

expect('/default/click/7', 'uncounted');
$http->request(HEAD => $edge->click_link(run => 7, sub => $ids[5]));
expect('/default/click/-', 'link_unknown');
$http->get('/push/c/forged');
expect('/default/subscribe/-', 'accepted');
$http->post_json('/push/subscribe', subscription());
expect('/default/event/-', 'malformed_json');
$http->post_json('/push/event', '{');
$http->get('/');
$edge->nginx->stop;    # all is in the logs

sub expect {
    my ($request, $result) = @_;
    $requests{$request}++;
    $results{$result}++;
    return;
}

sub event {
    my ($run, $kind, $id) = @_;
    expect("/default/$kind/$run", 'accepted');
    $browsers{$run}{$kind}{$id} = 1;
    my $token = $edge->delivery_token(run => $run, sub => $id);
    return $http->post_json('/push/event', { event => $kind, token => $token });
}

sub click {
    my ($run, $id, %option) = @_;
    expect("/default/click/$run", $option{late} ? 'late' : 'accepted');
    $browsers{$run}{clicked}{$id} = 1;
    my $issued = time - ($option{late} ? 100 * 86_400 : 0);
    return $http->get($edge->click_link(run => $run, sub => $id, issued => $issued));
}

# ---- jq ----

# [day, site, run, shown, clicked, closed] of each line; without the day when `days` is not set.
sub runs_by_day {
    my (@files) = @_;
    my $result = capture(['jq', '-nrR', '-f', "$examples/runs-by-day.jq", @files]);
    die "jq: $result->{stderr}\n" if $result->{exit} != 0;
    my ($head, @lines) = map { [split /\t/] } split /\n/, $result->{stdout};
    is("@$head", 'day site run shown clicked closed', 'jq writes a table');
    return @lines;
}

# The same as the webpush command counts it.
sub report_by_day {
    my (@files) = @_;
    my $result = capture([build_path('webpush'), qw(report --json --log), @files]);
    die "webpush report: $result->{stderr}\n" if $result->{exit} != 0;
    return map { [@$_{qw(day site run shown clicked closed)}] }
        grep { defined $_->{run} } @{ decode_json($result->{stdout})->{days} };
}

sub text { return join "\n", map { join ' ', @$_ } @_ }

my %sum;
for my $line (runs_by_day("$logs/webpush.json")) {
    my ($day, $site, $run, @counts) = @$line;
    $sum{$run}[$_] += $counts[$_] for 0 .. 2;
}
my %done = map {
    my $run = $_;
    ($run => [map { scalar keys %{ $browsers{$run}{$_} } } qw(shown clicked closed)]);
} keys %browsers;
is_deeply(\%sum, \%done, 'jq counts in the access log what the browsers did');

my @events = $edge->log_files('events');
is(text(runs_by_day(@events)), text(report_by_day(@events)), 'and in the event log, as webpush does');

# The same log as of several days, and torn.
my $number = 0;
my @older = map {
    my $record = decode_json($_);
    $record->{t} -= 86_400_000 * (++$number % 3) if $record->{run};
    encode_json($record) . "\n";
} split /\n/, join '', map { read_file($_) } @events;
my $older = write_file(test_dir() . '/older.jsonl', join('', @older) . '{"k":"shown","t":17');
my @expected = report_by_day($older);
cmp_ok(scalar @expected, '>=', 6, 'two runs on three days');
is(text(runs_by_day($older)), text(@expected), 'a browser counts on the day when it did first');

# ---- GoAccess ----

my $config = read_file("$examples/access-log.conf");
my ($call) = $config =~ /^# +(goaccess .*?)\n\n/ms or die 'no call of goaccess in the example';
$call =~ s/\\\n#//g;
$call =~ s{/var/log/nginx/}{$logs/};
my $report = test_dir() . '/report.json';
$call =~ s/-o report\.html/-o '$report' --no-global-config --no-progress/ or die 'no -o report.html';
my $result = capture(['sh', '-c', $call], env => { HOME => test_dir(), TERM => 'dumb' });
is($result->{exit}, 0, 'goaccess') or diag($result->{stdout} . $result->{stderr});

my $counted = decode_json(read_file($report));
my $all = 0;
$all += $_ for values %requests;
is("$counted->{general}{total_requests} $counted->{general}{failed_requests}", "$all 0",
    'understands every line');
is_deeply(hits('requests'), \%requests, 'its requests');
is_deeply(hits('vhosts'), \%results, 'its results');
my %users = map { ($_->{sub} || '-') => 1 }
    map { decode_json($_) } split /\n/, read_file("$logs/webpush.json");
is_deeply([sort keys %{ hits('remote_user') }], [sort keys %users], 'its users');

sub hits {
    my ($panel) = @_;
    my %hits;
    $hits{ $_->{data} } += $_->{hits}{count} for @{ $counted->{$panel}{data} };    # GET and HEAD apart
    return \%hits;
}

done_testing();
