# webpushd sends: every message arrives over HTTP/2, encrypted for its browser alone (decrypted here
# by an independent implementation), signed (verified likewise), with the headers that push services
# ask for; and the database knows.

use WebPush::Test;
use WebPush::Audience;
use WebPush::Crypt;
use WebPush::Daemon;
use WebPush::PushService;

use JSON::PP qw(decode_json);

my $service = WebPush::PushService->start;
my $daemon = WebPush::Daemon->new(args => ['--roles', 'plan,send', $service->arguments])->start;
my $audience = WebPush::Audience->new($daemon);

my @everybody = $audience->subscribe_all(
    (map { { path => "/wpush/v2/mozilla-$_" } } 1 .. 20),
    (map { { service => 'google', path => "/fcm/send/google:$_?a=%2b", platform => 'chrome-desktop' } } 1 .. 20),
    (map { { service => 'apple', path => "/apple-$_", platform => 'safari-macos' } } 1 .. 3),
);
my %subscription = map { $_->{path} => $_ } @everybody;

my $run = $audience->send(
    { title => "Lantern week \x{1f3ee}", body => 'Half price', target => '/lanterns', icon => '/icon.png' },
    urgency => 'high',
);
$audience->wait_finished($run);
my @posts = $service->posts;

is(scalar @posts, scalar @everybody, 'one POST for each subscription');
is_deeply([grep { $_->{refused} } @posts], [], 'the service refuses none');
is_deeply([sort map { $_->{path} } @posts], [sort keys %subscription], 'to the endpoints exactly as they are');
is_deeply([grep { $_->{http} ne '2.0' } @posts], [], 'all over HTTP/2');

my %connections = map { ("$_->{authority} $_->{connection}" => 1) } @posts;
cmp_ok(scalar keys %connections, '<=', 4 * 3, 'over few connections');

