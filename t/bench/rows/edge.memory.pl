package Bench::Row::EdgeMemory;

# What a worker has of memory for itself: with nothing to do, the table of webpush_visit included, and how
# much more with 10,000 keep-alive connections that have had one answer each; against an nginx without
# the module. What the kernel keeps for the connections is in neither.

use strict;
use warnings;

use IO::Socket::INET;
use WebPush::Edge;
use WebPush::Nginx;
use WebPush::Test;

use Bench::EdgeLoad;

# A worker has a file for each connection and some of its own.
use constant { WORKER_CONNECTIONS => 10_240, TARGET => '/offers/lantern-week/', COUNTED => 10_000 };

{
    name => 'edge.memory',
    unit => 'MB',
    figures => 1,
    measure => sub {
        my ($effort, $progress) = @_;
        my $count = $effort->{idle_connections};
        $progress->("$count connections, with the module and without");
        my $load = Bench::EdgeLoad->new(server => 'webpush_visit on;', worker_connections => WORKER_CONNECTIONS);
        my $ours = megabytes($load->edge->nginx, $count, $load->edge->click_link(target => TARGET));
        $load->stop;
        my $stock = stock()->run;
        my $other = megabytes($stock, $count, '/');
        $stock->stop;
        return map {
            { name => $_, value => $ours->{$_}, against => 'nginx without the module', against_value => $other->{$_} }
        } qw(idle per_10000_connections);
    },
};

sub stock {
    return WebPush::Nginx->new(module => 0, config => <<"END");
%%GLOBALS%%
events { worker_connections @{[WORKER_CONNECTIONS]}; }
http {
    %%HTTP%%
    server { listen 127.0.0.1:%%PORT%%; access_log off; location / { return 302 @{[TARGET]}; } }
}
END
}

sub megabytes {
    my ($nginx, $count, $path) = @_;
    my ($worker) = $nginx->worker_pids;
    answered($nginx->port, $path);    # what a worker makes at its first request
    my $idle = private_octets($worker);
    my @connections = map { answered($nginx->port, $path) } 1 .. $count;
    my $busy = private_octets($worker);
    return { idle => $idle / 1e6, per_10000_connections => ($busy - $idle) / $count * COUNTED / 1e6 };
}

# A connection whose only request has been answered.
sub answered {
    my ($port, $path) = @_;
    my $socket = IO::Socket::INET->new("127.0.0.1:$port") or die "connect: $!\n";
    syswrite $socket, "GET $path HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" or die "write: $!\n";
    my $answer = '';
    until ($answer =~ /\r\n\r\n/) {
        sysread $socket, $answer, 4096, length $answer or die "no whole answer: $answer\n";
    }
    die "not a redirect: $answer\n" if $answer !~ m{\AHTTP/1\.1 302 };
    return $socket;
}

# Not shared with the master and others: what one more worker takes.
sub private_octets {
    my ($pid) = @_;
    my %kilobytes = read_file("/proc/$pid/smaps_rollup") =~ /^(\w+): +(\d+) kB$/mg;
    return 1024 * ($kilobytes{Private_Clean} + $kilobytes{Private_Dirty});
}
