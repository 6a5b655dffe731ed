# `make run`: the whole of it with a few hundred browsers. It ends well only when database, event logs
# and simulator agree; the next run goes on with its data; what is in its way it says, and what to do;
# and however it ends, nothing is left running.

use WebPush::Test;
use WebPush::Nginx;
use WebPush::Process qw(capture);

use constant BROWSERS => 200;

my $run = root() . '/conf-examples/demo/run';
my ($shop_port, $push_port) = (free_port(), free_port());
my $dir = test_dir() . '/demo';
my $programs = test_dir() . '/bin';    # that come before the system's
mkdir $programs or die "mkdir $programs: $!";
wrap_nginx() if $ENV{TEST_SANITIZE};

like(capture(['make', '-n', 'run'], env => { MAKEFLAGS => undef })->{stdout}, qr{conf-examples/demo/run$}m,
    'make run is what is tested here');

subtest 'DEMO=once: a campaign, its report, an end' => sub {
    my $once = capture([$run], env => settings(DEMO => 'once'));
    is($once->{exit}, 0, 'all agree') or diag("$once->{stdout}$once->{stderr}");
    like($once->{stdout}, qr/^subscribed: 200 of 200\b/m, 'the browsers subscribe');
    like($once->{stdout}, qr/^finished: 200 of 200, accepted 200, /m, 'and get the campaign');
    like($once->{stdout}, qr/^Run 1, campaign 1 "Lantern week", site default: finished$/m, 'its report');
    like($once->{stdout}, qr/^Yes: 200 accepted, \d+ shown, \d+ closed, \d+ clicked\.$/m, 'which is true');
    unlike($once->{stdout}, qr/[\r\e]/, 'plain lines in a pipe');
    is_nothing_left();
};

