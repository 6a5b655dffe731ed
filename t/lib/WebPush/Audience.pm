package WebPush::Audience;

# Subscriptions and runs of the site "default", or of another, put into the database directly: what the sender is
# tested with.
#
#     my $audience = WebPush::Audience->new($daemon);       # its site may send from now on
#     my $anna = $audience->subscribe(path => '/wpush/v2/anna');
#     my $run = $audience->send({ title => 'Hello', target => '/' });
#     $audience->wait_finished($run);
#     is($audience->outcome($run, $anna)->{outcome}, 'accepted');

use WebPush::Test;
use WebPush::Crypt;
use WebPush::PushService;

use Digest::SHA qw(sha256);
use JSON::PP qw(encode_json);
use MIME::Base64 qw(decode_base64url);

use constant { ORIGIN => 'https://shop.example', CONTACT => 'mailto:push@shop.example', DIFFERENT_KEYS => 64 };

sub new {
    my ($class, $daemon, $site) = @_;
    my $self = bless { daemon => $daemon }, $class;
    $site //= 'default';
    $daemon->sql("UPDATE site SET origin = '@{[ORIGIN]}', contact = '@{[CONTACT]}' WHERE name = '$site'");
    $self->{site} = $daemon->sql("SELECT id FROM site WHERE name = '$site'");
    return $self;
}

# One subscription, {id, endpoint, path, keys}. Options: service (of %WebPush::PushService::HOST,
# default mozilla) or host, path, age (seconds, default a day), platform, keys (to share them), vapid.
sub subscribe {
    my ($self, %option) = @_;
    return ($self->subscribe_all(\%option))[0];
}

# The same for many.
sub subscribe_all {
    my ($self, @options) = @_;
    my @new = map { $self->prepare(%$_) } @options;
    my @rows = map { delete $_->{row} } @new;
    while (my @some = splice @rows, 0, 200) { $self->insert(@some) }    # as much as a command line takes
    return @new;
}

# So many with one endpoint but for its end, "$endpoint$n", and few different keys: for audiences that are
# too large for the rest of this.
sub subscribe_many {
    my ($self, $count, $endpoint) = @_;
    my @keys = map { browser_keys() } 1 .. DIFFERENT_KEYS;
    my $keys = join ', ', map { sprintf "('\\x%s'::bytea, '\\x%s'::bytea)",
        map { unpack 'H*', decode_base64url($_) } @$_{qw(p256dh auth)} } @keys;
    $self->{daemon}->sql(<<"SQL");
        WITH keys AS (SELECT row_number() OVER () AS number, * FROM (VALUES $keys) AS k (p256dh, auth)),
        endpoints AS (SELECT n, '$endpoint' || n AS endpoint FROM generate_series(1, $count) AS n),
        hashed AS (SELECT *, sha256(endpoint::bytea) AS hash, now() - interval '1 day' AS at FROM endpoints),
        added AS (INSERT INTO subscription (bucket, site, id, endpoint, p256dh, auth, platform,
            consent_counter, consent_at, data_counter, data_at, created_at, seen_at)
            SELECT get_byte(hash, 0), $self->{site}, encode(substr(hash, 1, 16), 'hex')::uuid, endpoint, p256dh, auth,
                'firefox-desktop', 1, at, 1, at, at, at
            FROM hashed JOIN keys ON number = 1 + n % @{[DIFFERENT_KEYS]} RETURNING bucket, site)
        INSERT INTO audience_size AS a (bucket, site, active) SELECT bucket, site, count(*) FROM added GROUP BY 1, 2
        ON CONFLICT (bucket, site) DO UPDATE SET active = a.active + excluded.active
SQL
    return;
}

sub insert {
    my ($self, @rows) = @_;
    my $rows = join ', ', @rows;
    $self->{daemon}->sql(<<"SQL");
        WITH added AS (INSERT INTO subscription (bucket, site, id, endpoint, p256dh, auth, vapid, platform,
            consent_counter, consent_at, data_counter, data_at, created_at, seen_at)
            SELECT bucket, $self->{site}, id, endpoint, p256dh, auth, vapid, platform, 1, at, 1, at, at, at
            FROM (VALUES $rows) AS v(bucket, id, endpoint, p256dh, auth, vapid, platform, at)
            RETURNING bucket, site)
        INSERT INTO audience_size AS a (bucket, site, active) SELECT bucket, site, count(*) FROM added GROUP BY 1, 2
        ON CONFLICT (bucket, site) DO UPDATE SET active = a.active + excluded.active
SQL
    return;
}

