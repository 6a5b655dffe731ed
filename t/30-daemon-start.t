#!/usr/bin/env perl
# The daemon's life: from an empty state directory to a clean stop, and through crashes.

use WebPush::Daemon;
use WebPush::Process qw(capture);
use WebPush::Test;

use JSON::PP qw(decode_json);
use Time::HiRes qw(time);

my $daemon = WebPush::Daemon->new(fsync => 1, args => ['--roles', 'ingest']);
my $state = $daemon->state_dir;

sub mode { return sprintf '%04o', (stat $_[0])[2] & 07777 }
sub owner { return scalar getpwuid((stat $_[0])[4]) }
sub user_of { my ($pid) = @_; return owner("/proc/$pid") }
sub postmaster { return (split /\n/, read_file("$state/db/postmaster.pid"))[0] }

subtest 'the first start, with nothing but a state directory' => sub {
    $daemon->start;
    my $expected = $> == 0 ? 'www-data' : scalar getpwuid $>;
    like(read_file('/proc/' . $daemon->pid . '/status'), qr/^Uid:\s+(\d+)\s+\1\s+\1\s+\1$/m,
        'one user for good');
    is((read_file('/proc/' . $daemon->pid . '/status') =~ /^Uid:\s+(\d+)/m)[0],
        scalar getpwnam($expected), "which is $expected");
    is(user_of(postmaster()), $expected, 'and so for PostgreSQL');
    is($daemon->sql("SELECT current_setting('listen_addresses') = ''"), 't',
        'which listens on no network address');
    is(mode("$state/db"), '0700', 'its data are private');
    is(mode("$state/run/.s.PGSQL.5432"), '0700', 'and so is its socket');

    is(mode("$state/keys"), '0700', 'keys are private');
    my @keys = glob "$state/keys/default/*";
    is_deeply([map { s{.*/}{}r } @keys], [qw(identity.keys link.keys topic.secret), $keys[3] =~ s{.*/}{}r],
        'the default site has an identity key, a link key, a topic secret and a VAPID key');
    is(mode($_), '0600', "$_ is private") for @keys;

    my $config = decode_json(read_file("$state/edge/default/public/config.json"));
    is($config->{site}, 'default', 'the browser gets a configuration');
    like($keys[3], qr/vapid-\Q$config->{vapid}\E\.key$/, 'with the id of the key');
    like(read_file("$state/edge/default/vapid.keys"),
        qr/^\Q$config->{vapid} $config->{applicationServerKey}\E$/m, 'the edge has its public half');
    is(read_file("$state/edge/default/link.keys"), read_file("$state/keys/default/link.keys"),
        'and the link key');
    is(read_file("$state/edge/default/identity.keys"), read_file("$state/keys/default/identity.keys"),
        'and the identity key');
    is(mode("$state/edge/default/$_.keys"), '0640', "the $_ key is not for everybody") for qw(link identity);
    is($daemon->sql("SELECT vapid FROM site WHERE name = 'default'"), $config->{vapid},
        'the database knows the site');
    is($daemon->sql("SELECT count(*) FROM pg_inherits WHERE inhparent = 'delivery'::regclass"), 2,
        'this month and the next have their partitions');
};

subtest 'a second one on the same directory' => sub {
    my $second = capture([build_path('webpushd'), '--state-dir', $state]);
    is($second->{exit}, 1, 'is refused');
    like($second->{stderr}, qr/another webpushd \(process @{[$daemon->pid]}\) already runs on \Q$state\E/,
        'by name');
};

subtest 'SIGHUP, then SIGTERM' => sub {
    my ($pid, $server) = ($daemon->pid, postmaster());
    $daemon->process->signal('HUP');
    wait_for { $daemon->output =~ /SIGHUP/ } 'SIGHUP to be noticed';
    ok(alive($pid), 'SIGHUP is harmless');
    my $client = "host=$state/run user=webpush dbname=postgres";
    my $idle = WebPush::Process->start('idle', ['psql', '-Xq', $client, '-c', 'SELECT pg_sleep(600)'],
        stop_signal => 'KILL');
    wait_for { $daemon->sql("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%sleep(600)'"
        . " AND application_name = 'psql' AND pid <> pg_backend_pid()") } 'a client at work';
    my $begin = time;
    $daemon->stop;
    cmp_ok(time - $begin, '<', deadline(5), 'a client at work does not hold up the stop');
    ok(!alive($server), 'PostgreSQL has ended');
    like($daemon->output, qr/database system is shut down/, 'cleanly');
    $idle->kill9;
    ok(!-e "$state/run/.s.PGSQL.5432", 'and left no socket');
};

