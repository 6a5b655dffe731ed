# webpushd against a stock HTTP/2 server that we have not written: nghttpd takes every request.

use WebPush::Test;
use WebPush::Audience;
use WebPush::Daemon;
use WebPush::Process;
use WebPush::PushService;

my $host = $WebPush::PushService::HOST{mozilla};
my $dir = test_dir() . '/nghttpd';
mkdir $dir or die "mkdir: $!";
my $tls = WebPush::PushService::certificate($dir, $host);
my $port = free_port();

# It serves files: a file where the endpoint is makes it answer 200.
mkdir "$dir/$_" or die "mkdir: $!" for qw(root root/wpush root/wpush/v2);
write_file("$dir/root/wpush/v2/$_", '') for 1 .. 100;
my $nghttpd = WebPush::Process->start('nghttpd',
    ['nghttpd', '-v', '-d', "$dir/root", $port, $tls->{key}, $tls->{cert}], stop_signal => 'TERM');
$nghttpd->wait_until('it listened', sub { $nghttpd->output =~ /listen/ });

my $daemon = WebPush::Daemon->new(args => [
    '--roles', 'plan,send', '--push-ca', $tls->{cert}, '--push-redirect', "$host=127.0.0.1:$port",
])->start;
my $audience = WebPush::Audience->new($daemon);
my @everybody = $audience->subscribe_all(map { { path => "/wpush/v2/$_" } } 1 .. 100, 'missing');

my $run = $audience->send({ title => 'Stock', target => '/' });
$audience->wait_finished($run);
is_deeply($audience->counts($run), { accepted => 100, gone => 1 }, 'the answers are understood');

my $log = $nghttpd->output;
my @streams = $log =~ /recv \(stream_id=(\d+)\) :method: POST/g;
is(scalar @streams, 101, 'each request was a stream');
my @bodies = $log =~ /recv DATA frame <length=(\d+), flags=0x01, stream_id=\d+>/g;
is(scalar @bodies, 101, 'each body came whole, in one frame');
like($log, qr/content-encoding: aes128gcm/, 'with its headers');
unlike($log, qr/PROTOCOL_ERROR|COMPRESSION_ERROR|FLOW_CONTROL_ERROR/, 'and no complaint');

$daemon->stop;
$nghttpd->kill9;
done_testing();