sub prepare {
    my ($self, %option) = @_;
    my $path = $option{path} // '/wpush/v2/' . ++$self->{count};
    my $host = $option{host} // $WebPush::PushService::HOST{ $option{service} // 'mozilla' };
    my $endpoint = "https://$host$path";
    my $id = unpack 'H32', sha256($endpoint);
    my $keys = $option{keys} // browser_keys();
    my ($p256dh, $auth) = map { unpack 'H*', decode_base64url($_) } @$keys{qw(p256dh auth)};
    my $age = $option{age} // 86400;
    my $vapid = $option{vapid} // '';
    my $platform = $option{platform} // 'firefox-desktop';
    my $bucket = hex substr $id, 0, 2;
    return {
        id => $id, endpoint => $endpoint, path => $path, keys => $keys, bucket => $bucket,
        row => "(${bucket}::smallint, '$id'::uuid, '$endpoint', '\\x$p256dh'::bytea, '\\x$auth'::bytea, "
            . "'$vapid', '$platform', now() - interval '$age s')",
    };
}

# Makes a run of the message for the planner to find, tells its id. Options: active (seconds it may
# still appear, default 3600), urgency, collapse_key, starts_in (seconds).
sub send {
    my ($self, $message, %option) = @_;
    my $daemon = $self->{daemon};
    my $content = $daemon->sql_text(encode_json($message));
    my $urgency = $option{urgency} // 'normal';
    my $key = $option{collapse_key} // '';
    my $active = $option{active} // 3600;
    my $starts_in = $option{starts_in} // 0;
    return scalar $daemon->sql(<<"SQL");
        WITH m AS (INSERT INTO message (site, content, urgency) VALUES ($self->{site}, $content, '$urgency')
            RETURNING id),
        c AS (INSERT INTO campaign (site, message, name, state) SELECT $self->{site}, id, 'test', 'sending' FROM m
            RETURNING id, message)
        INSERT INTO run (site, campaign, message, month, starts_at, active_until, collapse_key)
        SELECT $self->{site}, id, message, date_trunc('month', now() AT TIME ZONE 'UTC')::date,
            now() + interval '$starts_in s', now() + interval '$active s', '$key' FROM c RETURNING id
SQL
}

sub state { return scalar $_[0]{daemon}->sql("SELECT state FROM run WHERE id = $_[1]") }

sub wait_finished {
    my ($self, $run, $seconds) = @_;
    return wait_for { $self->state($run) eq 'finished' } "the end of run $run", $seconds // 20;
}

# What is recorded of one delivery: {outcome, status, reason, reduced, attempt}, undef when nothing is.
sub outcome {
    my ($self, $run, $subscription) = @_;
    my ($row) = $self->{daemon}->sql('SELECT outcome, status, reason, reduced, attempt FROM delivery '
        . "WHERE run = $run AND subscription = '$subscription->{id}'");
    return if !$row;
    my %outcome;
    @outcome{qw(outcome status reason reduced attempt)} = @$row;
    return \%outcome;
}

# What is waiting: {reason, attempt, seconds}, undef when it is not.
sub deferred {
    my ($self, $run, $subscription) = @_;
    my ($row) = $self->{daemon}->sql('SELECT reason, attempt, extract(epoch FROM not_before - now())::int '
        . "FROM deferred WHERE run = $run AND subscription = '$subscription->{id}'");
    return if !$row;
    my %deferred;
    @deferred{qw(reason attempt seconds)} = @$row;
    return \%deferred;
}

# Whether the subscription is still there: 1 or 0.
sub is_active {
    my ($self, $subscription) = @_;
    return scalar $self->{daemon}->sql("SELECT count(*) FROM subscription WHERE id = '$subscription->{id}'");
}

# {outcome or outcome/reason => n} as the counters say.
sub counts {
    my ($self, $run) = @_;
    return { map { ($_->[1] eq '' ? $_->[0] : "$_->[0]/$_->[1]") => $_->[2] } $self->{daemon}->sql(
        "SELECT outcome, reason, sum(n) FROM run_count WHERE run = $run GROUP BY 1, 2") };
}

# The same counted from the rows.
sub counted_rows {
    my ($self, $run) = @_;
    return { map { ($_->[1] eq '' ? $_->[0] : "$_->[0]/$_->[1]") => $_->[2] } $self->{daemon}->sql(
        "SELECT outcome, reason, count(*) FROM delivery WHERE run = $run GROUP BY 1, 2") };
}

1;
