#!/usr/bin/env perl
# Several nginx instances write to one directory, of one edge id or of different ones, started by root
# or not: each has files of its own, which belong to whom they should.

use WebPush::Crypt;
use WebPush::Daemon;
use WebPush::Edge;
use WebPush::Load;
use WebPush::Test;

my $first = WebPush::Edge->new(workers => 2);
my $log_dir = $first->log_dir;
my $second = WebPush::Edge->new(workers => 2, log_dir => $log_dir);
my $other = WebPush::Edge->new(log_dir => $log_dir, edge_id => 'edge2', become => 'www-data');
my @edges = ($first, $second, $other);
$_->run for @edges;

sub held { my ($log) = @_; return grep { WebPush::Edge::is_held($_) } $first->log_files($log) }

sub of_edge { my ($id) = @_; return scalar grep { m{/subscriptions-\Q$id\E-} } held('subscriptions') }

# ---- all at once ----

my @loads = map { WebPush::Load->new($_, 8) } @edges;
$_->turn for (@loads) x 3;
my $unanswered = $loads[1]->drain;    # a reload closes kept-alive connections
$first->nginx->signal('USR1');
$second->nginx->reload;
$loads[1]->connect for 1 .. 8;
$_->turn for (@loads) x 3;
$unanswered += $_->drain for @loads;
is($unanswered, 0, 'every request was answered');
is(join(' ', map { $_->refused } @loads), '0 0 0', 'none was refused');
is_deeply([map { $_->missing } @loads], [], 'everything answered 200 is in the logs');

# ---- whose file is whose ----

wait_for { held('subscriptions') == 5 && held('events') == 5 } 'one file a worker and log';
is(of_edge('edge1') . ' ' . of_edge('edge2'), '4 1', 'under the names of their edges');
my @others = grep { join(' ', beginnings($_)) ne ($_ =~ m{/[a-z]+-([^/]+)\.jsonl$})[0] }
    map { $first->log_files($_) } qw(subscriptions events);
is("@others", '', 'each begins with what its name says, and has no second beginning');

sub beginnings {
    my ($path) = @_;
    my @headers = grep { $_->{started} } map { JSON::PP::decode_json($_) } WebPush::Edge::file_lines($path);
    return map { join '-', @$_{qw(edge started pid seq)} } @headers;
}

# ---- modes and owners ----

my $umask = umask 077;
my $loose = WebPush::Edge->new(log_dir => $log_dir, edge_id => 'edge3');
$loose->run;
umask $umask;
my $user = $> == 0 ? getpwnam('www-data') : $>;
my $group = $> == 0 ? getgrnam('www-data') : (split ' ', $))[0];
for my $case (['subscriptions', '0600'], ['events', '0640']) {
    my ($log, $mode) = @{$case};
    my %found = map { sprintf('%04o %d %d', (stat)[2] & 07777, (stat)[4, 5]) => 1 } $first->log_files($log);
    is(join(', ', keys %found), "$mode $user $group", "$log: whoever the master is, whatever its umask");
}
is((stat $log_dir)[4], $user, 'the directory belongs to the workers');
$_->nginx->stop for @edges, $loose;

# ---- what the daemon makes of it ----

my $daemon = WebPush::Daemon->new(args => ['--roles', 'ingest', '--log-dir', $log_dir])->start;
wait_for { !$first->log_files('subscriptions') } 'the logs to be read and removed', 30;
my @ids = map { encode_base64url(pack 'H*', $_->[0] =~ tr/-//dr) } $daemon->sql('SELECT id FROM subscription');
is_deeply([map { $_->missing_in(@ids) } @loads], [], 'everything answered 200 is in the database');

done_testing();
