package Bench::Rivals;

# Other senders (senders.mjs) and webpushd side by side, each its whole way to one and the same nginx in
# the push service's place: it takes HTTP/1.1 and HTTP/2, and answers 201 to everything.
#
#     my ($result, $beside) = compare_with('web-push', $effort, $progress);

use strict;
use warnings;

use Exporter 'import';
use WebPush::Nginx;
use WebPush::Process qw(capture);
use WebPush::PushService;
use WebPush::Test;

use Bench::Compare;
use Bench::Programs;
use Bench::SendLoad;

our @EXPORT = qw(compare_with);

my $host = $WebPush::PushService::HOST{mozilla};
my $server;

sub compare_with {
    my ($sender, $effort, $progress) = @_;
    $server //= start_nginx();
    my $load = Bench::SendLoad->shared(audience => $effort->{audience});
    $load->restart(
        '--roles', 'plan,send', '--push-ca', $server->{certificate},
        '--push-redirect', "$host=127.0.0.1:$server->{port}",
    );
    my $octets = bare_encryption(Bench::SendLoad::notification_json(), $effort->{seconds})->{octets};
    my $result = compare(
        rounds => $effort->{rounds},
        progress => $progress,
        reference => sub { send_by($sender, $octets, $effort->{seconds}) },
        ours => sub { $load->slice },
    );
    $load->restart;
    return $result, Bench::SendLoad::beside($result);
}

sub start_nginx {
    my $dir = test_dir() . '/rivals';
    mkdir $dir or die "mkdir $dir: $!";
    my $tls = WebPush::PushService::certificate($dir, $host, 'localhost');
    my $nginx = WebPush::Nginx->new(module => 0, log_level => 'warn', config => <<"END");
%%GLOBALS%%
events { worker_connections 1024; }
http {
    %%HTTP%%
    access_log off;
    keepalive_requests 100000000;
    server {
        listen 127.0.0.1:%%PORT%% ssl http2;
        ssl_certificate $tls->{cert};
        ssl_certificate_key $tls->{key};
        location / { return 201; }
    }
}
END
    $nginx->run;
    return { port => $nginx->port, certificate => $tls->{cert} };
}

sub send_by {
    my ($sender, $octets, $seconds) = @_;
    my $result = capture(
        ['node', root() . '/t/bench/senders.mjs', $sender, "https://localhost:$server->{port}/wpush/v2/any", $octets,
            $seconds],
        env => { NODE_EXTRA_CA_CERTS => $server->{certificate} },
    );
    die "$sender: $result->{stderr}\n" if $result->{exit} != 0;
    my %said = $result->{stdout} =~ /(\w+) (\d+)/g;
    return { cost => $said{cpu_ns} / $said{messages} };
}

1;
