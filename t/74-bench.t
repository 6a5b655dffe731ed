# `make bench` measures every row and writes what README.md says, and leaves nothing behind, also when
# it is interrupted. How fast anything is, is no test's business: the slices here are far too small.

use WebPush::Test;
use WebPush::Process qw(capture);

use JSON::PP qw(decode_json);

my @edge = qw(edge.click edge.event_async edge.subscribe_durable edge.visit);
my @send = qw(
    encrypt.vs_ecdh send.cpu_vs_encrypt send.cpu_vs_node_web_push send.vs_web_push send.vs_pushforge
    send.two_threads send.stalled_origin ingest.events
);
my @large = qw(send.first_push_seconds send.rss_growth_mb);
my @latencies = map { ("edge.latency.$_.p50", "edge.latency.$_.p99") } qw(
    click event subscribe visit
    subscribe.sync_1ms event.sync_1ms click.sync_1ms subscribe.sync_5ms event.sync_5ms click.sync_5ms
);
my @memory = map { "edge.memory.$_" } qw(idle per_10000_connections);
my %target = (
    'edge.click' => 0.80,
    'edge.event_async' => 0.65,
    'edge.subscribe_durable' => 0.70,
    'edge.visit' => 0.95,
    'encrypt.vs_ecdh' => 0.72,
    'send.cpu_vs_encrypt' => 0.75,
    'send.cpu_vs_node_web_push' => 8,
    'send.two_threads' => 0.91,
    'ingest.events' => 0.35,
    'send.first_push_seconds' => 1,
    'send.rss_growth_mb' => 32,
    'send.stalled_origin' => 0.90,
);
my $output = test_dir() . '/bench.json';
my @command = ($^X, '-I', 't/lib', '-I', 't/bench/lib', 't/bench/run.pl', '--output', $output);

alarm deadline(300);    # so many programs take longer than a test should

subtest 'all rows' => sub {
    my $run = WebPush::Process->start('bench', [@command, '--quick']);
    is($run->wait_end(150), 'exit 0', 'it works') or diag($run->output);
    my $bench = eval { decode_json(read_file($output)) } // {};
    my @found = @{ $bench->{rows} // [] };
    my @names = ((map { ($_, "$_.a_a") } @edge), @latencies, @memory, (map { ($_, "$_.a_a") } @send), @large);
    is_deeply([map { $_->{name} } @found], \@names, 'each row, and its noise');
    is_deeply([map { $_->{target} } @found], [map { $target{$_} } @names], 'what is wanted of each');
    is_deeply([grep { !is_measured($_) } @found], [], 'all are measured');
    is_deeply([grep { !$_->{unit} || !$_->{against} } @found], [], 'and say what, against what');
    like($bench->{machine}{processors}, qr/^[1-9]\d*$/, 'the machine is described');
    like($run->output, qr/^\Q$_\E +[\d.]+ us\b/m, "$_ is in the table") for @edge, @send;
    like($run->output, qr/^\Q$_\E +[\d.]+ (?:us|MB) +[\d.]+ /m, "$_ is in the table") for @latencies, @memory;
    like($run->output, qr/^\Q$_\E +-?[\d.]+ (?:s|MB) .* <= \d/m, "$_ is in the table") for @large;
    is_deeply([left_directories($run)], [], 'no logs are left');
};

# At full size, so that nothing is over before the signal.
for my $row (qw(edge.click send.cpu_vs_encrypt)) {
    unlink $output;
    my $run = WebPush::Process->start('bench', [@command, $row]);
    $run->wait_until('it had begun', sub { $run->output =~ /warming up/ }, 30);
    $run->signal('INT');
    is($run->wait_end, 'exit 130', "$row: stops when it is interrupted");
    ok(!-e $output, "$row: and writes nothing");
    is_deeply([left_directories($run)], [], "$row: and leaves nothing");
}

subtest 'a name that no row has' => sub {
    my $result = capture([@command, 'edge.clack']);
    isnt($result->{exit}, 0, 'is refused');
    like($result->{stderr}, qr/no row is called edge\.clack/, 'saying so');
};

done_testing();

sub is_measured {
    my ($row) = @_;
    return defined $row->{value} if $row->{name} eq 'send.rss_growth_mb';    # of a small audience it may be any
    return $row->{value} > 0 if $row->{name} eq 'send.first_push_seconds';
    my @figures = $row->{name} =~ /^edge\.memory/ ? qw(value against_value) : qw(value ratio low high);
    return !grep { !defined $row->{$_} || $row->{$_} <= 0 } @figures;
}

sub left_directories { return glob build_path('bench') . '/log-' . $_[0]->pid . '-*' }
