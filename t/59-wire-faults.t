# What push services' connections do wrong, played by pushsim on whole campaigns: answers that are broken
# off, never end or are huge, SETTINGS that change while messages are under way, windows that close,
# octets that are nobody's HTTP/2, connections that are not read, certificates of somebody else. Everybody
# who can have it gets it, once wherever that can be known, the next campaign arrives as if nothing had been,
# and webpushd needs no memory for it.

use WebPush::Test;
use WebPush::Fleet;
use WebPush::Process qw(capture);
use WebPush::PushService;

use constant { BROWSERS => 120, GROWTH_MB => 48 };

alarm deadline(300);    # an answer is waited for 30 s

my %certificate = map { $_ => certificate($_) } qw(good expired stranger unknown);
my $trusted = write_file(test_dir() . '/trusted.pem', join '', map { read_file($certificate{$_}{cert}) }
    qw(good expired stranger));

# Played at once while the others are, each at a class of browsers: it takes longest.
my $patient = new_fleet();
$patient->follow_rules;
$patient->pushsim->stop;
my %slow_cases = (
    'answer stalls after its header' => 'platform=chrome-android,first=1,headers',
    'answer reset amid its body' => 'platform=chrome-desktop,first=1,break',
    'answer without an end' => 'platform=firefox-desktop,first=1,flood',
    'answer with a huge header' => 'platform=firefox-android,first=1,swell',
    'window closed for ever' => 'endpoint=' . end_of_one($patient, 'apple') . ',first=1,window',
);
$patient->follow_rules(values %slow_cases);
my $patient_before = memory_mb($patient);
my $long_run = $patient->send($patient->campaign);

my $fleet = new_fleet();
my $before = memory_mb($fleet);
subtest 'SETTINGS: no streams for a time' => sub { check_once('share=0.1,first=1,streams=0,delay=1500') };
subtest 'SETTINGS: one stream for a time' => sub { check_once('share=0.1,first=1,streams=1,delay=1500') };
subtest 'SETTINGS: more streams' => sub { check_once('share=0.1,first=1,streams=1000') };
subtest 'SETTINGS: window closed for a time' => sub { check_once('share=0.1,first=1,window,delay=1500') };
subtest 'connections read slowly' => sub { check_once('share=0.2,first=1,slow,delay=500') };
subtest 'GOAWAY again and again' => sub { check_once('share=0.3,first=1,goaway') };
subtest 'garbage instead of frames' => sub { check_lost('garbage') };
subtest 'closed without an answer' => sub { check_lost('cut') };
subtest 'ENHANCE_YOUR_CALM' => sub {
    check_lost('calm');
    like($fleet->daemon->output, qr/updates\.push\.services\.mozilla\.com: (?:not reachable: )?it is asked too much/,
        'the operator is told');
};
subtest "certificate: $_->[0]" => sub { check_certificate(@$_) }
    for ['expired', qr/certificate has expired/], ['stranger', qr/hostname mismatch/i],
        ['unknown', qr/self-signed certificate/];
# A sanitizer keeps what has been freed.
cmp_ok(memory_mb($fleet) - $before, '<', GROWTH_MB, 'all in bounded memory') if !$ENV{TEST_SANITIZE};
$fleet->follow_rules;
$fleet->wait_finished($fleet->send($fleet->campaign), 60);
cmp_ok(connections($fleet), '>', 0, 'connections are kept');

subtest 'slow ones' => sub {
    $patient->wait_finished($long_run, 120);
    check($patient, $long_run, copies => 1);
    my $posts = $patient->new_posts;
    my %played = map { $_->{play} => 1 } map { @$_ } values %$posts;
    is_deeply([grep { !$played{ /,(\w+)$/ && $1 } } values %slow_cases], [], join(', ', sort keys %slow_cases));
    check_next($patient);
    cmp_ok(memory_mb($patient) - $patient_before, '<', GROWTH_MB, 'in bounded memory') if !$ENV{TEST_SANITIZE};
};
wait_for { connections($fleet) == 0 } 'idle connections to be closed, before services do it', 120;
done_testing();

# ---- campaigns ----

sub new_fleet {
    my $made = WebPush::Fleet->new(pushsim => {
        show => 1, seed => 60, tls => $certificate{good}, ca => $trusted,
    });
    $made->pushsim->{browsers} = BROWSERS;
    return $made;
}