subtest 'the second start' => sub {
    my $config = read_file("$state/edge/default/public/config.json");
    my $link_keys = read_file("$state/edge/default/link.keys");
    unlink "$state/$_/default/identity.keys" or die for qw(keys edge);    # as before there were any
    my $begin = time;
    $daemon->start;
    cmp_ok(time - $begin, '<', deadline(3), 'is quick');
    is(read_file("$state/edge/default/public/config.json"), $config, 'and keeps the keys');
    is(read_file("$state/edge/default/link.keys"), $link_keys, 'the secret ones, too');
    my $made = read_file("$state/edge/default/identity.keys");
    like($made, qr/^1 [\w-]{43}$/m, 'a site without an identity key gets one');
    is(read_file("$state/keys/default/identity.keys"), $made, 'which is kept');
    $daemon->stop;
    $daemon->start;
    is(read_file("$state/edge/default/identity.keys"), $made, 'from then on');
};

subtest 'kill -9 of the daemon' => sub {
    my $server = postmaster();
    $daemon->sql('CREATE TABLE kept (n integer)');
    $daemon->sql('INSERT INTO kept VALUES (1)');
    $daemon->kill9;
    wait_for { !alive($server) } 'its server to end by itself';
    pass('the server ends with the daemon');
    $daemon->start;
    is($daemon->sql('SELECT n FROM kept'), 1, 'what was committed is there');

    $server = postmaster();
    $daemon->kill9;
    $daemon->start;    # at once, while the old server may still be shutting down
    ok(!alive($server), 'a start waits for the old server');
    is($daemon->sql('SELECT n FROM kept'), 1, 'and loses nothing');
};

subtest 'kill -9 of PostgreSQL' => sub {
    my $server = postmaster();
    my $busy = WebPush::Process->start('busy', ['psql', '-Xq', $daemon->conninfo, '-c',
        'SELECT count(*) FROM generate_series(1, 1e12::bigint)'], stop_signal => 'KILL');
    wait_for { $daemon->sql("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%1e12%'"
        . " AND pid <> pg_backend_pid()") } 'a backend at work';
    kill KILL => $server or die "kill: $!";
    wait_for { $daemon->output =~ /postgres is back/ } 'the next server';
    isnt(postmaster(), $server, 'it is started again, though a backend held its memory');
    is($daemon->sql('SELECT n FROM kept'), 1, 'what was committed is there');
    wait_for { $daemon->output =~ /ingest: goes on|postgres is back/ } 'ingest';
    wait_for { $daemon->sql('SELECT now() - seen_at < interval \'1 second\' FROM ingest_source') eq 't' }
        'ingest to go on by itself';
    $busy->kill9;
    $daemon->stop;
};

subtest 'what cannot work is said' => sub {
    my $refused = sub {
        my ($text, @arguments) = @_;
        my $result = capture([build_path('webpushd'), @arguments]);
        isnt($result->{exit}, 0, "@arguments is refused");
        like("$result->{stderr}$result->{stdout}", $text, 'and why is told');
    };
    my $other = owned_dir('other');
    $refused->(qr/no PostgreSQL programs in \/nowhere: install/, '--state-dir', $other,
        '--postgres-bin', '/nowhere');
    my $long = owned_dir('x' x 100);
    $refused->(qr/longer than the 107 octets/, '--state-dir', $long);
    $refused->(qr/no user nobody-of-that-name/, '--state-dir', $other, '--user', 'nobody-of-that-name')
        if $> == 0;
    $refused->(qr/--send-threads/, '--send-threads', '0');
    $refused->(qr/not HOST=ADDRESS:PORT/, '--push-redirect', 'push.example');
    write_file("$state/db/PG_VERSION", "9\n");
    $refused->(qr/install the package postgresql-9/, '--state-dir', $state);
};

