package Bench::SendLoad;

# webpushd with its own PostgreSQL and an audience, and a stock nghttpd in the push service's place,
# which answers 200 to everything. One for all rows that send to so many.
#
#     my $load = Bench::SendLoad->shared(audience => 20_000);                  # also: threads => 2
#     my $slice = $load->slice;      # one run to everybody, from the planner to the last outcome
#     $load->restart;                # webpushd and PostgreSQL anew, the audience stays
#     $load->restart($load->push_arguments, ...);                              # with other options
#
# A slice is {cost => webpushd's CPU nanoseconds a message, postgres => PostgreSQL's, per_second}.
# It dies unless every message was accepted.
#
# Another one that also leads to a push service which takes requests and never answers:
#
#     my $load = Bench::SendLoad->new(audience => 20_000, silent => 1);
#     my $slice = $load->timed_slice(0);       # {cost => nanoseconds a message, per_second}
#     $slice = $load->timed_slice(10_000);     # the same, with so many more for the silent one in the run

use strict;
use warnings;

use IO::Socket::INET;
use JSON::PP ();
use MIME::Base64 qw(decode_base64url);
use Time::HiRes qw(sleep time);
use WebPush::Audience;
use WebPush::Crypt;
use WebPush::Daemon;
use WebPush::Process;
use WebPush::PushService;
use WebPush::Test;

use Bench::Compare;
use Bench::Cpu;

# What a shop sends: text, icon, large picture, a button.
use constant NOTIFICATION => {
    title => 'Lantern week has begun',
    body => 'All lanterns are half price until Sunday, and shipping is free.',
    target => '/offers/lantern-week/',
    icon => 'https://shop.example/images/icon.png',
    image => 'https://shop.example/images/lantern-week.png',
    language => 'en',
    buttons => [{ action => 'shop', title => 'To the shop', target => '/' }],
};

# The database is asked no more often than this: its answers cost CPU, too.
use constant { POLL_SECONDS => 0.2, RUN_SECONDS => 120, LEAST_PER_SECOND => 1000, DIFFERENT_KEYS => 64 };

my %shared;    # by the size of the audience and the threads
my $nghttpd;   # {port, certificate}

sub shared {
    my ($class, %option) = @_;
    my $threads = $option{threads} // 1;
    return $shared{"$option{audience} $threads"} //= $class->new(%option, threads => $threads);
}

sub notification_json { return JSON::PP->new->canonical->encode(NOTIFICATION) }

