package Bench::Compare;

# Ours and what it is compared with, measured in turns: reference, ours, reference again, for some
# rounds after a warm-up. So both have the same neighbours on a shared machine, a drift hits both, and
# the two measurements of the reference tell what the machine makes of no difference at all (A/A).
#
#     my $result = compare(rounds => 7, reference => sub { ... }, ours => sub { ... },
#         progress => sub { my ($text) = @_; ... });
#
# Both measure one slice and return {cost => nanoseconds an item, others of their own}. The result:
# ours, reference (nanoseconds, medians), ratio and a_a ({median, low, high} of the rounds' ratios
# reference / ours and reference / reference), slices ({ours, reference} as lists of what was returned).

use strict;
use warnings;

use Exporter 'import';

our @EXPORT = qw(compare median spread);

sub compare {
    my (%option) = @_;
    my ($reference, $ours, $progress) = @option{qw(reference ours progress)};
    $progress->('warming up');
    $_->() for $reference, $ours;

    my (@ratios, @a_a, %slices);
    for my $round (1 .. $option{rounds}) {
        my $before = $reference->();
        my $own = $ours->();
        my $after = $reference->();
        push @ratios, ($before->{cost} + $after->{cost}) / 2 / $own->{cost};
        push @a_a, $after->{cost} / $before->{cost};
        push @{ $slices{ours} }, $own;
        push @{ $slices{reference} }, $before, $after;
        $progress->(sprintf 'round %d of %d: ratio %.2f, A/A %.2f', $round, $option{rounds}, $ratios[-1], $a_a[-1]);
    }
    return {
        ours => median(map { $_->{cost} } @{ $slices{ours} }),
        reference => median(map { $_->{cost} } @{ $slices{reference} }),
        ratio => spread(@ratios),
        a_a => spread(@a_a),
        slices => \%slices,
    };
}

# {median, low, high}
sub spread {
    my @sorted = sort { $a <=> $b } @_;
    return { median => median(@sorted), low => $sorted[0], high => $sorted[-1] };
}

sub median {
    my @sorted = sort { $a <=> $b } @_;
    return ($sorted[$#sorted / 2] + $sorted[@sorted / 2]) / 2;
}

1;
