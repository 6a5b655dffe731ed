# Link and identity keys that change: a new one is not used before every worker of nginx has said that it
# has loaded it, an old worker that still answers included; what was signed with the former one stays good.

use WebPush::Test;
use WebPush::Edge;
use WebPush::Fleet;
use WebPush::Http;

use Digest::SHA qw(hmac_sha256_hex);
use MIME::Base64 qw(decode_base64url);

my $fleet = WebPush::Fleet->new(workers => 2);
my ($daemon, $nginx) = ($fleet->daemon, $fleet->nginx);
my $edge_files = $daemon->state_dir . '/edge/default';
my $own_files = $daemon->state_dir . '/keys/default';

my $link = link_signed();
is(status_of($link), 302, 'a click link leads on');

subtest 'a new link key' => sub {
    my $answer = $daemon->cli(qw(keys rotate --link));
    is_deeply($answer->{link_keys}, [1, 2], 'stands behind the present one');
    is_deeply([map { [@$_{qw(kind id logs_with)}] } @{ $answer->{waiting_keys} }], [['link', 2, 0]], 'and waits');
    is_deeply([ids("$edge_files/link.keys")], [1, 2], 'nginx may load it');
    is(sprintf('%04o', (stat "$edge_files/link.keys")[2] & 07777), '0640', 'which nobody else may');
    wait_for { (waiting())[0]{logs_without} == 4 } 'all logs of both workers to be known';
    like($daemon->cli_raw('keys')->{stdout}, qr/^new link key +2, not used before nginx has it .*: 0 of 4 logs$/m, 'webpush keys says so');
    my $again = $daemon->cli_raw(qw(keys rotate --link));
    is($again->{exit}, 1, 'no other while it waits');
    like($again->{stderr}, qr/still waits/, 'and why');
};

subtest 'an old worker goes on for a while' => sub {
    my $slow = WebPush::Http->new($nginx->port);
    $slow->send_raw("POST /push/event HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{");
    $nginx->reload;
    wait_for { my ($key) = waiting(); $key->{logs_with} == 4 && $key->{logs_without} == 2 } 'two new workers with it, one old without', 20;
    my $now = $daemon->sql('SELECT now()');
    wait_for { $daemon->sql("SELECT bool_and(up_to > '$now'::timestamptz + interval '3 s') FROM ingest_source") eq 't' } 'a while';
    is_deeply([ids("$own_files/link.keys")], [1, 2], 'so it is not used');
    $slow->abort;
    wait_for { !waiting() } 'all to have it', 20;
    is_deeply([ids("$_/link.keys")], [2, 1], 'then it comes first') for $own_files, $edge_files;
    like($daemon->output, qr/site default: link key 2 is used from now on/, 'which the log says');
    is(status_of($link), 302, 'what the former one has signed leads on');
    is(status_of(link_signed()), 302, 'and so does what this one signs');
};

subtest 'the next one' => sub {
    $daemon->cli(qw(keys rotate --link));
    is_deeply([ids("$own_files/link.keys")], [2, 3], 'drops the first');
};

subtest 'an identity key' => sub {
    my $former = $daemon->cli_raw(qw(keys --show-identity-key))->{stdout};
    $daemon->cli(qw(keys rotate --identity));
    is($daemon->cli_raw(qw(keys --show-identity-key))->{stdout}, $former, 'is not shown before nginx has it');
    $nginx->reload;
    wait_for { !waiting() } 'all to have both', 20;
    my $new = $daemon->cli_raw(qw(keys --show-identity-key))->{stdout};
    isnt($new, $former, 'then it is');
    is_deeply([ids("$own_files/identity.keys")], [2, 1], 'and comes first');
    for my $key ($former, $new) {
        my $http = WebPush::Http->new($nginx->port);
        my ($cookie) = $http->post_json('/push/subscribe', subscription())->{headers}{'set-cookie'} =~ /^([^;]+)/;
        my $proof = hmac_sha256_hex('default:anna', $key =~ s/\n//r);
        my $answer = $http->post_json('/push/event', { event => 'identify', contact => 'anna', proof => $proof },
            [Cookie => $cookie]);
        is($answer->{status}, 200, 'a proof with ' . ($key eq $new ? 'the new' : 'the former') . ' one is taken');
    }
};

$nginx->stop;
$daemon->stop;
done_testing();

# ---- keys ----

sub ids { return map { /^(\d+) / ? $1 : () } split /\n/, read_file($_[0]) }

sub waiting { return @{ $daemon->cli('keys')->{waiting_keys} } }

# A click link as the key signs it that comes first in webpushd's file.
sub link_signed {
    my ($line) = grep { /^\d/ } split /\n/, read_file("$own_files/link.keys");
    my ($id, $key) = split ' ', $line;
    my $signer = bless { keys => { default => [{ id => $id, key => decode_base64url($key) }] } }, 'WebPush::Edge';
    return $signer->click_link(target => '/offers/');
}

sub status_of { return WebPush::Http->new($nginx->port)->get($_[0])->{status} }