# The fault takes nothing from anybody: all get it, once.
sub check_once {
    my ($rule) = @_;
    $fleet->follow_rules($rule);
    my $run = $fleet->send($fleet->campaign);
    $fleet->wait_finished($run, 90);
    check($fleet, $run, copies => 1);
    check_next($fleet);
    return;
}

# The fault takes a connection with all that is under way: some get a second copy.
sub check_lost {
    my ($play) = @_;
    $fleet->follow_rules('endpoint=' . end_of_one($fleet, 'mozilla') . ",first=1,$play");
    my $run = $fleet->send($fleet->campaign);
    $fleet->wait_finished($run, 90);
    check($fleet, $run, copies => 2);
    check_next($fleet);
    return;
}

sub end_of_one {
    my ($of, $name) = @_;
    my ($browser) = grep { $_->{endpoint} =~ /\Q$name\E/ } $of->pushsim->browsers;
    return substr $browser->{endpoint}, -12;
}

# Nothing is sent to whoever has the wrong certificate, and nothing is lost.
sub check_certificate {
    my ($name, $problem) = @_;
    $fleet->pushsim->{tls} = $certificate{$name};
    $fleet->follow_rules;
    $fleet->new_posts;
    my $seen = length $fleet->daemon->output;
    my $run = $fleet->send($fleet->campaign);
    wait_for { substr($fleet->daemon->output, $seen) =~ /not reachable: $problem/ } 'the operator to be told', 30;
    is_deeply($fleet->new_posts, {}, 'nothing is sent');
    $fleet->pushsim->stop;
    $fleet->pushsim->{tls} = $certificate{good};
    $fleet->follow_rules;
    $fleet->wait_finished($run, 90);
    check($fleet, $run, copies => 1);
    $fleet->pushsim->stop;
    return;
}

# Everybody has at least one copy, at most so many, and is counted once.
sub check {
    my ($of, $run, %at_most) = @_;
    my $deliveries = $of->deliveries($run);
    is(scalar keys %$deliveries, BROWSERS, 'everybody is recorded');
    is_deeply([grep { $_->{outcome} ne 'accepted' } values %$deliveries], [], 'as accepted');
    my $summary = wait_for { my $now = $of->pushsim->summary->{runs}{$run}; ($now->{accepted} // 0) >= BROWSERS && $now }
        'its summary';
    cmp_ok($summary->{accepted}, '<=', BROWSERS * $at_most{copies}, "in $at_most{copies} copies at most");
    return;
}

sub check_next {
    my ($of) = @_;
    my $next = $of->send($of->campaign);
    $of->wait_finished($next, 60);
    my $deliveries = $of->deliveries($next);
    is(scalar(grep { $_->{outcome} eq 'accepted' && $_->{attempt} == 0 } values %$deliveries), BROWSERS,
        'the next campaign arrives at once');
    $of->pushsim->stop;
    return;
}

# How many there are to its push services.
sub connections {
    my ($of) = @_;
    my $remote = sprintf '%04X', $of->pushsim->port;
    return scalar(() = read_file('/proc/net/tcp') =~ /^ *\d+: \w+:\w+ \w+:$remote 01 /mg);
}

# Its highest so far.
sub memory_mb { return read_file('/proc/' . $_[0]->daemon->pid . '/status') =~ /^VmHWM:\s+(\d+) kB$/m && $1 / 1024 }

# ---- certificates ----

# Their own authorities, all but one trusted.
sub certificate {
    my ($name) = @_;
    my $dir = test_dir() . "/certificate-$name";
    mkdir $dir or die "mkdir $dir: $!";
    my @hosts = $name eq 'stranger' ? 'push.example' : values %WebPush::PushService::HOST;
    my $tls = WebPush::PushService::certificate($dir, @hosts);
    return $name eq 'expired' ? expired($tls) : $tls;
}

# The same once more, valid until now.
sub expired {
    my ($tls) = @_;
    my $result = capture(['openssl', 'x509', '-in', $tls->{cert}, '-signkey', $tls->{key}, '-days', '-1',
        '-out', "$tls->{cert}.new"]);
    die "openssl: $result->{stderr}\n" if $result->{exit} != 0;
    rename "$tls->{cert}.new", $tls->{cert} or die "rename: $!";
    return $tls;
}
