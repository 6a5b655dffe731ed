#!/usr/bin/env perl
# A power cut: every subscription that was answered 200 is in the logs, and webpushd ingests it.

use WebPush::Crypt;
use WebPush::Daemon;
use WebPush::Disk;
use WebPush::Edge;
use WebPush::Load;
use WebPush::Test;

sub cut_power_under_load {
    my ($fault) = @_;
    my $edge = WebPush::Edge->new(workers => 2);
    my $disk = WebPush::Disk->under($edge);
    $disk->fault($fault) if $fault;
    $edge->run;
    my $load = WebPush::Load->new($edge, 32);
    $load->turn until $load->answered >= 600;
    $edge->nginx->kill9;
    $load->drain;
    $disk->cut_power;
    return ($load, $edge);
}

my ($load, $edge) = cut_power_under_load();
is_deeply([$load->missing], [], 'everything answered 200 is in the logs');
cmp_ok($load->answered, '>=', 600, 'it was under load');
is(scalar $edge->log_files('subscriptions'), 2, 'each worker had a file of its own');
is($load->refused, 0, 'nothing was refused before');

# ---- what the daemon makes of it ----

my @ingest = ('--roles', 'ingest', '--log-dir', $edge->log_dir);
my $daemon = WebPush::Daemon->new(args => \@ingest)->start;
wait_for { !$edge->log_files('subscriptions') } 'the logs to be read and removed', 30;
my @uuids = map { $_->[0] } $daemon->sql('SELECT id FROM subscription');
my @ids = map { encode_base64url(pack 'H*', tr/-//dr) } @uuids;
is_deeply([$load->missing_in(@ids)], [], 'everything answered 200 is in the database');
is($daemon->sql('SELECT sum(active) FROM audience_size'), scalar @ids, 'and in the audience');

# ---- the same check sees what was not synced ----

for my $lie (['ignore', 'a sync that did not happen'], ['unnamed', 'a name that was not synced']) {
    my ($fault, $what) = @{$lie};
    my ($lost) = cut_power_under_load($fault);
    cmp_ok(scalar $lost->missing, '>', 0, "the same check sees $what");
}

done_testing();
