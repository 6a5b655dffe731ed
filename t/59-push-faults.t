# What push services do wrong, played by pushsim's rules on whole campaigns, and what webpushd makes
# of it: what was surely not taken is sent again at once, what is put off when it was said, what may
# have been taken later and with the same Topic, to Apple not at all. In the end everybody who can be
# reached has it, and is recorded as having it.

use WebPush::Test;
use WebPush::Fleet;

use constant { BROWSERS => 200, PUSHSIM_SEED => 59 };

# Each class of browsers has a push service with a fault of its own: the rule, and what becomes of
# every delivery under it. posts = how often it was sent. An answer is waited for 30 s; Apple's 403 says
# that the subscription was made with another key.
my %cases = (
    'chrome-android' => ['first=1,status=503,retry-after=1', posts => 2, attempt => 1],
    'chrome-desktop' => ['first=1,reset', posts => 2, attempt => 1],
    'firefox-desktop' => ['first=1,stall', posts => 2, attempt => 1],
    'firefox-android' => ['delay=400', posts => 1],
    'edge' => ['first=2,status=429,retry-after=1', posts => 3, attempt => 2],
    'samsung' => ['first=1,refuse', posts => 2],
    'opera' => ['status=400', posts => 1, outcome => 'failed', reason => 'answer', status => 400],
    'safari-macos' => ['status=403', posts => 1, outcome => 'key_mismatch', status => 403],
    'safari-ios' => ['reset', posts => 1, outcome => 'dropped', reason => 'in_doubt', status => 0],
);

my $patient = new_fleet();
$patient->follow_rules(map { "platform=$_,$cases{$_}[0]" } sort keys %cases);
my $long_run = $patient->send($patient->campaign);

my $fleet = new_fleet();
subtest 'GOAWAY' => \&check_goaway;
subtest 'connections that are cut' => \&check_cut;
subtest 'answers that are lost' => \&check_lose;
subtest 'services that are busy at random' => \&check_chance;
subtest 'subscriptions that have ended' => \&check_ended;

my $long = result($patient, $long_run);
subtest "$_: $cases{$_}[0]" => sub { check_class($_) } for sort keys %cases;
is($patient->daemon->sql('SELECT count(*) FROM subscription'), BROWSERS, 'none of this ends a subscription');
done_testing();

# ---- campaigns ----

sub new_fleet {
    my $made = WebPush::Fleet->new(pushsim => { show => 1, seed => PUSHSIM_SEED });
    $made->pushsim->{browsers} = BROWSERS;
    return $made;
}

# A campaign to push services with these rules, from its beginning to its end.
sub play {
    my (@rules) = @_;
    $fleet->follow_rules(@rules);
    return result($fleet, $fleet->send($fleet->campaign));
}

# {deliveries, outcomes, posts, played => [subscriptions for which a rule was played]}
sub result {
    my ($made, $run) = @_;
    $made->wait_finished($run, 90);
    $made->pushsim->stop;
    my $posts = $made->new_posts;
    my $deliveries = $made->deliveries($run);
    my %result = (run => $run, deliveries => $deliveries, outcomes => $made->outcomes($run), posts => $posts);
    $result{played} = [grep { grep { $_->{play} ne '' } @{ $posts->{$_} } } keys %$posts];
    cmp_ok(scalar @{ $result{played} }, '>', 0, 'the rules were played');
    my $counted = $made->daemon->cli('report', $run)->{handled};
    is($counted, scalar keys %$deliveries, 'everybody is counted once');
    return \%result;
}

# ---- one service a class of browsers ----

