package WebPush::Daemon;

# One webpushd with a throw-away state directory and its own PostgreSQL, unless told otherwise.
#
#     my $daemon = WebPush::Daemon->new(args => ['--roles', 'ingest,api']);
#     $daemon->start;                                      # returns when it is ready
#     my $site = $daemon->cli(qw(site show default));      # decoded --json output of build/webpush
#     is($daemon->sql('SELECT count(*) FROM subscription'), 3);
#     $daemon->stop;                                       # TERM: exit code 0, no sanitizer report
#
# stop() happens by itself at done_testing(). The same object can be started again after stop() or
# kill9(); the state directory stays.

use WebPush::Test;
use WebPush::Process qw(capture);

use JSON::PP ();

use constant { START_SECONDS => 30, RECORD => "\x1e", FIELD => "\x1f" };

my $instances = 0;

# Options: args (more command line arguments); state_dir (default a new one below test_dir());
# fsync => 1 (for tests that cut the power); database (libpq conninfo instead of the own cluster);
# env.
sub new {
    my ($class, %option) = @_;
    my $name = 'webpushd' . (++$instances > 1 ? $instances : '');
    return bless {
        name => $name,
        state_dir => owned_dir($name),
        args => [],
        env => {},
        %option,
    }, $class;
}

sub state_dir { return $_[0]{state_dir} }
sub admin_socket { return "$_[0]{state_dir}/run/admin.sock" }
sub pid { return $_[0]{process}->pid }

# What this run of the daemon has logged.
sub output { return $_[0]{process}->output }

# ---- running ----

sub start {
    my ($self) = @_;
    $self->launch;
    $self->{process}->wait_until(
        'it was ready', sub { $self->output =~ /webpushd: ready$/m }, START_SECONDS,
    );
    return $self;
}

# Starts without waiting, for what is expected to fail; see `process`.
sub launch {
    my ($self) = @_;
    $self->{process} =
        WebPush::Process->start($self->{name}, [$self->command], env => $self->{env});
    return $self->{process};
}

sub process { return $_[0]{process} }

sub command {
    my ($self) = @_;
    my @command = (build_path('webpushd'), '--state-dir', $self->{state_dir});
    push @command, '--no-fsync' if !$self->{fsync};
    push @command, '--database', $self->{database} if defined $self->{database};
    return (@command, @{ $self->{args} });
}

sub stop {
    my ($self, $signal) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    return $self->{process}->stop($signal);
}

# The power plug for the daemon alone; its PostgreSQL ends by itself soon after.
sub kill9 {
    my ($self) = @_;
    return $self->{process}->kill9;
}

# ---- asking ----

# Runs build/webpush and decodes its --json output; dies with its message when it fails.
sub cli {
    my ($self, @arguments) = @_;
    my $result = $self->cli_raw('--json', @arguments);
    die "webpush @arguments: exit $result->{exit}: $result->{stderr}\n" if $result->{exit} != 0;
    return length $result->{stdout} ? JSON::PP::decode_json($result->{stdout}) : undef;
}

# The same as a person sees it: {exit, stdout, stderr}.
sub cli_raw {
    my ($self, @arguments) = @_;
    return capture([build_path('webpush'), '--socket', $self->admin_socket, @arguments]);
}

# Runs SQL. In list context all rows as array references, else the first row's first column; NULL is
# undef. Parameters are the caller's to quote: sql_text().
sub sql {
    my ($self, $sql) = @_;
    my @psql = (
        'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-F', FIELD, '-R', RECORD, '-P', 'null=\N',
        $self->conninfo, '-c', $sql,
    );
    my $result = capture(\@psql);
    die "psql: $result->{stderr}\n" if $result->{exit} != 0;
    my @rows = map { row($_) } split RECORD, $result->{stdout} =~ s/\n\z//r;
    return wantarray ? @rows : @rows ? $rows[0][0] : undef;
}

sub row {
    my ($record) = @_;
    return [map { $_ eq '\N' ? undef : $_ } split /\x1f/, $record, -1];
}

# A text literal.
sub sql_text {
    my ($self, $text) = @_;
    return "'" . ($text =~ s/'/''/gr) . "'";
}

sub conninfo {
    my ($self) = @_;
    return $self->{database} // "host=$self->{state_dir}/run user=webpush dbname=postgres";
}

1;
