package Bench::Row::EdgeLatency;

# How long a browser waits, p50 and p99, at a rate far below what the worker can do: each endpoint
# against what it is compared with elsewhere, in turns. Then subscriptions, events and clicks all at
# once on a disk whose syncs take 1 and 5 ms more, against the same without: a subscription waits for
# that, and nothing else shall.

use strict;
use warnings;

use JSON::PP qw(encode_json);

use Bench::Compare;
use Bench::EdgeLoad;
use Bench::Latency;
use WebPush::Edge;
use WebPush::Test;

use constant {
    RATE => 1000,    # requests a second
    TARGET => '/offers/lantern-week/',
    PAGE_OCTETS => 4096,
    VISITORS => 1000,
};

my @slow_ms = (1, 5);
my @kinds = qw(subscribe event click);

{
    name => 'edge.latency',
    unit => 'us',
    figures => 1,
    measure => sub {
        my ($effort, $progress) = @_;
        return endpoints($effort, $progress), slow_syncs($effort, $progress);
    },
};

sub endpoints {
    my ($effort, $progress) = @_;
    my $load = Bench::EdgeLoad->new(server => <<"END");
location /stock/c/ { return 302 @{[TARGET]}; }
location = /stock/event { return 204; }
location /stock/ { alias html/; }
location /ours/ { alias html/; webpush_visit section=shop product=\$arg_product; }
END
    my $unsynced = Bench::EdgeLoad->new(server => '', module => 'bench/unsynced_module.so');
    write_file($load->edge->nginx->dir . '/html/page.html', 'x' x PAGE_OCTETS);
    my %send = requests($load->edge);
    my @cookies = cookies($load->edge);
    my %ours = (%send, visit => [map { get('/ours/page.html', $_) } @cookies]);
    my %other = (
        click => ['stock return 302', $load, [$send{click}[0] =~ s{/push/}{/stock/}r]],
        event => ['stock return 204', $load, [$send{event}[0] =~ s{/push/}{/stock/}r]],
        subscribe => ['the same unsynced', $unsynced, $send{subscribe}],
        visit => ['the same page without', $load, [map { get('/stock/page.html', $_) } @cookies]],
    );

    my %times;
    rounds($effort, $progress, sub {
        for my $kind (sort keys %other) {
            my (undef, $of, $requests) = @{ $other{$kind} };
            push @{ $times{$kind}{reference} }, measure($effort, $of, $requests);
            push @{ $times{$kind}{ours} }, measure($effort, $load, $ours{$kind});
        }
    });
    $_->stop for $load, $unsynced;
    return map { figures($_, $other{$_}[0], $times{$_}) } sort keys %other;
}

sub slow_syncs {
    my ($effort, $progress) = @_;
    my $load = Bench::EdgeLoad->new(server => '', disk => 1);
    my %send = requests($load->edge);
    my %times;
    rounds($effort, sub { $progress->("slow syncs: $_[0]") }, sub {
        for my $ms (0, @slow_ms) {
            $load->disk->fault('slow', $ms);
            my @of_kinds = measure($effort, $load, @send{@kinds});
            push @{ $times{$ms}{ $kinds[$_] } }, $of_kinds[$_] for 0 .. $#kinds;
        }
    });
    $load->disk->mend;
    $load->stop;
    my @figures;
    for my $ms (@slow_ms) {
        push @figures, figures("$_.sync_${ms}ms", 'the same without',
            { reference => $times{0}{$_}, ours => $times{$ms}{$_} }) for @kinds;
    }
    return @figures;
}

# What is sent of each kind.
sub requests {
    my ($edge) = @_;
    my $shown = { event => 'shown', token => $edge->delivery_token(run => 7) };
    return (
        click => [get($edge->click_link(run => 7, target => TARGET))],
        event => [post('/push/event', encode_json($shown))],
        subscribe => [post('/push/subscribe', encode_json(subscription()))],
    );
}

sub cookies {
    my ($edge) = @_;
    return map { 'Cookie: __Host-webpush_visitor=' . $edge->visitor_token(sub => endpoint_id("$_")) } 1 .. VISITORS;
}

sub rounds {
    my ($effort, $progress, $round) = @_;
    $progress->('warming up');
    $round->();
    for my $number (1 .. $effort->{rounds}) {
        $progress->("round $number of $effort->{rounds}");
        $round->();
    }
    return;
}

sub measure {
    my ($effort, $load, @kinds) = @_;
    return open_loop($load, rate => RATE, seconds => $effort->{latency_seconds}, kinds => \@kinds);
}

# Of the rounds after the warm-up.
sub figures {
    my ($name, $against, $times) = @_;
    my (undef, @reference) = @{ $times->{reference} };
    my (undef, @ours) = @{ $times->{ours} };
    my @figures;
    for my $part (qw(p50 p99)) {
        push @figures, {
            name => "$name.$part",
            against => $against,
            value => median(map { $_->{$part} } @ours),
            against_value => median(map { $_->{$part} } @reference),
            ratio => spread(map { $reference[$_]{$part} / $ours[$_]{$part} } 0 .. $#ours),
        };
    }
    return @figures;
}
