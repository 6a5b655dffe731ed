package WebPush::SmallDisk;

# A small file system of its own under the edge's logs, that can be filled: ext4 in a file, or memory
# where there are no loop devices. It is seen by the test and what the test starts, and gone with them.
# Where nothing may be mounted, the faults of WebPush::Disk stand for it.
#
#     my $disk = WebPush::SmallDisk->under($edge, 64);    # MB; before $edge->run
#     $disk->fill(0);             # not an octet more; again, where somebody makes room meanwhile
#     $disk->fill(2 * 2**20);     # so much is left
#     $disk->empty;
#     diag($disk->kind);

use WebPush::Test;
use WebPush::Disk;
use WebPush::Process qw(capture);

use Errno qw(ENOSPC);

use constant { MB => 2**20, CLONE_NEWNS => 0x00020000, FILES => 16_384, FILLER => 'filler' };

my $test_pid = $$;
my @mounted;

sub under {
    my ($class, $edge, $megabytes) = @_;
    my $self = bless { dir => $edge->log_dir }, $class;
    $self->{kind} = own_namespace() && ($self->mount_ext4($megabytes) || $self->mount_memory($megabytes));
    $self->{faults} = WebPush::Disk->under($edge) if !$self->{kind};
    push @mounted, $self->{dir} if $self->{kind};
    chown scalar getpwnam('www-data'), scalar getgrnam('www-data'), $self->{dir} if $> == 0;
    return $self;
}

sub kind { return $_[0]{kind} || 'faults instead of a full disk: nothing can be mounted here' }

# ---- mounting ----

# What is mounted there nobody else sees.
sub own_namespace {
    return 0 if $> != 0;
    # The numbers are where WebPush::Test has loaded them.
    return 0 if syscall(WebPush::Test::SYS_unshare(), CLONE_NEWNS) != 0;
    return done('mount', '--make-rprivate', '/');
}

sub mount_ext4 {
    my ($self, $megabytes) = @_;
    my $image = test_dir() . '/small-disk';
    write_file($image, "\0");
    truncate $image, $megabytes * MB or die "truncate: $!";
    return done('mkfs.ext4', '-q', '-F', '-m', 0, '-N', FILES, $image)
        && done('mount', '-o', 'loop', $image, $self->{dir}) && "ext4 of $megabytes MB";
}

sub mount_memory {
    my ($self, $megabytes) = @_;
    return done('mount', '-t', 'tmpfs', '-o', "size=${megabytes}m", 'tmpfs', $self->{dir})
        && "tmpfs of $megabytes MB";
}

sub done { return capture([@_])->{exit} == 0 }

# Before the test's directory is removed, however the test ends.
END {
    if ($$ == $test_pid) {
        my $status = $?;
        system 'umount', '-l', $_ for @mounted;
        $? = $status;
    }
}

# ---- filling ----

sub fill {
    my ($self, $left) = @_;
    return $self->{faults}->fault($left ? ('space', $left) : ('write', ENOSPC)) if $self->{faults};
    my $octets = $left ? $self->free_octets - $left : 0;
    open my $out, '>>:raw', $self->filler or return;    # which may take room itself
    if ($left) {
        write_zeros($out, MB, $octets);
    } else {
        write_zeros($out, $_) for MB, 4096, 1;
    }
    return;
}

# Until there is no room for a piece, or so many are written.
sub write_zeros {
    my ($out, $piece, $octets) = @_;
    my $zeros = "\0" x $piece;
    while (!defined $octets || $octets > 0) {
        my $written = syswrite $out, $zeros or return;
        $octets -= $written if defined $octets;
    }
    return;
}

sub empty {
    my ($self) = @_;
    return $self->{faults}->mend if $self->{faults};
    unlink $self->filler;
    return;
}

sub filler { return "$_[0]{dir}/" . FILLER }

sub free_octets {
    my ($self) = @_;
    my $answer = capture(['df', '-B1', '--output=avail', $self->{dir}])->{stdout};
    return $answer =~ /(\d+)/ ? $1 : die "df: $answer\n";
}

1;