sub check_class {
    my ($platform) = @_;
    my (undef, %expected) = @{ $cases{$platform} };
    my $posts = delete $expected{posts};
    my %as = (outcome => 'accepted', reason => '', status => 201, attempt => 0, %expected);
    my @all = grep { $long->{deliveries}{$_}{platform} eq $platform } keys %{ $long->{deliveries} };
    cmp_ok(scalar @all, '>', 0, scalar(@all) . ' browsers');
    is_deeply([grep { @{ $long->{posts}{$_} // [] } != $posts } @all], [], "sent to $posts times each");
    my %found = map { (join ' ', @$_{sort keys %as}) => 1 } map { $long->{deliveries}{$_} } @all;
    is_deeply([keys %found], [join ' ', @as{sort keys %as}], 'and recorded as it is');
    my $copies = $as{outcome} eq 'accepted' ? 1 : 0;
    is_deeply([grep { copies($long, $_) != $copies } @all], [], "the browser has $copies");
    return;
}

# How many copies of the message the browser has decrypted.
sub copies { my ($result, $sub) = @_; return $result->{outcomes}{$sub}{accepted} // 0 }

sub is_apple { my ($result, $sub) = @_; return $result->{deliveries}{$sub}{platform} =~ /^safari/ }

sub outcome {
    my ($result, $sub) = @_;
    return join ' ', grep { $_ ne '' } @{ $result->{deliveries}{$sub} }{qw(outcome reason)};
}

# ---- faults of whole connections ----

sub check_goaway {
    my $result = play('share=0.1,first=1,goaway');
    is_deeply([grep { outcome($result, $_) ne 'accepted' } keys %{ $result->{deliveries} }], [], 'all are accepted');
    is_deeply([grep { copies($result, $_) != 1 } keys %{ $result->{deliveries} }], [], 'once');
    is_deeply([grep { @{ $result->{posts}{$_} } < 2 } @{ $result->{played} }], [], 'some at a second attempt');
    return;
}

sub check_cut {
    my @cut = map { one_at($_) } qw(fcm apple);
    my $result = play(map { 'endpoint=' . end_of($_) . ',first=1,cut' } @cut);
    my @all = keys %{ $result->{deliveries} };
    my ($apple) = grep { is_apple($result, $_) } @{ $result->{played} };
    my ($google) = grep { !is_apple($result, $_) } @{ $result->{played} };
    is(outcome($result, $apple), 'dropped in_doubt', 'what was to Apple is given up');
    is(plays($result, $apple), 'cut:0', 'after one attempt');
    is(plays($result, $google), 'cut:0 :201', 'what was not is sent again');
    cmp_ok($result->{deliveries}{$google}{attempt}, '>=', 1, 'later');
    my @others = grep { !is_apple($result, $_) } @all;
    is_deeply([grep { outcome($result, $_) ne 'accepted' } @others], [], 'as what else was on the connection');
    is_deeply([grep { copies($result, $_) == 0 } @others], [], 'and all have it');
    is_deeply([grep { @{ $result->{posts}{$_} // [] } > 1 } grep { is_apple($result, $_) } @all], [],
        'nothing is sent to Apple twice');
    return;
}

sub one_at {
    my ($name) = @_;
    my ($browser) = grep { $_->{endpoint} =~ /\Q$name\E/ } $fleet->pushsim->browsers;
    return $browser->{endpoint};
}

sub end_of { return substr $_[0], -12 }

sub plays {
    my ($result, $sub) = @_;
    return join ' ', map { "$_->{play}:$_->{status}" } @{ $result->{posts}{$sub} };
}

sub check_lose {
    my $result = play('share=0.1,first=1,lose');
    my @all = keys %{ $result->{deliveries} };
    my @apple = grep { is_apple($result, $_) } @{ $result->{played} };
    my @others = grep { !is_apple($result, $_) } @{ $result->{played} };
    is_deeply([grep { !is_apple($result, $_) && outcome($result, $_) ne 'accepted' } @all], [], 'all are accepted');
    is_deeply([grep { copies($result, $_) < 1 } grep { outcome($result, $_) eq 'accepted' } @all], [], 'and have it');
    is_deeply([grep { join(' ', map { $_->{copy} } @{ $result->{posts}{$_} }[0, 1]) ne '1 2' } @others], [],
        'whose answer was lost gets a second copy');
    is_deeply([grep { outcome($result, $_) ne 'dropped in_doubt' || copies($result, $_) != 1 } @apple], [],
        'but not from Apple');
    my $shown = $fleet->events($result->{run})->{shown};
    is_deeply([grep { $_ > 1 } values %$shown], [], 'nobody reports it twice');
    return;
}

# ---- faults by chance, and for good ----

sub check_chance {
    my $result = play('chance=0.3,status=503,retry-after=1');
    my @all = keys %{ $result->{deliveries} };
    is_deeply([grep { outcome($result, $_) ne 'accepted' || copies($result, $_) != 1 } @all], [],
        'all are accepted once');
    is_deeply([grep { $result->{deliveries}{$_}{attempt} != @{ $result->{posts}{$_} } - 1 } @all], [],
        'after as many attempts as it took');
    my $played = @{ $result->{played} };
    my $tolerance = 4 * sqrt 0.3 * 0.7 * BROWSERS;
    cmp_ok(abs($played - 0.3 * BROWSERS), '<', $tolerance, "$played had to wait, about 30 % expected");
    return;
}

sub check_ended {
    $fleet->daemon->sql("UPDATE subscription SET created_at = now() - interval '1 day'");
    my $young = one_at('mozilla');
    $fleet->daemon->sql("UPDATE subscription SET created_at = now() WHERE endpoint = '$young'");
    my $result = play('endpoint=' . end_of($young) . ',first=1,status=404', 'share=0.1,status=410');
    my ($still) = grep { $result->{posts}{$_}[0]{status} == 404 } @{ $result->{played} };
    my @gone = grep { $_ ne $still } @{ $result->{played} };
    is(outcome($result, $still), 'accepted', 'not in its first minute');
    is($result->{deliveries}{$still}{attempt}, 1, 'when it is asked again');
    is_deeply([grep { outcome($result, $_) ne 'gone' } @gone], [], 'a share of them has ended');
    my %there = map { $_ => 1 } $fleet->subscriptions;
    is_deeply([grep { $there{$_} } @gone], [], 'and is no more');
    is(scalar keys %there, BROWSERS - @gone, 'all others are');
    my @others = grep { $there{$_} && $_ ne $still } keys %{ $result->{deliveries} };
    is_deeply([grep { copies($result, $_) != 1 } @others], [], 'and have it');
    return;
}
