package WebPush::Ledger;

# What was acknowledged (WebPush::CrowdBrowser::line), against what is in the database. Both are there:
# what has been found is taken off the ledger, what stays is missing.
#
#     my $ledger = WebPush::Ledger->new($daemon, run => 1, files => [$crowd->ledgers]);
#     $ledger->collect;                   # what has been written down since the last time
#     my @missing = $ledger->missing;     # each as text; of what had been ingested when it was collected
#
# The files grow meanwhile. A row is: what, id, name, number, page, whether it is certain. what is
#     c  consent: the state and counter of a subscription that asks no more; rows that are not certain are
#        what it may be as well. page: at least so new is what is known of it
#     f  a fact, at least so new: an attribute (a) or the contact (c)
#     e  an event of the run
#     t  something tracked, its key; whoever has been replaced meanwhile has it under the new id

use WebPush::Test;

use Time::HiRes qw(time);

sub new {
    my ($class, $daemon, %option) = @_;
    my $self = bless { daemon => $daemon, %option, read => {}, collected => 0, collected_at => 0 }, $class;
    $daemon->sql('CREATE UNLOGGED TABLE ledger'
        . ' (what text, id uuid, name text, n bigint, page bigint, sure boolean, bucket smallint)');
    return $self;
}

sub collected { return $_[0]{collected} }

sub collect {
    my ($self) = @_;
    $self->{collected_at} = time;
    my $text = join '', map { $self->fresh($_) } @{ $self->{files} };
    return if !length $text;
    my $file = write_file(test_dir() . '/ledger', $text);
    $self->{collected} += $text =~ tr/\n//;
    $self->{daemon}->sql("\\copy ledger (what, id, name, n, page, sure) FROM '$file'");
    $self->{daemon}->sql('UPDATE ledger SET bucket = get_byte(uuid_send(id), 0) WHERE bucket IS NULL');
    return;
}

# The whole lines that have come since the last call.
sub fresh {
    my ($self, $path) = @_;
    open my $in, '<:raw', $path or return '';
    seek $in, $self->{read}{$path} // 0, 0;
    local $/;
    my $text = (readline($in) // '') =~ s/[^\n]*\z//r;
    $self->{read}{$path} += length $text;
    return $text;
}

# Whether the database has all that was acknowledged before the last collection.
sub is_ingested {
    my ($self) = @_;
    my $up_to = $self->{daemon}->sql('SELECT extract(epoch FROM min(up_to)) FROM ingest_source');
    return defined $up_to && $up_to > $self->{collected_at};
}

sub missing {
    my ($self) = @_;
    $self->{daemon}->sql($_) for $self->found;
    my @missing = map { join ' ', map { $_ // 'but nothing' } @$_ } $self->{daemon}->sql(<<'SQL');
        SELECT l.what, l.id, l.name, l.n, l.page, CASE l.what
            WHEN 'c' THEN (SELECT string_agg(concat_ws(' ', 'but', k.state, k.n, k.page), ', ')
                FROM (SELECT 'active' AS state, consent_counter AS n, page FROM subscription WHERE id = l.id
                    UNION ALL SELECT reason, consent_counter, '' FROM tombstone WHERE id = l.id) AS k)
            WHEN 'f' THEN (SELECT string_agg(concat_ws(' ', 'but', f.kind, f.value), ', ') FROM fact AS f
                WHERE f.subscription = l.id) END
        FROM ledger AS l WHERE sure ORDER BY 1, 2 LIMIT 100
SQL
    return @missing;
}

# Whoever is subscribed with the counter, or has left with it, and is not both.
sub found {
    my ($self) = @_;
    return (<<"SQL", <<'SQL', <<'SQL', <<'SQL');
        DELETE FROM ledger AS l USING event AS e WHERE l.what = 'e' AND e.bucket = l.bucket
            AND e.run = $self->{run} AND e.subscription = l.id AND e.kind = l.name
SQL
        DELETE FROM ledger AS l USING activity AS a WHERE l.what = 't' AND a.key = l.name
SQL
        DELETE FROM ledger AS l USING fact AS f WHERE l.what = 'f' AND f.bucket = l.bucket
            AND f.subscription = l.id
            AND (l.name = 'a' AND f.kind = 'a' AND f.name = 'number' AND f.value::text::bigint >= l.n
                OR l.name = 'c' AND f.kind = 'c' AND split_part(f.value #>> '{}', ':', 2)::bigint >= l.n)
SQL
        WITH known AS (
            SELECT l.id, l.name, l.n, l.page FROM ledger AS l WHERE l.what = 'c'
                AND CASE WHEN l.name = 'active' THEN
                    EXISTS (SELECT FROM subscription AS s WHERE s.bucket = l.bucket AND s.id = l.id
                        AND s.consent_counter = l.n AND substr(s.page, 4)::bigint >= l.page)
                    AND NOT EXISTS (SELECT FROM tombstone AS d WHERE d.bucket = l.bucket AND d.id = l.id)
                ELSE
                    EXISTS (SELECT FROM tombstone AS d WHERE d.bucket = l.bucket AND d.id = l.id
                        AND d.consent_counter = l.n AND d.reason = l.name)
                    AND NOT EXISTS (SELECT FROM subscription AS s WHERE s.bucket = l.bucket AND s.id = l.id)
                END)
        DELETE FROM ledger AS l USING known AS k WHERE l.what = 'c' AND l.id = k.id
SQL
}

1;
