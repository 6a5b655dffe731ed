package WebPush::Edge;

# One nginx with the edge's endpoints below /push/, and the files of its sites, written here and not
# by webpushd: keys, tokens and log reading are Perl's own, an independent check of the formats.
#
#     my $edge = WebPush::Edge->new(http => 'webpush_sync_queue 8;')->run;
#     my $answer = $edge->client->post_json('/push/subscribe', subscription());
#     my @records = $edge->records('subscriptions');
#     my $link = $edge->click_link(run => 7, sub => $id, target => '/sale');

use WebPush::Test;
use WebPush::Crypt;
use WebPush::Http;
use WebPush::Nginx;

use Digest::SHA qw(hmac_sha256 sha256);
use Exporter ();
use JSON::PP ();

our @ISA = ('Exporter');
our @EXPORT = qw(subscription endpoint_id new_endpoint);

use constant { MAC_OCTETS => 16, ID_OCTETS => 16, KEY_OCTETS => 32 };

my $json = JSON::PP->new->utf8;
my $endpoints = 0;

sub import { goto &Exporter::import }

# Options: http, server, location (directives to add there; "location" to each of ours), listen
# (what follows the port), edge_id (edge1), worker_connections (1024), log_dir (default one of its own), and of WebPush::Nginx
# workers, log_level, globals, module, daemon, become, binary.
sub new {
    my ($class, %option) = @_;
    my $self = bless { keys => {}, edge_id => 'edge1', worker_connections => 1024, %option }, $class;
    my @for_nginx = qw(workers log_level globals module daemon become binary);
    my $nginx = $self->{nginx} = WebPush::Nginx->new(
        map { $_ => $option{$_} } grep { exists $option{$_} } @for_nginx
    );
    $self->{log_dir} //= owned_dir(substr($nginx->dir, length(test_dir()) + 1) . '/log');
    $self->{edge_dir} = $nginx->dir . '/edge';
    mkdir $self->{edge_dir} or die "mkdir: $!";
    $self->add_site('default');
    $nginx->{tokens} = { LOG => $self->{log_dir}, EDGE => $self->{edge_dir} };
    $nginx->write_config($self->config);
    return $self;
}

