package Bench::IngestLoad;

# webpushd with its own PostgreSQL that ingests one event log over and over, and PostgreSQL's own COPY
# that brings the same rows into the same tables: 60 % shown, 20 % closed, 15 % click, 5 % visit, of a
# run to so many subscriptions, in random order, as they come from all the browsers of an audience.
#
#     my $load = Bench::IngestLoad->new(events => 1_000_000);
#     my $slice = $load->ingest;     # the log, from its appearance to its last line's commit
#     $slice = $load->copy;          # the rows, from files that PostgreSQL reads by itself
#
# A slice is {cost => CPU nanoseconds a record of all processes, webpushd => its part, per_second}. Both
# begin with empty tables and a checkpoint, and die unless the tables are as they should be after it.

use strict;
use warnings;

use Time::HiRes qw(sleep time);
use WebPush::Audience;
use WebPush::Daemon;
use WebPush::Test;

use Bench::Cpu;

# The database is asked no more often than this: its answers cost CPU, too.
use constant { POLL_SECONDS => 0.2, INGEST_SECONDS => 600 };

sub new {
    my ($class, %option) = @_;
    my $daemon = WebPush::Daemon->new(fsync => 1, args => ['--roles', 'plan,ingest'])->start;
    my $self = bless { daemon => $daemon, events => $option{events}, logs => 0 }, $class;
    $self->{files} = owned_dir('ingest-load');
    $self->{run} = $self->finished_run;
    $self->make_source;
    $self->write_log;
    $self->write_rows;
    $daemon->sql('DROP TABLE bench_source');
    return $self;
}

sub finished_run {
    my ($self) = @_;
    my $audience = WebPush::Audience->new($self->{daemon});
    $self->{site} = $audience->{site};
    my $run = $audience->send({ title => 'Lantern week', target => '/' });
    $audience->wait_finished($run);
    return $run;
}

# One row a line of the log. "of" counts the subscriptions: whoever closes or clicks has been shown it.
sub make_source {
    my ($self) = @_;
    my $n = $self->{events};
    my ($shown, $closed, $clicked) = map { int $n * $_ } 0.60, 0.80, 0.95;
    $self->{daemon}->sql($_) for <<"SOURCE", 'ANALYZE bench_source';
        CREATE UNLOGGED TABLE bench_source AS
        WITH lines AS (SELECT row_number() OVER (ORDER BY random()) AS place, n FROM generate_series(0, $n - 1) AS n),
        kinds AS (SELECT place,
            CASE WHEN n < $shown THEN 'shown' WHEN n < $closed THEN 'closed' WHEN n < $clicked THEN 'click'
                ELSE 'visit' END AS kind,
            CASE WHEN n < $shown THEN n WHEN n < $clicked THEN n - $shown ELSE n - $clicked END AS of FROM lines),
        begun AS (SELECT greatest(now() - interval '1 hour', date_trunc('month', now(), 'UTC')) AS at)
        SELECT place, kind, substr(sha256(of::text::bytea), 1, 16) AS id,
            CASE WHEN kind = 'click' AND of % 3 = 0 THEN 'shop' ELSE '' END AS action,
            (extract(epoch FROM begun.at) * 1000)::bigint + place * 3600 / ($n + 1) AS ms
        FROM kinds, begun
SOURCE
    return;
}

sub write_log {
    my ($self) = @_;
    my $lines = "$self->{files}/lines";
    my $id = q{rtrim(translate(encode(id, 'base64'), '+/', '-_'), '=')};
    $self->{daemon}->sql(<<"SQL");
        COPY (SELECT concat('{"k":"', kind, '","t":', ms, ',"site":"default",',
            CASE kind WHEN 'visit' THEN '' ELSE '"run":$self->{run},' END, '"sub":"', $id, '"',
            CASE kind WHEN 'visit' THEN ',"section":"lanterns"' END,
            CASE WHEN action <> '' THEN concat(',"action":"', action, '"') END, '}')
        FROM bench_source ORDER BY place) TO '$lines'
SQL
    $self->{log} = "$self->{files}/log";
    open my $out, '>:raw', $self->{log} or die "$self->{log}: $!";
    print $out qq({"v":1,"log":"event","edge":"bench","started":1,"pid":1,"seq":1,"keys":{"default":[1]}}\n);
    open my $in, '<:raw', $lines or die "$lines: $!";
    while (read $in, my $piece, 1 << 20) { print $out $piece }
    close $out or die "$self->{log}: $!";
    unlink $lines;
    return;
}

sub write_rows {
    my ($self) = @_;
    my $row = q{to_timestamp(ms / 1000.0) AS at FROM bench_source};
    my $common = qq{get_byte(id, 0), $self->{site}};
    my $id = q{encode(id, 'hex')::uuid};
    my $month = $self->{daemon}->sql("SELECT month FROM run WHERE id = $self->{run}");
    $self->{daemon}->sql($_) for <<"EVENTS", <<"ACTIVITY";
        COPY (SELECT '$month'::date, $common, $self->{run}, $id, kind, action,
            CASE kind WHEN 'click' THEN ms ELSE 0 END, false, $row WHERE kind <> 'visit' ORDER BY place)
        TO '$self->{files}/event'
EVENTS
        COPY (SELECT date_trunc('month', to_timestamp(ms / 1000.0) AT TIME ZONE 'UTC')::date, $common, $id,
            'visit', '\@' || ms, to_timestamp(ms / 1000.0), NULL, '{"section":"lanterns"}'
            FROM bench_source WHERE kind = 'visit' ORDER BY place)
        TO '$self->{files}/activity'
ACTIVITY
    return;
}

sub ingest {
    my ($self) = @_;
    my $name = sprintf 'events-bench-%d-%d-1.jsonl', 1, ++$self->{logs};
    my $path = "$self->{daemon}{state_dir}/log/$name";
    return $self->slice(sub {
        link $self->{log}, $path or die "link $path: $!";
        my $end = time + deadline(INGEST_SECONDS);
        while (!$self->{daemon}->sql("SELECT count(*) FROM ingest_file WHERE complete AND file = '$name'")) {
            die "timed out waiting for $path\n" if time > $end;
            sleep POLL_SECONDS;
        }
    });
}

sub copy {
    my ($self) = @_;
    return $self->slice(sub { $self->{daemon}->sql("COPY $_ FROM '$self->{files}/$_'") for qw(event activity) });
}

sub slice {
    my ($self, $work) = @_;
    my $daemon = $self->{daemon};
    $daemon->sql($_) for 'TRUNCATE event, activity, engagement', 'CHECKPOINT';
    my ($begin, $seconds, $postgres) = time;
    my $webpushd = spent(sub { cpu_ns($daemon->pid) }, sub {
        $postgres = spent(sub { family_cpu_ns($daemon->pid) }, $work);
    });
    $seconds = time - $begin;
    $self->check;
    return {
        cost => ($webpushd + $postgres) / $self->{events},
        webpushd => $webpushd / $self->{events},
        per_second => $self->{events} / $seconds,
    };
}

# The same rows, whoever brought them.
sub check {
    my ($self) = @_;
    my $found = join ' ', map { scalar $self->{daemon}->sql(
        "SELECT count(*) || ':' || bit_xor(hashtextextended($_\::text, 0)) FROM $_") } qw(event activity);
    $self->{expected} //= $found;
    die "other rows than those copied: $found, not $self->{expected}\n" if $found ne $self->{expected};
    return;
}

1;