sub new {
    my ($class, %option) = @_;
    my $self = bless { size => $option{audience} }, $class;
    my $host = $WebPush::PushService::HOST{mozilla};
    $nghttpd //= start_nghttpd($host);
    my ($authority, @redirects) = ($nghttpd->{certificate}, '--push-redirect', "$host=127.0.0.1:$nghttpd->{port}");
    if ($option{silent}) {
        my $silent = WebPush::PushService->start(services => ['google']);
        $silent->answer({ path => '', action => 'hang' });
        push @redirects, '--push-redirect', "$WebPush::PushService::HOST{google}=127.0.0.1:" . $silent->port;
        $authority = write_file(test_dir() . '/both.pem', read_file($authority) . read_file($silent->ca));
    }
    $self->{push_arguments} = ['--push-ca', $authority, @redirects];
    $self->{arguments} = ['--roles', 'plan,send', '--send-threads', $option{threads} // 1, @{ $self->{push_arguments} }];
    $self->{daemon} = WebPush::Daemon->new(fsync => 1, args => $self->{arguments})->start;
    $self->{audience} = WebPush::Audience->new($self->{daemon});
    $self->subscribe_all("https://$host/wpush/v2/any");
    return $self;
}

# It takes a POST for a file, so there is one, which every endpoint names: they differ in the query.
sub start_nghttpd {
    my ($host) = @_;
    my $dir = test_dir() . '/nghttpd';
    mkdir $_ or die "mkdir $_: $!" for map { "$dir$_" } '', '/wpush', '/wpush/v2';
    write_file("$dir/wpush/v2/any", '');
    my $tls = WebPush::PushService::certificate($dir, $host);
    my $port = free_port();
    my $nghttpd = WebPush::Process->start('nghttpd', ['nghttpd', '-d', $dir, $port, $tls->{key}, $tls->{cert}]);
    at_finish(sub { $nghttpd->kill9 });    # it knows no other end
    $nghttpd->wait_until('it listened', sub { IO::Socket::INET->new("127.0.0.1:$port") });
    return { port => $port, certificate => $tls->{cert} };
}

sub daemon { return $_[0]{daemon} }
sub push_arguments { return @{ $_[0]{push_arguments} } }

sub restart {
    my ($self, @arguments) = @_;
    $self->{daemon}->stop;
    $self->{daemon}{args} = @arguments ? \@arguments : $self->{arguments};
    $self->{daemon}->start;
    # Nobody ingests now, so nobody would be waited for in vain.
    $self->{daemon}->sql('DELETE FROM ingest_source') if !@arguments;
    return;
}

sub subscribe_all {
    my ($self, $endpoint) = @_;
    my $site = $self->{audience}{site};
    my @keys = map { browser_keys() } 1 .. DIFFERENT_KEYS;
    my $keys = join ', ', map { sprintf "('\\x%s'::bytea, '\\x%s'::bytea)",
        map { unpack 'H*', decode_base64url($_) } @$_{qw(p256dh auth)} } @keys;
    $self->{daemon}->sql($_) for <<"INSERT", <<"COUNT", 'VACUUM ANALYZE subscription';
        WITH keys AS (SELECT row_number() OVER () AS number, * FROM (VALUES $keys) AS k (p256dh, auth)),
        endpoints AS (SELECT n, '$endpoint?n=' || n AS endpoint FROM generate_series(1, $self->{size}) AS n),
        hashed AS (SELECT *, sha256(endpoint::bytea) AS hash, now() - interval '1 day' AS at FROM endpoints)
        INSERT INTO subscription (bucket, site, id, endpoint, p256dh, auth, platform,
            consent_counter, consent_at, data_counter, data_at, created_at, seen_at)
        SELECT get_byte(hash, 0), $site, encode(substr(hash, 1, 16), 'hex')::uuid, endpoint, p256dh, auth,
            'firefox-desktop', 1, at, 1, at, at, at
        FROM hashed JOIN keys ON number = 1 + n % @{[DIFFERENT_KEYS]} ORDER BY hash
INSERT
        INSERT INTO audience_size (bucket, site, active)
        SELECT bucket, site, count(*) FROM subscription GROUP BY 1, 2
COUNT
    return;
}

sub slice {
    my ($self) = @_;
    my $daemon = $self->{daemon}->pid;
    my ($run, $postgres);
    my $begin = time;
    my $cpu = spent(sub { cpu_ns($daemon) }, sub {
        $postgres = spent(sub { family_cpu_ns($daemon) }, sub { $run = $self->send });
    });
    my $seconds = time - $begin;
    my $counts = $self->{audience}->counts($run);
    die 'not all messages were accepted: ' . JSON::PP::encode_json($counts) . "\n"
        if ($counts->{accepted} // 0) != $self->{size};
    return {
        cost => $cpu / $self->{size},
        postgres => $postgres / $self->{size},
        per_second => $self->{size} / $seconds,
    };
}

# From the planner to the last outcome of those who can have it. The silent one's subscriptions are there
# for this run only.
sub timed_slice {
    my ($self, $silent) = @_;
    my ($daemon, $audience) = @$self{qw(daemon audience)};
    my $endpoint = "https://$WebPush::PushService::HOST{google}/fcm/send/";
    $audience->subscribe_many($silent, $endpoint) if $silent;
    $daemon->sql('VACUUM ANALYZE subscription');
    my $begin = time;
    my $run = $audience->send(NOTIFICATION);
    my $end = $begin + deadline(RUN_SECONDS);
    while (($audience->counts($run)->{accepted} // 0) < $self->{size}) {
        die "timed out waiting for run $run\n" if time > $end;
        sleep POLL_SECONDS / 4;
    }
    my $seconds = time - $begin;
    $daemon->sql($_) for "UPDATE run SET state = 'cancelled' WHERE id = $run", "DELETE FROM deferred WHERE run = $run",
        "DELETE FROM subscription WHERE endpoint LIKE '$endpoint%'",
        'UPDATE audience_size a SET active = (SELECT count(*) FROM subscription s WHERE s.bucket = a.bucket)';
    return { cost => $seconds * 1e9 / $self->{size}, per_second => $self->{size} / $seconds };
}

# VmHWM: the most that it has had since its start.
sub peak_mb {
    my ($self) = @_;
    my ($kilobytes) = read_file('/proc/' . $self->{daemon}->pid . '/status') =~ /^VmHWM:\s+(\d+) kB/m
        or die "no VmHWM\n";
    return $kilobytes / 1024;
}

# What is printed beside a comparison's ratio.
sub beside {
    my ($result) = @_;
    my @slices = @{ $result->{slices}{ours} };
    return {
        'us CPU/message of PostgreSQL' => median(map { $_->{postgres} / 1000 } @slices),
        'messages/s' => median(map { $_->{per_second} } @slices),
    };
}

sub send {
    my ($self) = @_;
    my $run = $self->{audience}->send(NOTIFICATION);
    my $end = time + deadline(RUN_SECONDS + $self->{size} / LEAST_PER_SECOND);
    while ($self->{audience}->state($run) ne 'finished') {
        die "timed out waiting for run $run\n" if time > $end;
        sleep POLL_SECONDS;
    }
    return $run;
}

1;
