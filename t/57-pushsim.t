# pushsim plays push services and their browsers: they subscribe through nginx, get a campaign, show,
# dismiss and click by the given probabilities, and what it knows of each is what the database knows.
# What it took, an independent implementation can verify and decrypt; what real services refuse, it
# refuses, in their words.

use WebPush::Test;
use WebPush::Crypt;
use WebPush::Daemon;
use WebPush::Nginx;
use WebPush::Process qw(capture);
use WebPush::Pushsim;
use WebPush::Shop;

use JSON::PP qw(decode_json encode_json);

use constant { BROWSERS => 200, SHOW => 0.8, CLOSE => 0.25, CLICK => 0.3, RECHECKED => 20 };

my $nginx = WebPush::Nginx->new;
my $origin = shop_origin($nginx);
my $pushsim = WebPush::Pushsim->new(
    browsers => BROWSERS, show => SHOW, close => CLOSE, click => CLICK, seed => 20261122,
    rules => ['platform=chrome-android,first=1,status=503,retry-after=1', 'chance=0.1,refuse'],
);
my $daemon = WebPush::Daemon->new(args => [$pushsim->daemon_arguments])->start;
$daemon->cli(qw(site set default --origin), $origin, qw(--contact mailto:push@shop.example));
my $state = $daemon->state_dir;
# A visitor's address comes as from a proxy in front: nginx.conf allows each so many requests.
my $config = shop_config(edge => "$state/edge", log => "$state/log");
$config =~ s/^http \{/http { set_real_ip_from 127.0.0.1; real_ip_header X-Forwarded-For;/m or die;
$nginx->write_config($config);
$nginx->run;

$pushsim->start($origin);
wait_for { $daemon->sql('SELECT count(*) FROM subscription') == BROWSERS } 'the subscriptions';
check_audience();

my $campaign = $daemon->cli(qw(campaign create --name Sim --title), 'Lantern week', qw(--target /offers/));
my $run = $daemon->cli(qw(campaign send), $campaign->{id}, '--wait')->{id};
my $known = wait_until_settled(BROWSERS);
is($known->{acknowledged}, BROWSERS, 'the edge has answered every browser');
is($known->{runs}{$run}{accepted}, BROWSERS, 'every browser got the campaign');
cmp_ok($known->{posts}, '>', BROWSERS, 'some at a second attempt');
check_share($known->{shown}, reporting_browsers() * SHOW, 'shown');
check_share($known->{clicked}, BROWSERS * SHOW * CLICK, 'clicked');
check_share($known->{closed}, reporting_browsers() * SHOW * CLOSE, 'closed');

subtest 'refused as real push services refuse' => \&check_refusals;

$pushsim->stop;
check_database();
check_posts($pushsim->posts);

subtest 'a second start goes on with the same browsers' => sub {
    my $subscriptions = () = $nginx->access_log =~ m{POST /push/subscribe}g;
    $pushsim->start($origin);
    my $again = $daemon->cli(qw(campaign send), copy_of_campaign(), '--wait')->{id};
    wait_until_settled(2 * BROWSERS);
    $pushsim->stop;
    is($pushsim->summary->{runs}{$again}{accepted}, BROWSERS, 'which get the next campaign');
    check_database();
    my $now = () = $nginx->access_log =~ m{POST /push/subscribe}g;
    is($now, $subscriptions, 'which do not subscribe again');
    is($daemon->sql('SELECT count(*) FROM subscription'), BROWSERS, 'and are no more');
    is($pushsim->summary->{runs}{$run}{shown}, $known->{shown}, 'nor forget what they have shown');
};

subtest 'what it cannot do it says' => sub {
    like(complaint(rules => ['moon=full']), qr/^1 .*not understood: "moon=full"/, 'a rule');
    like(complaint(args => ['--subdomain', 'Push.Sim']), qr/^\d+ .*not a label .*: Push\.Sim$/m, 'a name');
    like(complaint(close => 0.9), qr/^1 .*together are more than 1/, 'probabilities');
    like(complaint(tls => { cert => '/nowhere', key => '' }), qr{^1 .*certificate from /nowhere}, 'a certificate');
    my $help = capture([build_path('pushsim'), '--help']);
    like($help->{stdout}, qr/^Example .*--browsers 5000/ms, '--help has an example');
};

done_testing();

# ---- the audience ----

sub check_audience {
    my %there = map { @$_ } $daemon->sql(
        "SELECT endpoint, platform || ' ' || time_zone || ' ' || language FROM subscription");
    my %made = map { ($_->{endpoint} => "$_->{platform} $_->{tz} $_->{lang}") } $pushsim->browsers;
    is_deeply(\%there, \%made, 'each with its platform, time zone and language');
    my %platforms = map { $_->{platform} => 1 } $pushsim->browsers;
    cmp_ok(scalar keys %platforms, '>=', 7, 'of many kinds');
    return;
}

sub reporting_browsers { return scalar grep { $_->{platform} !~ /^safari/ } $pushsim->browsers }

# Visitors take their time; they have done what they will when two summaries are the same and the
# database has it.
sub wait_until_settled {
    my ($accepted) = @_;
    my ($before, $summary) = ('', undef);
    wait_for {
        $summary = $pushsim->summary;
        my $now = encode_json([@$summary{qw(accepted shown closed clicks)}]);
        my $same = $now eq $before && rows('shown') == $summary->{shown}
            && rows('click') == $summary->{clicks} && rows('closed') == $summary->{closed};
        $before = $now;
        select undef, undef, undef, 0.6 if !$same;    # longer than between two summaries
        $same && $summary->{accepted} == $accepted;
    } 'the visitors', 20;
    return $summary;
}

sub rows { return scalar $daemon->sql("SELECT count(*) FROM event WHERE kind = '$_[0]'") }

# Four standard deviations of a binomial distribution: the seed is fixed, so this holds or not.
sub check_share {
    my ($number, $expected, $name) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $tolerance = 4 * sqrt $expected;
    return ok(abs($number - $expected) < $tolerance, "$name: $number, about $expected expected");
}

sub copy_of_campaign {
    return $daemon->cli(qw(campaign create --name Again --title Again --target /))->{id};
}

sub complaint {
    my (%change) = @_;
    my $result = capture([(bless { %$pushsim, %change }, ref $pushsim)->command($origin)]);
    return "$result->{exit} $result->{stderr}";
}

# ---- what both sides know ----

sub check_database {
    my %database = map {
        my ($id, $of_run, @what) = @$_;
        (encode_base64url(pack 'H*', $id =~ s/-//gr) . " $of_run" => "@what")
    } $daemon->sql(<<'SQL');
        SELECT d.subscription, d.run,
            count(*) FILTER (WHERE e.kind = 'shown'), count(*) FILTER (WHERE e.kind = 'closed'),
            count(*) FILTER (WHERE e.kind = 'click')
        FROM delivery d LEFT JOIN event e ON e.run = d.run AND e.subscription = d.subscription
        WHERE d.outcome = 'accepted' GROUP BY 1, 2
SQL
    my $outcomes = $pushsim->outcomes;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my %simulator = map { ($_ => "@{$outcomes->{$_}}{qw(shown closed clicks)}") } keys %$outcomes;
    return is_deeply(\%database, \%simulator, 'database and simulator agree, subscription by subscription');
}

# ---- what was sent ----

sub check_posts {
    my @posts = grep { $_->{copy} == 1 } @_;
    my %browser = map { $_->{endpoint} => $_ } $pushsim->browsers;
    is(scalar @posts, BROWSERS, 'the log of posts has each');
    my @chosen = map { $posts[$_ * @posts / RECHECKED] } 0 .. RECHECKED - 1;
    my @wrong = grep { defined } map { wrong_with($_, $browser{"https://$_->{authority}$_->{path}"}) } @chosen;
    return is(join("\n", @wrong), '', RECHECKED . ' of them hold before an independent implementation');
}

# undef, or why an independent implementation would not have taken it.
sub wrong_with {
    my ($post, $browser) = @_;
    my $private = p256_private($browser->{private});
    my $keys = {
        private => $private, auth => $browser->{auth},
        p256dh => encode_base64url($private->export_key_raw('public')),
    };
    my $good = eval {
        my $payload = decode_json(decrypt_message($keys, decode_base64url($post->{body})));
        $payload->{webpush}{run} == $post->{run} or die "another run\n";
        verify_vapid($post->{headers}{authorization}, "https://$post->{authority}");
        1;
    };
    return $good ? undef : "$post->{path}: $@";
}

# ---- refusals ----

sub check_refusals {
    my ($good) = grep { $_->{run} && $_->{authority} =~ /mozilla/ } $pushsim->posts;
    my ($apple) = grep { $_->{run} && $_->{authority} =~ /apple/ } $pushsim->posts;
    my ($google) = grep { $_->{run} && $_->{authority} =~ /google/ } $pushsim->posts;
    my ($windows) = grep { $_->{run} && $_->{authority} =~ /windows/ } $pushsim->posts;
    my $stranger = stranger("https://$good->{authority}");

    like(answer_to($good), qr{^201 .*"location":"https://\Q$good->{authority}\E/m/\d+}, 'the same again is taken');
    like(answer_to($good, ttl => undef), qr/^400 .*"errno":111/, 'no TTL');
    like(answer_to($good, ttl => 'soon'), qr/^400 .*"errno":111/, 'no number in it');
    like(answer_to($good, urgency => 'urgent'), qr/^400 /, 'unknown Urgency');
    like(answer_to($good, topic => 'x' x 33), qr/^400 .*"errno":113/, 'Topic too long');
    like(answer_to($apple, topic => 'x' x 13), qr/^400 .*BadWebPushTopic/, 'Topic that Apple cannot decode');
    like(answer_to($windows, ttl => 0), qr/^400 .*conflicts with X-WNS-Cache-Policy/, "Windows' TTL 0");
    like(answer_to($good, 'content-encoding' => undef), qr/^400 .*"errno":110/, 'no Content-Encoding');
    like(answer_to($good, 'crypto-key' => 'dh=x'), qr/^400 .*"errno":110/, 'headers of another coding');
    like(answer_to($good, body => substr($good->{body}, 0, 28) . 'A' . substr($good->{body}, 29)),
        qr/^400 .*"errno":110/, 'another length of the key');
    like(answer_to($good, body => 'A' x 5464), qr/^413 .*"errno":104/, 'more than 4096 octets');
    like(answer_to($good, authorization => undef), qr/^401 .*"errno":109/, 'no signature');
    like(answer_to($good, authorization => $apple->{headers}{authorization}), qr/^401 .*"errno":109/,
        'a token for another service');
    like(answer_to($good, authorization => $stranger), qr/^401 .*"errno":109/, "a stranger's key");
    like(answer_to($google, authorization => stranger("https://$google->{authority}")),
        qr/^403 .*do not correspond to the credentials/, 'which Google tells in words');
    like(answer_to($apple, authorization => stranger("https://$apple->{authority}")),
        qr/^403 .*VapidPkHashMismatch/, 'and Apple by a reason');
    like(answer_to($good, authorization => $good->{headers}{authorization} =~ s/, k=/A, k=/r),
        qr/^401 /, 'a signature that does not hold');
    like(answer_to($good, authorization => stranger("https://$good->{authority}", 90000)), qr/^401 /,
        'a token that lives for more than a day');
    like(answer_to({ %$good, path => '/wpush/v2/nobody' }), qr/^404 .*"errno":102/, 'an unknown endpoint');
    return;
}

# A token of somebody whose key no browser has subscribed with.
sub stranger {
    my ($audience, $seconds) = @_;
    my $key = Crypt::PK::ECC->new->generate_key('secp256r1');
    my $text = join '.', map { encode_base64url(encode_json($_)) } { typ => 'JWT', alg => 'ES256' },
        { aud => $audience, exp => time + ($seconds // 3600), sub => 'mailto:push@shop.example' };
    my $signature = encode_base64url($key->sign_message_rfc7518($text, 'SHA256'));
    return "vapid t=$text.$signature, k=" . encode_base64url($key->export_key_raw('public'));
}

# "<status> <headers and body as JSON>" for the post with other headers (undef: without), or body.
# A rule refuses some streams at random; curl tries again.
sub answer_to {
    my ($post, %change) = @_;
    my $body = decode_base64url(delete $change{body} // $post->{body});
    my %headers = (%{ $post->{headers} }, %change);
    delete $headers{'content-length'};
    my @headers = map { ('-H', defined $headers{$_} ? "$_: $headers{$_}" : "$_:") } sort keys %headers;
    my $result = capture([
        qw(curl -sS --http2 --retry 20 --retry-delay 0 --retry-all-errors --data-binary @-), '--cacert', $pushsim->ca,
        '--resolve', "$post->{authority}:443:127.0.0.1", '--connect-to', "::127.0.0.1:" . $pushsim->port,
        '-w', "\n%{http_code} %{header_json}", @headers, "https://$post->{authority}$post->{path}",
    ], stdin => $body);
    my ($text, $status, $answer) = $result->{stdout} =~ /^(.*)\n(\d+) (\{.*)/s
        or return "no answer: $result->{stderr}";
    my $flat = encode_json(decode_json($answer)) =~ s/[\[\]]//gr;
    return "$status $flat $text";
}
