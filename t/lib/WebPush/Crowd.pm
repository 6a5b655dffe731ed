package WebPush::Crowd;

# Processes that do to an edge whatever browsers do (WebPush::CrowdMember), until they are told to stop.
#
#     my $crowd = WebPush::Crowd->new($edge, members => 4, http2 => 1, rate => 300, seed => $seed);
#     my $figures = $crowd->figures;      # {requests, acknowledged, refused, unanswered, problems ...}
#     $crowd->stop;
#     $crowd->ledgers;                    # what was acknowledged: files for WebPush::Ledger

use WebPush::Test;
use WebPush::CrowdMember;

use JSON::PP qw(decode_json);
use POSIX qw(WNOHANG);

# Options: members (processes), http2 (how many of them speak it), rate (requests a second, all
# together), seed (a WebPush::Seed).
sub new {
    my ($class, $edge, %option) = @_;
    my $self = bless { directory => owned_dir('crowd'), pids => [], members => $option{members} }, $class;
    for my $number (1 .. $option{members}) {
        my %member = (rate => $option{rate} / $option{members}, http2 => $number <= $option{http2});
        push @{ $self->{pids} }, $self->fork_member($edge, $number, $option{seed}, %member);
    }
    return $self;
}

sub fork_member {
    my ($self, $edge, $number, $seed, %option) = @_;
    my $pid = fork // die "fork: $!";
    return $pid if $pid;
    my $parent = getppid;
    my $over = 0;
    local $SIG{TERM} = sub { $over = 1 };
    my $good = eval {
        srand int 2**32 * $seed->draw('crowd', $number);
        WebPush::CrowdMember->new($edge, ledger => $self->file($number, 'ledger'),
            figures => $self->file($number, 'figures'), %option)->run(sub { $over || getppid != $parent });
        1;
    };
    print STDERR "crowd: $@" if !$good;
    POSIX::_exit($good ? 0 : 1);
}

sub file { my ($self, $number, $what) = @_; return "$self->{directory}/$number.$what" }
sub ledgers { my ($self) = @_; return map { $self->file($_, 'ledger') } 1 .. $self->{members} }

# Of all together. problems: texts.
sub figures {
    my ($self) = @_;
    my %sum = (problems => []);
    for my $file (grep { -e } map { $self->file($_, 'figures') } 1 .. $self->{members}) {
        my $figures = decode_json(read_file($file));
        push @{ $sum{problems} }, @{ delete $figures->{problems} };
        $sum{$_} += $figures->{$_} for keys %$figures;
    }
    return \%sum;
}

# What they have in hand is finished. Returns how many did not end well.
sub stop {
    my ($self) = @_;
    my @pids = splice @{ $self->{pids} };
    my $bad = 0;
    kill 'TERM', @pids;
    wait_for {
        @pids = grep { my $ended = waitpid($_, WNOHANG) == $_; $bad += $ended && $? != 0; !$ended } @pids;
        !@pids;
    } 'the end of the crowd', 90;
    return $bad;
}

1;
