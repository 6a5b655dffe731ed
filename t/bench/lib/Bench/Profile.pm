package Bench::Profile;

# Where a process spends its processor time, the kernel's in its name included, by perf: samples of
# whole call chains.
#
#     my $share = shares($pid, sub { ... work ... }, [name => qr/function|.../], ...);
#     # {samples => n, name => 0..1, ..., 'the rest' => 0..1}
#
# A sample belongs to the first name of which its chain has a function.

use strict;
use warnings;

use Exporter 'import';
use WebPush::Process qw(capture);
use WebPush::Test;

our @EXPORT = qw(shares);

# Without frame pointers a chain is found by what is on the stack.
use constant { SAMPLES_A_SECOND => 997, STACK => 16384, REST => 'the rest' };

sub shares {
    my ($pid, $work, @names) = @_;
    my %count = map { $_ => 0 } REST, map { $_->[0] } @names;
    my @chains = chains($pid, $work);
    for my $chain (@chains) {
        my ($found) = grep { $chain =~ $_->[1] } @names;
        ++$count{ $found ? $found->[0] : REST };
    }
    return { samples => scalar @chains, map { $_ => $count{$_} / @chains } keys %count };
}

sub chains {
    my ($pid, $work) = @_;
    my $file = test_dir() . '/perf.data';
    my $perf = WebPush::Process->start('perf', [
        'perf', 'record', '-F', SAMPLES_A_SECOND, '-e', 'cpu-clock', '--call-graph', 'dwarf,' . STACK, '-o', $file,
        '-p', $pid,
    ]);
    $perf->wait_until('it had begun', sub { -s $file });
    $work->();
    $perf->signal('INT');
    $perf->wait_end(60);
    my $script = capture(['perf', 'script', '-i', $file, '--no-inline', '-F', 'ip,sym']);
    my @chains = grep { /\S/ } split /\n\n/, $script->{stdout};
    die 'perf has no samples: ' . $perf->output . $script->{stderr} if !@chains;
    return @chains;
}

1;
