#!/usr/bin/env perl
# The files with a site's keys: what `nginx -t` says to bad ones, two generations that are live at once,
# new ones at a reload, and secrets that are not left in memory.

use WebPush::Test;
use WebPush::Edge;

use Digest::SHA qw(hmac_sha256 sha256);
use MIME::Base64 qw(decode_base64url encode_base64url);
use POSIX qw(mkfifo);

my $edge = WebPush::Edge->new;
my $nginx = $edge->nginx;
my $folder = $edge->edge_dir . '/default';
my $secret = 'A' x 43;
my $public = (split ' ', read_file("$folder/vapid.keys"))[1];

# What `nginx -t` says when one of the files is as `prepare` makes it.
sub test_with {
    my ($file, $prepare) = @_;
    $edge->add_site('default');
    $prepare->("$folder/$file");
    my $said = $nginx->try_config($edge->config);
    system('rm', '-rf', "$folder/$file");
    return $said->{output} =~ s/\Q$folder\E\///gr;
}

sub text { my ($text) = @_; return sub { write_file($_[0], $text) } }

# ---- files that cannot be used ----

my @refused = (
    ['missing', 'link.keys', sub { unlink $_[0] }, 'open() "link.keys" failed (2: No such file or directory)'],
    ['a folder', 'link.keys', sub { unlink $_[0]; mkdir $_[0] }, 'invalid file "link.keys": not a regular file'],
    ['a pipe', 'link.keys', sub { unlink $_[0]; mkfifo($_[0], 0600) }, 'invalid file "link.keys": not a regular file'],
    ['too large', 'link.keys', text('#' x 65537), 'invalid file "link.keys": too large'],
    ['empty', 'link.keys', text(''), 'invalid file "link.keys": no key in the file'],
    ['a comment', 'link.keys', text("# keys\n"), 'invalid file "link.keys": no key in the file'],
    ['no id', 'link.keys', text("$secret\n"), 'invalid file "link.keys": line 1: expected a key id from 0 to 255'],
    ['large id', 'link.keys', text("256 $secret\n"), 'invalid file "link.keys": line 1: expected a key id from 0 to 255'],
    ['short key', 'link.keys', text("1 $secret\n2 AAAA\n"), 'invalid file "link.keys": line 2: expected 32 octets base64url'],
    ['line ends of DOS', 'link.keys', text("1 $secret\r\n"), 'invalid file "link.keys": line 1: expected 32 octets base64url'],
    ['an id twice', 'link.keys', text("1 $secret\n1 $secret\n"), 'invalid file "link.keys": line 2: key id is not distinct'],
    ['missing', 'vapid.keys', sub { unlink $_[0] }, 'open() "vapid.keys" failed (2: No such file or directory)'],
    ['empty', 'vapid.keys', text(''), 'invalid file "vapid.keys": no key in the file'],
    ['off the curve', 'vapid.keys', text('a ' . 'B' x 87 . "\n"), 'invalid file "vapid.keys": line 1: expected a public key, 65 octets base64url'],
    ['an id twice', 'vapid.keys', text("a $public\na $public\n"), 'invalid file "vapid.keys": line 2: key id is not distinct'],
);
for my $case (@refused) {
    my ($name, $file, $prepare, $expected) = @{$case};
    my $said = test_with($file, $prepare);
    like($said, qr/\A\Qnginx: [emerg] $expected in \E\S+:\d+\n/, "$file, $name: $expected");
    unlike($said, qr/$secret|B{20}/, "$file, $name: no key is shown");
}

my $poor = WebPush::Edge->new(become => 'www-data');
my $unreadable = $poor->edge_dir . '/default/link.keys';
chmod 0, $unreadable or die "chmod: $!";
is($poor->nginx->try_config($poor->config)->{output} =~ /^(nginx: \[emerg\].*\)) in /m && $1,
    qq(nginx: [emerg] open() "$unreadable" failed (13: Permission denied)), 'a file that may not be read');

# ---- files that others can get at ----

sub mode { my ($mode) = @_; return sub { chmod $mode, $_[0] or die "chmod: $!" } }
my @warned = (
    ['link.keys', mode(0600), ''],
    ['link.keys', mode(0640), ''],
    ['link.keys', mode(0644), 'secret file "link.keys" is readable by others, mode 0644'],
    ['link.keys', mode(0642), 'file "link.keys" is writable by others, mode 0642'],
    ['vapid.keys', mode(0644), ''],
    ['vapid.keys', mode(0666), 'file "vapid.keys" is writable by others, mode 0666'],
);
sub owner { my ($user) = @_; return sub { chown scalar getpwnam($user), -1, $_[0] or die "chown: $!" } }
push @warned, (
    ['link.keys', owner('www-data'), ''],
    ['link.keys', owner('nobody'), 'file "link.keys" belongs to user ' . getpwnam('nobody')
        . ', neither root nor the worker processes\' user'],
) if $> == 0;
for my $case (@warned) {
    my ($file, $prepare, $expected) = @{$case};
    my $said = test_with($file, $prepare);
    is(join("\n", $said =~ /^nginx: (.*) in \S+:\d+$/mg), $expected ? "[warn] $expected" : '',
        $expected || "$file: nothing to warn of");
}

# ---- two generations, and the next ----

sub vapid { return join '', map { "$_ $public\n" } @_ }

sub answers_to {
    my ($client, @keys) = @_;
    return join ' ', map {
        my $token = $edge->delivery_token(key => $_);
        my $cookie = '__Host-webpush_visitor=' . $edge->visitor_token(key => $_);
        $client->post_json('/push/event', { event => 'shown', token => $token })->{status},
            $client->get('/push/c/' . $edge->click_token(key => $_))->{status},
            $client->post_json('/push/event', { event => 'track', name => 'cart' }, [Cookie => $cookie])->{status};
    } @keys;
}