subtest 'the next run goes on with the data, and stays' => sub {
    my $demo = start();
    await($demo, 'The demo is up');
    like($demo->output, qr/^subscriptions +200$/m, 'the browsers of before');
    like($demo->output, qr/^Run 2, .*\n.*\n\naudience +200 *\naccepted +200 /m, 'get the next campaign');
    like($demo->output, qr{^  the shop +http://127.0.0.1:$shop_port/ .*^  stop +Ctrl-C}ms, 'what to do now');

    subtest 'for people, too' => \&check_shop;
    subtest 'in the way of another one' => \&check_refusals;
    subtest 'agreement' => \&check_agreement;

    kill 'KILL', pid_of('pushsim');
    is($demo->wait_end, 'exit 1', 'a part that dies ends it');
    like($demo->output,
        qr/^make run: pushsim has ended, exit status 137; .*pushsim.log:\n(?: +pushsim: .*\n)* +pushsim: .* clicked$/m,
        'and it says which, and its last words');
    is_nothing_left();
};

subtest 'Ctrl-C' => sub {
    for my $case (
        ['==> webpushd', 'INT', 'exit 130'], ['==> nginx', 'HUP', 'exit 129'], ['==> pushsim', 'INT', 'exit 130'],
        ['==> webpush campaign send', 'INT', 'exit 130'], ['==> webpush campaign send', 'TERM', 'exit 143'],
        ['The demo is up', 'INT', 'exit 0'],
    ) {
        my ($moment, $signal, $status) = @$case;
        my $demo = start(BROWSERS => 400);
        await($demo, $moment);
        my $group = $signal eq 'INT' ? -1 : 1;    # the terminal tells all of its foreground
        kill $signal, $group * $demo->pid;
        is($demo->wait_end, $status, "$signal at \"$moment\": $status");
        like($demo->output, qr/^Yes: 400 accepted/m, 'all is well after what was broken off') if $status eq 'exit 0';
        is_nothing_left();
    }
};

subtest 'what is wrong is said, and what to do' => sub {
    complains('a part that does not start', { PATH => broken_nginx() },
        qr/nginx has ended, exit status 3; the last lines of .*nginx.log:\n +nginx: no luck today$/m);
    my $file = write_file(test_dir() . '/file', '');
    complains('a directory that cannot be', { DEMO_DIR => "$file/demo" },
        qr{cannot write to $file/demo\n +Give another directory: make run DEMO_DIR=/tmp/}m);
    complains('too long a path', { DEMO_DIR => test_dir() . '/long' x 20 }, qr/the path .* is too long .*\n +Give a shorter one/);
    complains('no port', { SHOP_PORT => 'http' }, qr/SHOP_PORT=http is no port/);
    complains('one port for both', { SHOP_PORT => $push_port }, qr/SHOP_PORT and PUSH_PORT are both $push_port/);
    complains('no number', { BROWSERS => 'many' }, qr/BROWSERS=many is no number/);
    complains('another DEMO', { DEMO => 'twice' }, qr/DEMO=twice is not known, only DEMO=once is/);
};

subtest 'as root, where only root may be' => \&check_closed_checkout if $> == 0;

done_testing();

# ---- running ----

# With the libraries that a module built with a sanitizer needs.
sub wrap_nginx {
    my $environment = WebPush::Nginx->new->environment;
    my $exports = join '', map { "export $_='$environment->{$_}'\n" } sort keys %$environment;
    chmod 0755, write_file("$programs/nginx", qq(#!/bin/sh\n${exports}exec /usr/sbin/nginx "\$@"\n));
    return;
}

sub settings {
    my (%change) = @_;
    return {
        PATH => "$programs:$ENV{PATH}", DEMO_DIR => $dir, BROWSERS => BROWSERS, SHOP_PORT => $shop_port,
        PUSH_PORT => $push_port, WEBPUSH_BUILD => build_path('') =~ s{/$}{}r, DEMO => undef, %change,
    };
}

sub start {
    my (%change) = @_;
    local $SIG{HUP} = 'DEFAULT';    # whatever the tests were started with
    return WebPush::Process->start('run', [$run], env => settings(%change));
}

sub await {
    my ($demo, $text) = @_;
    $demo->wait_until(qq("$text"), sub { $demo->output =~ /^\Q$text\E/m }, 60);
    return;
}

sub complains {
    my ($name, $change, $pattern) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $result = capture([$run], env => settings(%$change));
    is($result->{exit}, 1, "$name: exit 1");
    like($result->{stderr}, qr/^make run: $pattern/, $name);
    is_nothing_left();
    return;
}

sub is_nothing_left {
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my @left = map { WebPush::Test::process_name($_) } WebPush::Test::descendants();
    is("@left", '', 'nothing is left running');
    return;
}

sub pid_of {
    my ($name) = @_;
    my ($pid) = grep { WebPush::Test::process_name($_) =~ m{^\d+ \S*/$name } } WebPush::Test::descendants();
    return $pid // die "no $name runs\n";
}

# ---- while it is up ----

sub check_shop {
    for my $path ('/', '/offers/lantern-week/', '/push/sdk.js', '/push/sw.js', '/push/config.json') {
        like(capture(['curl', '-sSi', "http://127.0.0.1:$shop_port$path"])->{stdout}, qr{^HTTP/1.1 200 }, $path);
    }
    my @redirected = read_file("$dir/webpushd.log") =~ /--push-redirect: messages for (\S+)/g;
    is(join(' ', sort @redirected), 'pushsim.fcm.googleapis.com pushsim.notify.windows.com pushsim.push.apple.com'
        . ' pushsim.push.services.mozilla.com', 'real push services are not redirected');
    return;
}

sub check_refusals {
    my $other = test_dir() . '/other';
    refuses('at the same time', {}, qr/another make run is using $dir\n +Stop it with Ctrl-C/);
    refuses('the port is taken', { DEMO_DIR => $other, PUSH_PORT => free_port() },
        qr/port $shop_port of 127.0.0.1 is taken\n +Choose another: make run SHOP_PORT=\d+$/m);
    refuses('the other port is taken', { DEMO_DIR => $other, SHOP_PORT => free_port() },
        qr/port $push_port of 127.0.0.1 is taken\n +Choose another: make run PUSH_PORT=\d+$/m);
    return;
}

sub refuses {
    my ($name, $change, $pattern) = @_;
    my $result = capture([$run], env => settings(%$change));
    is($result->{exit}, 1, "$name: exit 1");
    like($result->{stderr}, qr/^make run: $pattern/, $name);
    return;
}

# The simulator's word about one subscription, changed.
sub check_agreement {
    my $outcomes = read_file("$dir/outcomes.jsonl");
    like(agree(), qr/^0 Yes: 200 accepted/, 'yes');
    my %changes = (
        shown => sub { s/"run":2,(.*)"shown":1/"run":2,$1"shown":0/ },
        clicks => sub { s/"run":2,(.*)"clicks":0/"run":2,$1"clicks":1/ },
        accepted => sub { s/^.*"run":2,.*\n//m },
    );
    for my $what (sort keys %changes) {
        my $changed = $outcomes;
        $changes{$what}->() for $changed;
        isnt($changed, $outcomes, "$what changed");
        write_file("$dir/outcomes.jsonl", $changed);
        like(agree(), qr/^1 No: subscription \S{22}: database accepted=1 .*simulator .*$what=/m, "no: $what");
    }
    write_file("$dir/outcomes.jsonl", $outcomes);
    return;
}

sub agree {
    my $result = capture([root() . '/conf-examples/demo/agree', build_path('webpush'), $dir, 2],
        env => { WEBPUSH_SOCKET => "$dir/state/run/admin.sock" });
    return "$result->{exit} $result->{stdout}$result->{stderr}";
}

# ---- what is in the way ----

# A PATH with an nginx that ends at once.
sub broken_nginx {
    my $folder = test_dir() . '/broken';
    mkdir $folder or die "mkdir $folder: $!";
    chmod 0755, write_file("$folder/nginx", "#!/bin/sh\necho 'nginx: no luck today'\nexit 3\n");
    return "$folder:$ENV{PATH}";
}

# nginx's workers and webpushd become www-data, who has to get at its files all the same.
sub check_closed_checkout {
    my $closed = test_dir() . '/closed';
    mkdir $closed, 0700 or die "mkdir $closed: $!";
    complains('a directory for root only', { DEMO_DIR => "$closed/demo" },
        qr{www-data, .*, cannot enter $closed/demo\n +Give another directory}m);

    capture(['cp', '-r', root() . '/conf-examples', $closed]);
    my $terminal = [qw(script -qec), "$closed/conf-examples/demo/run", '/dev/null'];
    my $once = capture($terminal, env => settings(DEMO => 'once', DEMO_DIR => undef, TERM => 'xterm'));
    my ($instead) = $once->{stdout} =~ m{^Everything is kept in (/var/lib/webpush-demo/\d+) instead\.\r$}m;
    ok($instead, 'a checkout for root only: its data is elsewhere') or return diag("$once->{stdout}$once->{stderr}");
    is($once->{exit}, 0, 'and all is well') or diag("$once->{stdout}$once->{stderr}");
    for my $line ('subscrib(?:ing|ed): \S+ of 200', '(?:sending|finished): \S+ of 200') {
        like($once->{stdout}, qr/\r\e\[K\S{30,} $line/, "on a terminal there is a bar ($line)");
    }
    capture(['rm', '-rf', $instead]);
    rmdir '/var/lib/webpush-demo';    # if nobody else uses it
    is_nothing_left();
    return;
}
