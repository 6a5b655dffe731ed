package WebPush::EdgeLog;

# Writes a log file as a worker of the edge does, in plain Perl: what src/webpush/log_record.h
# defines, written a second time on purpose.
#
#     my $log = WebPush::EdgeLog->new($directory, 'subscriptions');   # or 'events'
#     $log->subscribe('https://push.example/a', n => 1, t => $ms);    # refresh, unsubscribe
#     $log->fact('profile', $endpoint, t => $ms, add => ['vip']);     # identify, forget
#     $log->event('click', $endpoint, run => 7, t => $ms, action => 'buy');
#     $log->act('visit', $endpoint, t => $ms, section => 'sport');    # track
#     $log->site_line('prompt', t => $ms, step => 'shown');           # landing
#     $log->heartbeat($ms);
#     $log->release;                                                  # the worker has ended
#
# The file is locked from its first line until release() or kill().

use WebPush::Test;

use Digest::SHA qw(sha256);
use Fcntl qw(LOCK_EX);
use JSON::PP ();
use MIME::Base64 qw(encode_base64url);
use Time::HiRes qw(time);

our @EXPORT_OK = qw(subscription_id subscription_uuid now_ms);
our @ISA = ('Exporter');
sub import { goto &Exporter::import }

# A point on the curve and a secret: the receiver of RFC 8291's example.
use constant P256DH =>
    'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4';
use constant AUTH => 'BTBZMqHH6r4Tts7J_aSIgg';

my $sequence = 0;
my $json = JSON::PP->new->canonical->utf8;

sub now_ms { return int(time * 1000) }

sub subscription_id { return encode_base64url(substr sha256($_[0]), 0, 16) }

sub subscription_uuid {
    my $hex = unpack 'H32', sha256($_[0]);
    return join '-', unpack 'A8 A4 A4 A4 A12', $hex;
}

# Options: edge, started, pid, site (of the records), header => 0 (none is written).
sub new {
    my ($class, $directory, $kind, %option) = @_;
    my $self = bless {
        kind => $kind, site => 'default', edge => 'test', started => now_ms(), pid => $$,
        seq => ++$sequence, %option,
    }, $class;
    $self->{name} = "$kind-$self->{edge}-$self->{started}-$self->{pid}-$self->{seq}.jsonl";
    $self->{path} = "$directory/$self->{name}";
    $self->create;
    return $self;
}

# As the edge does it: locked and begun under another name, so that it is never seen otherwise.
sub create {
    my ($self) = @_;
    my $new = "$self->{path}.new";
    open $self->{out}, '>>:raw', $new or die "$new: $!";
    $self->{out}->autoflush(1);
    flock $self->{out}, LOCK_EX or die "flock $new: $!";
    chmod 0600, $new;
    chown scalar getpwnam('www-data'), scalar getgrnam('www-data'), $new if $> == 0;
    $self->line({
        v => 1, log => $self->{kind} eq 'events' ? 'event' : 'subscription', edge => $self->{edge},
        started => $self->{started}, pid => $self->{pid}, seq => $self->{seq},
        keys => { $self->{site} => [1] },
    }) if $self->{header} // 1;
    rename $new, $self->{path} or die "rename to $self->{path}: $!";
    return;
}

sub name { return $_[0]{name} }
sub path { return $_[0]{path} }

# Everything written so far, to write it again after the file is gone.
sub content { return $_[0]{content} // '' }

sub raw {
    my ($self, $octets) = @_;
    print { $self->{out} } $octets or die "$self->{path}: $!";
    $self->{content} .= $octets;
    return $self;
}

sub line {
    my ($self, $record) = @_;
    $_ += 0 for grep { defined } @$record{grep { exists $record->{$_} } qw(n t run)};
    return $self->raw($json->encode($record) . "\n");
}

sub heartbeat { return $_[0]->line({ k => 'alive', t => $_[1] // now_ms() }) }

sub subscribe { return shift->consent('subscribe', @_) }
sub refresh { return shift->consent('refresh', @_) }

sub consent {
    my ($self, $kind, $endpoint, %record) = @_;
    my $replaces = delete $record{replaces};
    $record{replaces} = subscription_id($replaces) if defined $replaces;
    return $self->line({
        k => $kind, t => now_ms(), site => $self->{site}, id => subscription_id($endpoint), n => 1,
        endpoint => $endpoint, p256dh => P256DH, auth => AUTH, vapid => 'testkey1',
        platform => 'chrome-desktop', lang => 'de-DE', tz => 'Europe/Berlin', page => '/',
        consent => '1', %record,
    });
}

sub unsubscribe {
    my ($self, $endpoint, %record) = @_;
    return $self->line({
        k => 'unsubscribe', t => now_ms(), site => $self->{site},
        id => subscription_id($endpoint), n => 1, %record,
    });
}

sub event {
    my ($self, $kind, $endpoint, %record) = @_;
    return $self->line({
        k => $kind, t => now_ms(), site => $self->{site}, run => 1,
        sub => subscription_id($endpoint), %record,
    });
}

# What becomes known of a subscription.
sub fact {
    my ($self, $kind, $endpoint, %record) = @_;
    return $self->site_line($kind, id => subscription_id($endpoint), %record);
}

# What its browser does on the site.
sub act {
    my ($self, $kind, $endpoint, %record) = @_;
    return $self->site_line($kind, sub => subscription_id($endpoint), %record);
}

sub site_line {
    my ($self, $kind, %record) = @_;
    return $self->line({ k => $kind, t => now_ms(), site => $self->{site}, %record });
}

# The worker has ended; what it wrote is all.
sub release {
    my ($self) = @_;
    close $self->{out} or die "$self->{path}: $!";
    return $self;
}

# Writes the same file again: nobody holds it.
sub restore {
    my ($self) = @_;
    write_file($self->{path}, $self->content);
    chown scalar getpwnam('www-data'), scalar getgrnam('www-data'), $self->{path} if $> == 0;
    return $self;
}

1;
