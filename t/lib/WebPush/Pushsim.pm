package WebPush::Pushsim;

# build/pushsim: strict push services and the browsers that subscribed to them.
#
#     my $pushsim = WebPush::Pushsim->new(browsers => 200, show => 0.8, rules => ['share=0.1,status=410']);
#     my $daemon = WebPush::Daemon->new(args => [$pushsim->daemon_arguments])->start;
#     $pushsim->start("http://127.0.0.1:$port");      # returns when all are subscribed
#     my $summary = wait_for { ... $pushsim->summary ... };
#     my $outcome = $pushsim->outcomes->{"$sub $run"};
#     $pushsim->stop;

use WebPush::Test;
use WebPush::Process;
use WebPush::PushService;

use JSON::PP qw(decode_json);

use constant { SUBSCRIBE_SECONDS => 40 };

my $instances = 0;

# Options: browsers; show, close, click (probabilities); seed; rules => [text]; args => [more]; tls => {cert,
# key} (file names), ca (whom the daemon trusts, default the certificate itself).
sub new {
    my ($class, %option) = @_;
    my $dir = test_dir() . '/pushsim' . ++$instances;
    mkdir $dir or die "mkdir $dir: $!";
    return bless {
        dir => $dir,
        port => free_port(),
        tls => WebPush::PushService::certificate($dir, values %WebPush::PushService::HOST),
        rules => [],
        args => [],
        %option,
    }, $class;
}

sub port { return $_[0]{port} }
sub ca { return $_[0]{ca} // $_[0]{tls}{cert} }
sub process { return $_[0]{process} }

# webpushd's options that lead every push service here.
sub daemon_arguments {
    my ($self) = @_;
    return ('--push-ca', $self->ca, '--push-redirect', "*=127.0.0.1:$self->{port}");
}

sub start {
    my ($self, $edge) = @_;
    $self->launch($edge);
    $self->{process}->wait_until('all browsers are subscribed',
        sub { $self->{process}->output =~ /^pushsim: ready/m }, SUBSCRIBE_SECONDS);
    return $self;
}

# Without waiting; see `process`.
sub launch {
    my ($self, $edge) = @_;
    $self->{process} = WebPush::Process->start('pushsim', [$self->command($edge)]);
    return $self->{process};
}

sub command {
    my ($self, $edge) = @_;
    my @command = (build_path('pushsim'), '--listen', "127.0.0.1:$self->{port}", '--edge', $edge,
        '--certificate', $self->{tls}{cert}, '--key', $self->{tls}{key});
    push @command, map { ("--$_", $self->{$_}) }
        grep { defined $self->{$_} } qw(browsers show close click seed);
    push @command, map { ("--$_", $self->file($_)) } qw(state posts outcomes summary);
    return (@command, (map { ('--rule', $_) } @{ $self->{rules} }), @{ $self->{args} });
}

sub file { return "$_[0]{dir}/$_[1].json" }

# Ends it, with a check that it ended well; its files are then complete.
sub stop {
    my ($self) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    return $self->{process}->stop;
}

sub summary { return decode_json(read_file($_[0]->file('summary'))) }

# {"<sub> <run>" => {sub, run, accepted, shown, closed, clicks}}, as of the last stop().
sub outcomes {
    my ($self) = @_;
    return { map { ("$_->{sub} $_->{run}" => $_) } $self->lines('outcomes') };
}

sub posts { return $_[0]->lines('posts') }

# {id => {endpoint, private, auth, platform, ...}}, the id as in posts.
sub lines {
    my ($self, $name) = @_;
    return map { decode_json($_) } read_file($self->file($name)) =~ /^(.*)\n/mg;
}

# The browsers as they were made: {browser, platform, tz, endpoint, private, auth, ...}.
sub browsers {
    my ($self) = @_;
    return grep { $_->{endpoint} } $self->lines('state');
}

1;
