# An endpoint is a stranger's URL, and whoever owns a name can let it resolve to the inside of a network at
# any time (server-side request forgery): webpushd connects to public addresses only, to no proxy, and
# follows no redirect. Every connect() of it is seen here.

use WebPush::Test;
use WebPush::Audience;
use WebPush::Daemon;
use WebPush::Nginx;
use WebPush::Process qw(capture);
use WebPush::PushService;

# Names below a suffix of known services, as anybody may be given one.
my $domain = 'notify.windows.com';
my %inside = (
    loopback => '127.0.0.1', loopback6 => '::1', zero => '0.0.0.0', private => '10.0.0.1', office => '192.168.1.1',
    metadata => '169.254.169.254', cgnat => '100.64.0.1', multicast => '224.0.0.1', mapped => '::ffff:127.0.0.1',
    nat64 => '64:ff9b::7f00:1', translated => '64:ff9b:1::7f00:1', six2four => '2002:7f00:1::1', ula => 'fd00::1',
    link => 'fe80::1', several => '127.0.0.1 10.0.0.1 ::1',
);
my $log = owned_dir('resolve') . '/connects';
my $names = write_file(test_dir() . '/names', join '', (map { "$_.$domain $inside{$_}\n" } sort keys %inside),
    "mixed.$domain 127.0.0.1 10.0.0.1 8.8.8.8 ::1\n");
my $proxy = free_port();
my $service = WebPush::PushService->start(services => ['mozilla']);
my $daemon = WebPush::Daemon->new(
    args => ['--roles', 'plan,send', $service->arguments],
    env => {
        LD_PRELOAD => library(), RESOLVE_NAMES => $names, RESOLVE_LOG => $log,
        map { ($_ => "http://127.0.0.1:$proxy") } map { ($_, uc) } qw(http_proxy https_proxy all_proxy),
    },
)->start;
my $audience = WebPush::Audience->new($daemon);

subtest 'a redirect of the operator\'s' => sub {
    my $host = $WebPush::PushService::HOST{mozilla};
    my $port = $service->port;
    like($daemon->output, qr/\[warning\] .*--push-redirect: messages for \Q$host\E go to 127\.0\.0\.1:$port$/m,
        'is warned about at start');
    my $result = capture([build_path('webpushd'), '--push-redirect', "$host=localhost:443"]);
    isnt($result->{exit}, 0, 'has to be');
    like($result->{stderr}, qr/not HOST=ADDRESS:PORT: \Q$host\E=localhost:443/, 'a numeric address');
};

subtest 'names that resolve to the inside' => sub {
    my %victim = map { ($_ => at("$_.$domain")) } sort keys %inside;
    my $run = $audience->send({ title => 'Inside', target => '/' });
    wait_for { !grep { !$audience->deferred($run, $_) } values %victim } 'all to wait';
    is_deeply([grep { $audience->deferred($run, $victim{$_})->{reason} ne 'unreachable' } sort keys %victim], [],
        'count as out of reach');
    is_deeply([connects()], [], 'and are not connected to: ' . join ', ', sort keys %inside);
    leave($run);
};

subtest 'a name that resolves to the inside and to the outside' => sub {
    my $mixed = at("mixed.$domain");
    my $run = $audience->send({ title => 'Both', target => '/' });
    wait_for { $audience->deferred($run, $mixed) } 'it to wait';
    is_deeply([connects()], ['8.8.8.8 443'], 'is connected to outside only');
    leave($run);
};

subtest 'a proxy in the environment, and a redirect' => sub {
    my @all = map { $audience->subscribe(path => "/wpush/v2/$_") } qw(here moved);
    my $elsewhere = 'http://127.0.0.1:' . free_port() . '/';
    $service->answer({ path => 'moved', status => 307, headers => { location => $elsewhere } });
    my $run = $audience->send({ title => 'Straight', target => '/' });
    $audience->wait_finished($run);
    is_deeply($audience->counts($run), { accepted => 1, 'failed/answer' => 1 }, 'one is accepted, the other is not');
    my %to = map { $_ => 1 } connects();
    is_deeply([keys %to], ['127.0.0.1 ' . $service->port], 'of its own, it has talked to the push service only');
};

$daemon->stop;
done_testing();

sub library {
    my $path = test_dir() . '/resolve.so';
    my @command = (qw(gcc -Wall -Wextra -Werror -O2 -shared -fPIC -o), $path, root() . '/t/lib/resolve.c', '-ldl');
    my $result = capture(\@command);
    die "@command: $result->{stderr}\n" if $result->{exit} != 0;
    return join ' ', ($ENV{TEST_SANITIZE} ? WebPush::Nginx::sanitizer_libraries() : ()), $path;
}

# A subscription at this host.
sub at {
    my ($host) = @_;
    local $WebPush::PushService::HOST{given} = $host;
    return $audience->subscribe(service => 'given', path => '/w/?token=x', platform => 'edge');
}

# "<address> <port>" of each connect() so far.
sub connects { return -e $log ? split /\n/, read_file($log) : () }

sub leave {
    my ($run) = @_;
    $daemon->sql($_) for "UPDATE run SET state = 'cancelled' WHERE id = $run", 'DELETE FROM deferred',
        'DELETE FROM subscription';
    unlink $log;
    return;
}
