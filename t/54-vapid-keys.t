# VAPID keys that change: each subscription is sent to with the key that it was made with, also after
# another one has taken its place; no key goes while somebody needs it; and one whose file is missing
# holds up nobody else.

use WebPush::Test;
use WebPush::Audience;
use WebPush::Daemon;
use WebPush::Http;
use WebPush::PushService;

use JSON::PP qw(decode_json);
use MIME::Base64 qw(decode_base64url);

my $service = WebPush::PushService->start;
my $daemon = WebPush::Daemon->new(args => [$service->arguments])->start;
my $audience = WebPush::Audience->new($daemon);
my $http = WebPush::Http->at_socket($daemon->admin_socket);
my $folder = $daemon->state_dir . '/keys/default';
my $first = keys_of()->{vapid};

my ($unsaid) = $audience->subscribe(path => '/wpush/v2/unsaid', vapid => '');
my ($old) = $audience->subscribe(path => '/wpush/v2/old', vapid => $first);
my $second;

subtest 'another key takes its place' => sub {
    my $answer = $daemon->cli(qw(keys rotate --vapid));
    $second = $answer->{vapid};
    isnt($second, $first, 'it is another');
    is_deeply([map { [@$_{qw(id subscriptions)}, $_->{here} ? 1 : 0] } @{ $answer->{vapid_keys} }],
        [[$second, 0, 1], [$first, 2, 1]], 'the former one stays, with those that were made with it');

    my $edge = $daemon->state_dir . '/edge/default';
    is(decode_json(read_file("$edge/public/config.json"))->{vapid}, $second, 'browsers subscribe with the new one');
    is_deeply([map { (split)[0] } split /\n/, read_file("$edge/vapid.keys")], [$second, $first], 'nginx gets to know both');
    is(sprintf('%04o', (stat "$folder/vapid-$second.key")[2] & 07777), '0600', 'its file is secret');

    my ($new) = $audience->subscribe(path => '/wpush/v2/new', vapid => $second);
    my $run = $audience->send({ title => 'Both', target => '/' });
    $audience->wait_finished($run);
    is_deeply({ map { $_->{path} => key_of($_) } $service->posts },
        { $unsaid->{path} => $first, $old->{path} => $first, $new->{path} => $second }, 'each is sent to with its own');
};

subtest 'what cannot be done' => sub {
    refused('a key in use', { vapid => $first }, 409, 'conflict', qr/2 subscriptions were made with it/);
    refused('the current key', { vapid => $second }, 409, 'conflict', qr/current/);
    refused('no key', { vapid => 'unknown' }, 404, 'not_found', qr/no VAPID key/);
    refused('no such member', { link => 1 }, 422, 'field_invalid', qr//);
    is($http->post_json('/v1/sites/default/keys/rotate', { kind => 'other' })->{json}{field}, 'kind', 'nor what is no key');
    my $told = $daemon->cli_raw(qw(keys retire), $first);
    is($told->{exit}, 1, 'webpush keys retire fails');
    like($told->{stderr}, qr/2 subscriptions were made with it/, 'and says why');
    ok(-e "$folder/vapid-$first.key", 'the key is still there');
    like($daemon->cli_raw('keys')->{stdout}, qr/^older VAPID key +$first, 2 subscriptions$/m, 'webpush keys tells how many need it');
};

my $waiting;
subtest "a key's file is missing" => sub {
    rename "$folder/vapid-$first.key", "$folder/away" or die "rename: $!";
    restart();
    my $alarm = wait_for { (alarms())[0] } 'the alarm';
    like($alarm->{key}, qr/^no_key:\S+:$first$/, 'an alarm');
    like($alarm->{text}, qr{\Q$folder\E/vapid-$first\.key is missing}, 'names the file');
    $waiting = $audience->send({ title => 'Missing', target => '/' });
    wait_for { $daemon->sql("SELECT count(*) FROM deferred WHERE run = $waiting AND reason = 'no_key'") == 2 } 'those to wait';
    wait_for { $daemon->sql("SELECT count(*) FROM delivery WHERE run = $waiting AND outcome = 'accepted'") == 1 } 'the other to be sent';
    is($daemon->sql("SELECT count(*) FROM delivery WHERE run = $waiting"), 1, 'nothing has failed');
    like($daemon->cli_raw('keys')->{stdout}, qr/$first, 2 subscriptions, ITS FILE IS MISSING$/m, 'webpush keys says so, too');
};

subtest 'it is put back' => sub {
    rename "$folder/away", "$folder/vapid-$first.key" or die "rename: $!";
    wait_for { !alarms() } 'the alarm to be over', 20;
    $daemon->sql("UPDATE deferred SET not_before = now() WHERE run = $waiting");
    $audience->wait_finished($waiting);
    is_deeply($audience->counts($waiting), { accepted => 3 }, 'everybody has it');
};

subtest 'all are missing' => sub {
    for my $id ($first, $second) { rename "$folder/vapid-$id.key", "$folder/away-$id" or die "rename: $!" }
    restart();
    my $alarm = wait_for { (alarms())[0] } 'the alarm';
    like($alarm->{text}, qr{nothing is sent for the site from this machine: no VAPID key in \Q$folder\E}, 'nothing is sent');
    my $run = $audience->send({ title => 'None', target => '/' });
    wait_for { $daemon->sql("SELECT state FROM run WHERE id = $run") eq 'sending' } 'the run';
    for my $id ($first, $second) { rename "$folder/away-$id", "$folder/vapid-$id.key" or die "rename: $!" }
    wait_for { !alarms() } 'the alarm to be over', 20;
    $audience->wait_finished($run);
    is_deeply($audience->counts($run), { accepted => 3 }, 'nothing has failed');
};

subtest 'nobody uses the former one any more' => sub {
    $daemon->sql("DELETE FROM subscription WHERE vapid = '$first'");
    my $answer = $daemon->cli(qw(keys retire), $first);
    is_deeply([map { $_->{id} } @{ $answer->{vapid_keys} }], [$second], 'it goes');
    ok(!-e "$folder/vapid-$first.key", 'and so does its file');
    is_deeply([alarms()], [], 'that is no alarm');
};

$daemon->stop;
done_testing();

sub keys_of { return $daemon->cli('keys') }

sub alarms { return @{ $daemon->cli('status')->{alarms} } }

sub restart {
    $daemon->stop;
    $daemon->start;
    $http = WebPush::Http->at_socket($daemon->admin_socket);
    return;
}

# The id of the key that a message was signed with.
sub key_of {
    my ($post) = @_;
    require Digest::SHA;
    my ($public) = $post->{headers}{authorization} =~ /k=(\S+)/;
    my $digest = Digest::SHA::sha256(decode_base64url($public));
    return substr MIME::Base64::encode_base64url($digest), 0, 8;
}

sub refused {
    my ($name, $what, $status, $code, $detail) = @_;
    my $answer = $http->post_json('/v1/sites/default/keys/retire', $what);
    is("$answer->{status} $answer->{json}{code}", "$status $code", $name);
    like($answer->{json}{detail} // '', $detail, "$name: why");
    return;
}