my (%topic, %body_key);
for my $post (@posts) {
    my $subscription = $subscription{ $post->{path} };
    my $plaintext = eval { decrypt_message($subscription->{keys}, $post->{body}) };
    my $payload = eval { decode_json($plaintext // '') } // {};
    my $vapid = eval { verify_vapid($post->{headers}{authorization}, "https://$post->{authority}") };
    my $good = ok($plaintext && $vapid, "$post->{path} can be decrypted and verified") or diag($@);
    next if !$good;
    $topic{ $post->{headers}{topic} } = 1;
    $body_key{ substr $post->{body}, 21, 65 } = 1;
    next if $post->{path} !~ /-1$/;
    check_headers($post, $vapid);
    check_payload($payload);
}
is(scalar keys %topic, scalar @posts, 'every Topic is another');
is(scalar keys %body_key, scalar @posts, 'every message has a key of its own');

is_deeply($audience->counts($run), { accepted => scalar @everybody }, 'all are counted as accepted');
is_deeply($audience->counts($run), $audience->counted_rows($run), 'the counters equal the rows');
is($daemon->sql('SELECT count(*) FROM subscription WHERE accepted_at IS NULL'), 0, 'accepted_at is kept');
is($daemon->sql("SELECT count(*) FROM send_job WHERE state <> 'done'"), 0, 'no chunk is left');
is($daemon->sql("SELECT c.state FROM campaign c JOIN run r ON r.campaign = c.id WHERE r.id = $run"),
    'finished', 'the campaign is finished');

my $second = $audience->send({ title => 'Again', target => '/' }, collapse_key => 'news');
$audience->wait_finished($second);
my @again = $service->posts_after(scalar @posts);
is_deeply([grep { $topic{ $_->{headers}{topic} } } @again], [], 'another run has other topics');
my $third = $audience->send({ title => 'And again', target => '/' }, collapse_key => 'news');
$audience->wait_finished($third);
my %news = map { $_->{headers}{topic} => 1 } @again;
is_deeply([grep { !$news{ $_->{headers}{topic} } } $service->posts_after(2 * @posts)], [],
    'runs with the same collapse key replace each other: the same topics');

subtest 'what cannot be sent is said, not sent' => sub {
    my $late = $audience->send({ title => 'Too late', target => '/' }, active => -1);
    $audience->wait_finished($late);
    is_deeply($audience->counts($late), { 'expired/late' => scalar @everybody }, 'after its time: expired');
    is($service->count, 3 * @posts, 'and nothing is on the wire');
};

subtest 'a sender with other keys' => sub {
    my ($vapid) = map { $_->[0] } $daemon->sql("SELECT vapid FROM site WHERE name = 'default'");
    $daemon->sql("UPDATE site SET vapid = 'elsewhere'; UPDATE vapid_key SET id = 'elsewhere'");
    wait_for { $daemon->output =~ /vapid-elsewhere\.key is not on this machine/ } 'the sender to say so';
    my $held = $audience->send({ title => 'Not here', target => '/' });
    wait_for { $audience->state($held) eq 'sending' } 'the run to be planned';
    wait_for { $daemon->sql("SELECT now() > planned_at + interval '1 s' FROM run WHERE id = $held") eq 't' }
        'the sender had its chance';
    is($daemon->sql("SELECT count(*) FROM send_job WHERE run = $held AND epoch > 0"), 0, 'claims nothing');
    $daemon->sql("UPDATE site SET vapid = '$vapid'; UPDATE vapid_key SET id = '$vapid'");
    $audience->wait_finished($held);
    is_deeply($audience->counts($held), { accepted => scalar @everybody }, 'nobody fails for that');
};

subtest 'nothing is loaded while ingest is behind' => sub {
    $daemon->sql("INSERT INTO ingest_source VALUES ('web1', now() - interval '1 hour', now())");
    my $held = $audience->send({ title => 'Held', target => '/' });
    wait_for { $daemon->output =~ /waiting: ingest behind/ } 'the sender to say so';
    is($daemon->sql("SELECT count(*) FROM send_job WHERE run = $held AND epoch > 0"), 0, 'no chunk is claimed');
    $daemon->sql("DELETE FROM ingest_source");
    $audience->wait_finished($held);
    is_deeply($audience->counts($held), { accepted => scalar @everybody }, 'then all are sent');
};

subtest 'nothing is sent for a site without a contact' => sub {
    $daemon->sql("UPDATE site SET contact = ''");
    my $held = $audience->send({ title => 'Who is it?', target => '/' });
    wait_for { $daemon->sql('SELECT now() > max(created_at) + interval \'1.5 s\' FROM run') eq 't' }
        'planner and sender had their chance';
    is($audience->state($held), 'planned', 'the run stays planned');
};

$daemon->stop;
unlike($daemon->output, qr{/wpush/|google:|eyJ}, 'neither endpoints nor tokens are in the log');
done_testing();

sub check_headers {
    my ($post, $vapid) = @_;
    my $headers = $post->{headers};
    is($headers->{'content-encoding'}, 'aes128gcm', 'Content-Encoding');
    is($headers->{'content-type'}, 'application/octet-stream', 'Content-Type');
    is($headers->{urgency}, 'high', 'Urgency');
    cmp_ok($headers->{ttl}, '>', 3500, 'TTL is what is left of the active time');
    cmp_ok($headers->{ttl}, '<=', 3600, 'and not more');
    like($headers->{topic}, qr/^[\w-]{32}$/, 'Topic as Apple takes it');
    is($vapid->{claims}{sub}, 'mailto:push@shop.example', 'the contact is in the token');
    cmp_ok($vapid->{claims}{exp}, '<=', time + 12 * 3600, 'which is valid for 12 hours at most');
    return;
}

sub check_payload {
    my ($payload) = @_;
    my $notification = $payload->{notification};
    is($payload->{web_push}, 8030, 'declarative web push');
    is($notification->{title}, "Lantern week \x{1f3ee}", 'title');
    is($notification->{tag}, "run-$run", 'the tag is the run');
    like($notification->{navigate}, qr{^https://shop\.example/push/c/[\w-]+$}, 'a click link');
    is($notification->{icon}, 'https://shop.example/icon.png', 'the icon is absolute');
    is($payload->{webpush}{run}, $run, 'the worker learns the run');
    return;
}
