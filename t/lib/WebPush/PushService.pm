package WebPush::PushService;

# A push service on loopback (t/lib/push_endpoint.mjs): strict, scriptable, logs every POST.
#
#     my $service = WebPush::PushService->start;
#     my $daemon = WebPush::Daemon->new(args => [$service->arguments]);
#     $service->answer({ path => '^/wpush/v2/gone', status => 410 });
#     my ($post) = $service->posts('/wpush/v2/one');
#
# A post is what push_endpoint.mjs calls a message, its body decoded.

use WebPush::Test;
use WebPush::Process qw(capture);

use JSON::PP qw(decode_json encode_json);
use MIME::Base64 qw(decode_base64url);

# Hosts of real push services, so that endpoints are as in life.
our %HOST = (
    mozilla => 'updates.push.services.mozilla.com',
    google => 'fcm.googleapis.com',
    apple => 'web.push.apple.com',
    windows => 'wns2-par02p.notify.windows.com',
);

my $instances = 0;

# Options: services (names of %HOST that lead here, default all), http1 => 1 (offers no HTTP/2),
# max_streams.
sub start {
    my ($class, %option) = @_;
    my $dir = test_dir() . '/push' . ++$instances;
    mkdir $dir or die "mkdir $dir: $!";
    my $self = bless { dir => $dir, hosts => [@HOST{ @{ $option{services} // [sort keys %HOST] } }] }, $class;
    $self->{tls} = certificate($dir, @{ $self->{hosts} });
    $self->answer;
    my @flags = $option{http1} ? '--http1' : ();
    push @flags, '--max-streams', $option{max_streams} if $option{max_streams};
    $self->{process} = WebPush::Process->start("push$instances", [
        'node', root() . '/t/lib/push_endpoint_cli.mjs', '--key', $self->{tls}{key}, '--cert', $self->{tls}{cert},
        '--log', $self->log, '--rules', "$dir/rules", @flags,
    ]);
    $self->{port} = $self->{process}->wait_until('it listened', sub {
        $self->{process}->output =~ /^listening (\d+)$/m && $1;
    });
    return $self;
}

# A certificate for these hosts that is its own authority: {key, cert} are file names.
sub certificate {
    my ($dir, @hosts) = @_;
    my %file = (key => "$dir/key.pem", cert => "$dir/cert.pem");
    my $names = join ',', map { "DNS:$_" } @hosts;
    my $result = capture([
        qw(openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=push),
        '-keyout', $file{key}, '-out', $file{cert}, '-addext', "subjectAltName=$names",
    ]);
    die "openssl: $result->{stderr}\n" if $result->{exit} != 0;
    chmod 0644, $file{cert};
    return \%file;
}

sub port { return $_[0]{port} }
sub ca { return $_[0]{tls}{cert} }
sub process { return $_[0]{process} }
sub log { return "$_[0]{dir}/log" }

# webpushd's options that lead it here.
sub arguments {
    my ($self) = @_;
    return ('--push-ca', $self->ca, map { ('--push-redirect', "$_=127.0.0.1:$self->{port}") } @{ $self->{hosts} });
}

# From now on these rules answer, as push_endpoint_cli.mjs describes them; without any, 201.
sub answer {
    my ($self, @rules) = @_;
    write_file("$self->{dir}/rules.new", encode_json(\@rules));
    rename "$self->{dir}/rules.new", "$self->{dir}/rules" or die "rename: $!";
    return;
}

# How many POSTs there were so far.
sub count {
    my ($self) = @_;
    return scalar(() = $self->lines);
}

# All POSTs so far, in order; those to one path if given.
sub posts {
    my ($self, $path) = @_;
    my @posts = $self->posts_after(0);
    return defined $path ? grep { $_->{path} eq $path } @posts : @posts;
}

# Those after the first $count.
sub posts_after {
    my ($self, $count) = @_;
    my @lines = $self->lines;
    my @posts = map { decode_json($_) } @lines[$count .. $#lines];
    $_->{body} = decode_base64url($_->{body}) for @posts;
    return @posts;
}

# A line that is being written is left for the next time.
sub lines {
    my ($self) = @_;
    return if !-e $self->log;
    return read_file($self->log) =~ /^(.*)\n/mg;
}

1;
