package WebPush::Seed;

# Chance that can be played again: every draw follows from the seed and from what it is about, never
# from the order of draws or from what happened before.
#
#     my $seed = WebPush::Seed->new;              # SEED, or of this day and commit: rotates by itself
#     diag($seed->how_to_repeat);
#     my $delay = 50 * $seed->draw('delay', $run);

use WebPush::Test;
use WebPush::Process qw(capture);

use Digest::SHA qw(sha256 sha256_hex);
use POSIX qw(strftime);

use constant { DIGITS => 8, OCTETS => 4 };

sub new {
    my ($class) = @_;
    return bless { seed => $ENV{SEED} // todays() }, $class;
}

# The commit is none in an unpacked archive.
sub todays {
    my $commit = capture([qw(git rev-parse HEAD)])->{stdout};
    return substr sha256_hex(strftime('%Y-%m-%d', gmtime) . $commit), 0, DIGITS;
}

sub how_to_repeat { return "SEED=$_[0]{seed} prove -I t/lib " . ($0 =~ s{.*/(?=t/)}{}r) }

# Uniform in [0, 1).
sub draw {
    my ($self, @about) = @_;
    return unpack('N', substr sha256(join "\0", $self->{seed}, @about), 0, OCTETS) / 2**32;
}

# The values in an order by chance.
sub shuffled {
    my ($self, $about, @values) = @_;
    my %place = map { ($_ => $self->draw($about, $_)) } @values;
    return sort { $place{$a} <=> $place{$b} } @values;
}

1;