sub strange_vapid_keys {
    my (@ids) = @_;
    my $before = () = $nginx->error_log =~ /with a VAPID key not loaded here/g;
    $edge->client->post_json('/push/subscribe', subscription(vapid => $_)) for @ids;
    return (() = $nginx->error_log =~ /with a VAPID key not loaded here/g) - $before;
}

$edge->add_site('default', 8, 7);
write_file("$folder/vapid.keys", vapid(qw(current1 former11)));
my @first = map { $_->{key} } @{ $edge->{keys}{default} };
my $identity = new_identity_key();
$edge->run;
is(answers_to($edge->client, 0, 1), '202 302 202 202 302 202', 'tokens, links, cookies of both generations verify');
is(strange_vapid_keys(qw(current1 former11)), 0, 'both VAPID keys are known');
is(strange_vapid_keys('nextnext'), 1, 'another is not');

is(visitor_key(), 8, 'the first link key signs');

# The id of the key that a visitor's cookie is signed with.
sub visitor_key {
    my $answer = $edge->client->post_json('/push/subscribe', subscription());
    my ($value) = $answer->{headers}{'set-cookie'} =~ /=([^;]+)/;
    return unpack 'x C', decode_base64url($value);
}

# Its text, which is the key.
sub new_identity_key {
    my $key = encode_base64url(WebPush::Edge::random_octets(32));
    write_file("$folder/identity.keys", "1 $key\n");
    chmod 0600, "$folder/identity.keys";
    return $key;
}

# ---- nothing secret is left behind ----

# The states of SHA-256 by which the module keeps an HMAC key: all that it needs.
sub states {
    my ($key) = @_;
    return map { state_after(($key . "\0" x (64 - length $key)) ^ chr($_) x 64) } 0x36, 0x5c;
}

sub state_after {
    my ($block) = @_;
    my $sha = Digest::SHA->new(256);
    $sha->add($block);
    my ($hex) = $sha->getstate =~ /^H:(.*)$/m;
    return pack 'V8', unpack 'N8', pack 'H*', $hex =~ tr/://dr;
}

# How many of the byte strings are somewhere in the process's memory.
sub in_memory {
    my ($pid, @needles) = @_;
    no warnings 'portable';    # addresses have 64 bits
    my (%found, $content);
    open my $memory, '<:raw', "/proc/$pid/mem" or die "mem: $!";
    for my $line (split /\n/, read_file("/proc/$pid/maps")) {
        my ($from, $to, $rights) = $line =~ /^(\w+)-(\w+) (\S+)/;
        my ($begin, $size) = (hex $from, hex($to) - hex $from);
        next if $rights !~ /^rw/ || $size > 1 << 28;    # AddressSanitizer's shadow is larger
        sysseek $memory, $begin, 0;
        next if !defined sysread $memory, $content, $size;
        $found{$_} = 1 for grep { index($content, $_) >= 0 } @needles;
    }
    return scalar keys %found;
}

sub raw_forms { return map { (padded_forms($_), encode_base64url($_)) } @_ }

# Of identity keys, whose text is what is used.
sub text_forms { return map { (padded_forms($_), decode_base64url($_)) } @_ }

sub padded_forms { my ($key) = @_; return $key, map { $key ^ chr($_) x length $key } 0x36, 0x5c }

my $master = $nginx->pid;
is(in_memory($master, map { states($_) } @first), 4, 'the master has what the keys are used as');
is(in_memory($master, raw_forms(@first)), 0, 'and the keys themselves nowhere');
is(in_memory($master, states($identity)), 2, 'identity keys: what they are used as');
is(in_memory($master, text_forms($identity)), 0, 'identity keys: nothing else');
my ($worker) = $nginx->worker_pids;
is(in_memory($worker, map { states($_) } @first, $identity), 6, 'a worker that has used them has the same');
is(in_memory($worker, raw_forms(@first), text_forms($identity)), 0, 'and no more, either');

my ($former, $stale) = ($identity, $edge->delivery_token(key => 1));
$edge->add_site('default', 9, 8);
$identity = new_identity_key();
my @second = map { $_->{key} } @{ $edge->{keys}{default} };
$nginx->reload;
is(visitor_key(), 9, 'reload: another link key signs');
is(answers_to($edge->client, 0, 1), '202 302 202 202 302 202', 'reload: both of the new generations verify');
is($edge->client->post_json('/push/event', { event => 'shown', token => $stale })->{json}{code}, 'token_invalid',
    'reload: what a key has signed that is gone does not');
is(in_memory($master, map { states($_) } @second), 4, 'reload: the master has the new keys');
is(in_memory($master, map { (states($_), raw_forms($_)) } @first), 0, 'reload: nothing is left of the former');
is(in_memory($master, states($identity)), 2, 'reload: the new identity key');
is(in_memory($master, states($former), text_forms($former, $identity)), 0, 'reload: nothing else of either');
is(in_memory($master, raw_forms(@second)), 0, 'reload: nor of the new ones but their use');

# A file that is refused: its good lines are not kept either.
$edge->add_site('default', 1, 2);
my @third = map { $_->{key} } @{ $edge->{keys}{default} };
write_file("$folder/link.keys", read_file("$folder/link.keys") . "3 short\n");
$nginx->expect_log(qr/\[emerg\] .* invalid file ".*link.keys": line 3/);
$nginx->signal('HUP');
wait_for { $nginx->error_log =~ /\[emerg\] .*line 3/ } 'the refusal';
is(in_memory($master, map { (states($_), raw_forms($_)) } @third), 0, 'refused: nothing is left of it');
is(visitor_key(), 9, 'refused: the workers go on with theirs');

done_testing();
