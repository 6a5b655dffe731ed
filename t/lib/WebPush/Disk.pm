package WebPush::Disk;

# A disk under the edge's logs that fails on demand and tells what a power cut leaves (powercut.c).
#
#     my $disk = WebPush::Disk->under($edge);    # before $edge->run
#     $disk->fault('write', ENOSPC);             # until $disk->mend
#     $edge->nginx->kill9;  $disk->cut_power;    # only what was synced is left
#
#     my $disk = WebPush::Disk->under_daemon($daemon);    # the same for webpushd, before it is started

use WebPush::Test;
use WebPush::Nginx;
use WebPush::Process qw(capture);

use File::Basename qw(basename);

# `dir` has the logs in its folder "log", as nginx's own has where nothing else was said.
sub under {
    my ($class, $edge, $dir) = @_;
    my $nginx = $edge->nginx;
    my $self = $class->new($dir // $nginx->dir, edge => $edge);
    push @{ $nginx->{preload} }, library();
    $nginx->{env}{POWERCUT_DIR} = $self->{dir};
    return $self;
}

sub under_daemon {
    my ($class, $daemon) = @_;
    my $self = $class->new($daemon->state_dir);
    my @first = $ENV{TEST_SANITIZE} ? WebPush::Nginx::sanitizer_libraries() : ();
    $daemon->{env}{LD_PRELOAD} = join ' ', @first, library();
    $daemon->{env}{POWERCUT_DIR} = $self->{dir};
    return $self;
}

# `dir` has the logs in its folder "log".
sub new {
    my ($class, $dir, %option) = @_;
    mkdir "$dir/durable" or die "mkdir: $!";
    chmod 0777, "$dir/durable";
    return bless { dir => $dir, %option }, $class;
}

# Built once a test.
sub library {
    my $path = test_dir() . '/powercut.so';
    return $path if -e $path;
    my @command = (qw(gcc -Wall -Wextra -Werror -O2 -fexceptions -shared -fPIC -o), $path,
        root() . '/t/lib/powercut.c');
    my $result = capture([@command, '-ldl']);
    die "@command: $result->{stderr}\n" if $result->{exit} != 0;
    return $path;
}

sub fault {
    my ($self, $kind, $value) = @_;
    write_file("$self->{dir}/fault.new", "$kind " . int($value // 0) . "\n");
    rename "$self->{dir}/fault.new", "$self->{dir}/fault" or die "rename: $!";
    return;
}

sub mend { my ($self) = @_; unlink "$self->{dir}/fault"; return }

# Octets of a log that are on the disk for certain.
sub durable {
    my ($self, $path) = @_;
    my $file = $self->{dir} . '/durable/' . basename($path);
    return -s $file ? read_file($file) + 0 : 0;
}

# Whether the directory is on the disk for certain with this name in it.
sub is_named {
    my ($self, $path) = @_;
    return -e $self->{dir} . '/durable/' . basename($path) . '.named';
}

# Cuts every log back to what is durable; nobody may be writing.
sub cut_power {
    my ($self) = @_;
    for my $path (map { $self->{edge}->log_files($_) } qw(subscriptions events)) {
        if ($self->is_named($path)) {
            truncate $path, $self->durable($path) or die "truncate $path: $!";
        } else {
            unlink $path or die "unlink $path: $!";
        }
    }
    return;
}

1;