subtest "somebody else's directory" => sub {
    my ($own, $foreign) = (owned_dir('s1'), owned_dir('s1-other'));
    chown 0, 0, $foreign if $> == 0;
    chmod 0755, $foreign;
    my $other = WebPush::Daemon->new(state_dir => $own, args => ['--roles', 'ingest', '--log-dir', $foreign]);
    my $before = owner($foreign);
    $other->start;
    is(owner($foreign), $before, 'is not taken, though its name begins like ours');
    $other->stop;
};

subtest 'SIGTERM while PostgreSQL recovers' => sub {
    my $programs = owned_dir('slow-postgres');
    my ($real) = sort glob '/usr/lib/postgresql/*/bin';
    symlink "$real/initdb", "$programs/initdb" or die "symlink: $!";
    write_file("$programs/postgres", "#!/bin/sh\ncase \$1 in --version) exec $real/postgres --version;; esac\n"
        . "echo recovering >&2\nexec sleep 600\n");
    chmod 0755, "$programs/postgres";
    my $ready = WebPush::Daemon->new(args => ['--roles', 'ingest'])->start;
    $ready->stop;
    push @{ $ready->{args} }, '--postgres-bin', $programs;
    local $SIG{INT} = 'IGNORE';    # as the background jobs of a shell have it
    $ready->launch;
    wait_for { $ready->output =~ /recovering/ } 'the server to recover';
    my $begin = time;
    $ready->stop;
    cmp_ok(time - $begin, '<', deadline(5), 'is heard at once');
};

subtest 'a configuration file' => sub {
    my $configured = owned_dir('configured');
    my $file = write_file(test_dir() . '/webpushd.conf',
        "state-dir=$configured\nroles=ingest\nedge-id=web7\nno-fsync=true\n");
    my $process = WebPush::Process->start('configured', [build_path('webpushd'), '--config', $file]);
    $process->wait_until('it was ready', sub { $process->output =~ /webpushd: ready$/m }, 30);
    my $client = "host=$configured/run user=webpush dbname=postgres";
    my $source = sub {
        capture(['psql', '-XAtq', $client, '-c', 'SELECT source FROM ingest_source'])->{stdout};
    };
    wait_for { $source->() } 'ingest';
    is($source->(), "web7:$configured/log\n", 'sets what the command line would');
    unlike($process->output, qr/role (?:plan|send|api)/, 'roles, too');
    $process->stop;
};

subtest 'a database of somebody else' => sub {
    my $server = WebPush::Daemon->new(args => ['--roles', 'ingest'])->start;
    $server->sql('CREATE DATABASE push');
    my $database = $server->conninfo =~ s/dbname=postgres/dbname=push/r;
    my $daemon = WebPush::Daemon->new(database => $database, args => ['--roles', 'ingest']);
    my $refused = $daemon->launch;
    is($refused->wait_end, 'exit 1', 'is not migrated unasked');
    like($daemon->output, qr/run: webpushd migrate --database '\Q$database\E'/, 'the command is told');
    my $secret = capture([build_path('webpushd'), '--state-dir', owned_dir('secret'), '--database',
        "$database password=opensesame"]);
    unlike($secret->{stderr}, qr/opensesame/, 'without the password, if there is one');
    $secret = capture([build_path('webpushd'), '--state-dir', owned_dir('secret'), '--database',
        "$database sslpassword=opensesame application_name='two words'"]);
    unlike($secret->{stderr}, qr/opensesame/, 'nor that of a key');
    my ($command) = $secret->{stderr} =~ /run: (webpushd migrate .*)/;
    my $words = capture(['sh', '-c', "printf '%s\n' $command"])->{stdout};
    like($words, qr/^webpushd\nmigrate\n--database\n.*application_name='two words'.*\n\z/,
        'spaces are quoted for libpq, and quotes for the shell');

    my $migrate = [build_path('webpushd'), 'migrate', '--database', $database];
    is(capture($migrate)->{exit}, 0, 'the command works');
    like(capture($migrate)->{stderr}, qr/migrations applied: 0/, 'twice does no harm');
    $daemon->start;
    is($daemon->sql("SELECT count(*) FROM site"), 1, 'and the daemon runs on it');
    ok(!-e $daemon->state_dir . '/db', 'without a cluster of its own');
    $daemon->sql("INSERT INTO schema_migration (version, name) VALUES (999, 'later')");
    $daemon->stop;
    is($daemon->launch->wait_end, 'exit 1', 'a newer schema is refused');
    like($daemon->output, qr/install a newer webpushd/, 'and what to do is told');
};

done_testing();