sub config {
    my ($self) = @_;
    my %add = map { $_ => $self->{$_} // '' } qw(http server location listen);
    return <<"END";
%%GLOBALS%%
events { worker_connections $self->{worker_connections}; }
http {
    %%HTTP%%
    webpush_log_dir %%LOG%%;
    webpush_edge_dir %%EDGE%%;
    webpush_edge_id $self->{edge_id};
    $add{http}
    server {
        listen 127.0.0.1:%%PORT%% $add{listen};
        $add{server}
        location = /push/subscribe { webpush_subscribe; $add{location} }
        location = /push/unsubscribe { webpush_unsubscribe; $add{location} }
        location = /push/event { webpush_event; $add{location} }
        location /push/c/ { webpush_click; $add{location} }
    }
}
END
}

sub run { my ($self) = @_; $self->{nginx}->run; return $self }
sub nginx { return $_[0]{nginx} }
sub log_dir { return $_[0]{log_dir} }
sub edge_dir { return $_[0]{edge_dir} }

# A new connection.
sub client {
    my ($self, %option) = @_;
    return WebPush::Http->new($self->{nginx}->port, %option);
}

# What each of the four endpoints answers, with the code of a refusal: "200 200 202 302".
sub answers {
    my ($self, $http) = @_;
    $http //= $self->client;
    return join ' ', map { $_->{status} . ($_->{json}{code} ? " $_->{json}{code}" : '') }
        $http->post_json('/push/subscribe', subscription()),
        $http->post_json('/push/unsubscribe', { endpoint => new_endpoint(), n => 1 }),
        $http->post_json('/push/event', { event => 'shown', token => $self->delivery_token }),
        $http->get($self->click_link);
}

# ---- site files ----

# `ids`: of the link keys, the signing one first.
sub add_site {
    my ($self, $site, @ids) = @_;
    my $folder = "$self->{edge_dir}/$site";
    mkdir $folder or die "mkdir $folder: $!" if !-d $folder;
    my @keys = map { { id => $_, key => random_octets(KEY_OCTETS) } } @ids ? @ids : (1);
    $self->{keys}{$site} = \@keys;
    my $link_keys = write_file("$folder/link.keys",
        join '', map { "$_->{id} " . encode_base64url($_->{key}) . "\n" } @keys);
    chmod 0640, $link_keys;
    chown scalar getpwnam('www-data'), scalar getgrnam('www-data'), $link_keys if $> == 0;
    my $public = browser_keys()->{p256dh};
    my $id = substr encode_base64url(sha256(decode_base64url($public))), 0, 8;
    write_file("$folder/vapid.keys", "$id $public\n");
    return;
}

sub random_octets { return join '', map { chr int rand 256 } 1 .. $_[0] }

# ---- tokens (src/webpush/token.h) ----

# Options: run, sub (base64url), issued, site, key (index of the site's link keys).
sub delivery_token {
    my ($self, %field) = @_;
    return $self->token(1, 'webpush-delivery', '', run => 1, %field);
}

# Options as above, and target, action.
sub click_token {
    my ($self, %field) = @_;
    my $action = $field{action} // '';
    return $self->token(2, 'webpush-click', pack('C/a a*', $action, $field{target} // '/'),
        run => 1, %field);
}

sub click_link { my ($self, %field) = @_; return '/push/c/' . $self->click_token(%field) }

# What a visitor cookie holds for the subscription.
sub visitor_token {
    my ($self, %field) = @_;
    return $self->token(3, 'webpush-visitor', '', %field);
}

sub token {
    my ($self, $version, $label, $tail, %field) = @_;
    my $site = $field{site} // 'default';
    my $key = $self->{keys}{$site}[ $field{key} // 0 ];
    my $id = decode_base64url($field{sub} // endpoint_id('https://push.example/any'));
    my $text = pack('C C', $version, $key->{id});
    $text .= pack('Q>', $field{run}) if defined $field{run};
    $text .= pack('a' . ID_OCTETS . ' N', $id, $field{issued} // time) . $tail;
    my $mac = hmac_sha256("$label\0$site\0$text", $key->{key});
    return encode_base64url($text . substr($mac, 0, MAC_OCTETS));
}

# ---- subscriptions as a browser makes them ----

sub new_endpoint {
    my $token = encode_base64url(random_octets(24));
    return 'https://updates.push.services.mozilla.com/wpush/v2/' . ++$endpoints . '-' . $token;
}

sub endpoint_id { return encode_base64url(substr sha256($_[0]), 0, ID_OCTETS) }

# The body of a subscribe request; options replace its members, those set to undef are left out.
# endpoint, p256dh and auth stand for the members of "subscription". One key pair does for all: it
# is the endpoint that tells browsers apart.
my $browser = browser_keys();

sub subscription {
    my (%option) = @_;
    my %subscription = (endpoint => delete $option{endpoint} // new_endpoint());
    for my $name (qw(p256dh auth)) {
        my $value = exists $option{$name} ? delete $option{$name} : $browser->{$name};
        $subscription{keys}{$name} = $value if defined $value;
    }
    my %body = (
        kind => 'subscribe', n => 1, consent => '1', lang => 'de-DE', tz => 'Europe/Berlin',
        page => '/', subscription => \%subscription, %option,
    );
    delete @body{ grep { !defined $body{$_} } keys %body };
    return \%body;
}

# ---- logs (src/webpush/log_record.h) ----

# Paths, oldest first; `log` is "subscriptions" or "events".
sub log_files {
    my ($self, $log) = @_;
    my @files = glob "$self->{log_dir}/$log-*.jsonl";
    return map { $_->[1] } sort { $a->[0] <=> $b->[0] }
        map { [(stat)[9] * 1000 + (/-(\d+)\.jsonl$/)[0], $_] } @files;
}

# All whole lines of one log, decoded. Whatever is no JSON dies: nothing torn may stay.
sub lines {
    my ($self, $log) = @_;
    return map { map { $json->decode($_) } file_lines($_) } $self->log_files($log);
}

sub file_lines {
    my ($path) = @_;
    my $text = read_file($path);
    $text =~ s/[^\n]+\z//;    # still being written
    return split /\n/, $text;
}

# Whether a worker still has the file.
sub is_held { my ($path) = @_; return system('flock', '-n', $path, 'true') != 0 }

# Without file headers and heartbeats.
sub records {
    my ($self, $log) = @_;
    return grep { defined $_->{k} && $_->{k} ne 'alive' } $self->lines($log);
}

sub ids { my ($self, $log) = @_; return map { $_->{id} } $self->records($log) }

1;
