# The command line as a person sees it: tables, help with examples, errors that say what to do, exit
# codes; and --json for programs.

use WebPush::Test;
use WebPush::Daemon;
use WebPush::Process qw(capture);

use JSON::PP qw(decode_json);

my $daemon = WebPush::Daemon->new(args => ['--roles', 'api'])->start;
my $webpush = build_path('webpush');

# Runs without --socket, so that the environment names it.
sub webpush {
    my (@arguments) = @_;
    return capture([$webpush, @arguments], env => { WEBPUSH_SOCKET => $daemon->admin_socket });
}

sub prints {
    my ($name, $arguments, @expected) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $result = webpush(@$arguments);
    is($result->{exit}, 0, "$name: exit 0") or diag($result->{stderr});
    like($result->{stdout}, $_, $name) for @expected;
    return $result;
}

# Nothing on standard output, the reason on standard error.
sub fails {
    my ($name, $arguments, $exit, $expected) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $result = webpush(@$arguments);
    is_deeply([$result->{exit}, $result->{stdout}], [$exit, ''], "$name: exit $exit") or diag($result->{stderr});
    like($result->{stderr}, qr/^webpush: $expected/, $name);
    return;
}

subtest 'help' => sub {
    my @levels = (
        [], map { [split ' '] } 'site', 'site list', 'site show', 'site create', 'site set', 'keys', 'keys rotate', 'keys retire',
        'campaign', 'campaign create', 'campaign send', 'campaign show', 'campaign list', 'message', 'message create', 'message send',
        'message show', 'run', 'run pause', 'run resume', 'run cancel', 'run show', 'run list', 'report', 'status', 'metrics', 'trace', 'doctor',
    );
    for my $level (@levels) {
        prints("webpush @$level --help", [@$level, '--help'], qr/^EXAMPLE\n  webpush @$level/m);
    }
    prints('version', ['--version'], qr/^webpush \d+\.\d+\.\d+\n\z/);
};

subtest 'usage' => sub {
    fails('no command', [], 2, qr/.*required/);
    fails('unknown command', ['sites'], 2, qr/not understood: "sites"\n/);
    fails('one level down', [qw(campaign sned 1)], 2, qr/not understood: "sned"\nSee: webpush campaign --help\n/);
    fails('unknown option', [qw(site set --orign x)], 2, qr/not understood: "--orign"\n/);
    fails('missing option', [qw(campaign create --name x)], 2, qr/--\w+ is required/);
    fails('no number', [qw(report one)], 2, qr/RUN: not a number: "one"\nSee: webpush report --help\n/);
    fails('neither run nor campaign', ['report'], 2, qr/.*RUN,--campaign/);
    my @create = qw(campaign create --name x --title x --target /);
    fails('no duration', [@create, '--active-for', 'soon'], 2, qr/--active-for: not a length of time: "soon" \(such as/);
    fails('no button', [@create, '--button', 'see'], 2, qr/--button: not "action,title".*: "see"/);
    fails('unknown urgency', [@create, '--urgency', 'now'], 2, qr/--urgency: .*now/);
};

subtest 'a daemon that does not answer' => sub {
    my $gone = test_dir() . '/state/run/admin.sock';
    my $state = test_dir() . '/state';
    fails(
        'no socket', ['--socket', $gone, 'status'], 1,
        qr/webpushd does not answer at $gone: No such file.*\n.*Start it with: webpushd --state-dir $state\n/,
    );
    my $result = capture(['setpriv', '--clear-groups', '--reuid=nobody', '--regid=nogroup',
        $webpush, '--socket', $daemon->admin_socket, 'status']);
    is($result->{exit}, 1, 'not allowed: exit 1');
    like($result->{stderr}, qr/Permission denied\n.*sudo/, 'not allowed');
};

subtest 'sites' => sub {
    prints('list', [qw(site list)], qr/^NAME +ORIGIN +CONTACT +VAPID KEY\ndefault +\(not set\) +\(not set\) +\S{8}$/m);
    prints('show', [qw(site show)], qr/^origin +\(not set\)$/m, qr/webpush site set default --origin/);
    prints(
        'set', [qw(site set --origin https://shop.example --contact mailto:push@shop.example), '--prompt-title', 'News?'],
        qr{^origin +https://shop\.example$}m, qr/^prompt title +News\?$/m,
    );
    prints('create', [qw(site create blog)], qr/^name +blog$/m);
    prints('both', [qw(site list)], qr/^blog .*\ndefault /m);

    fails('wrong origin', [qw(site set --origin shop.example)], 1, qr{origin "shop\.example": must start with https:// \(field_invalid\)});
    fails('wrong text', [qw(site set --prompt-title), 'x' x 201], 1, qr/prompt\.title "x+\.\.\.: at most 200 octets/);
    fails('no such site', [qw(site show sh/op)], 1, qr/no such path|no site/);
    fails('name taken', [qw(site create blog)], 1, qr/name "blog": there is a site with this name \(conflict\)/);
};

subtest 'keys' => sub {
    my $keys = $daemon->cli('keys');
    my $edge = $keys->{files}{edge_dir};
    prints(
        'keys', ['keys'], qr/^  public +\Q$keys->{vapid_keys}[0]{public_key}\E$/m, qr/^link keys +1$/m,
        qr/^    webpush_edge_dir \Q$edge\E;$/m, qr{location = /push/subscribe \{ webpush_subscribe; \}},
    );
    prints('of another site', [qw(keys blog)], qr/^        webpush_site blog;$/m);

    my ($secret) = read_file($keys->{files}{identity_keys}) =~ /^1 (\S+)$/m;
    my $shown = prints('how contacts are proven', ['keys'], qr/HMAC-SHA256\(identity key, "default:" \+ contact id\)/,
        qr/^identity key file +\Q$keys->{files}{identity_keys}\E$/m);
    unlike($shown->{stdout}, qr/\Q$secret/, 'without the key');
    prints('the key, if asked for', [qw(keys --show-identity-key)], qr/\A\Q$secret\E\n\z/);
    prints('as JSON', [qw(--json keys --show-identity-key)], qr/\A\{"identity_key":"\Q$secret\E"\}\n\z/);
};

subtest 'campaigns' => sub {
    prints('none', [qw(campaign list)], qr/^No campaign yet/);
    my @create = (
        qw(campaign create --target /offers --urgency high --active-for 36h --silent --name), "N\xc3\xa4chte",
        '--title', '20 % off', '--body', 'Until Sunday', '--button', 'see,See all,/x', '--button', 'no,No',
    );
    prints(
        'create', \@create, qr/^state +draft$/m, qr/^active for +1d 12h$/m, qr{^button +see: See all  /x$}m,
        qr/^button +no: No$/m, qr/^Send it: webpush campaign send 1$/m,
    );
    my $made = $daemon->cli(qw(campaign show 1));
    is_deeply([$made->{active_seconds}, $made->{urgency}, !!$made->{message}{silent}], [129600, 'high', 1], 'as asked for');
    prints('list', [qw(campaign list)], qr/^ID +SITE +NAME +STATE +CREATED\n 1 +default +N\xc3\xa4chte +draft +\d{4}-/m);
    fails('wrong target', [qw(campaign create --name x --title x --target offers)], 1, qr/message\.target "offers": /);
    fails('no such campaign', [qw(campaign show 9)], 1, qr/no campaign 9 \(not_found\)/);
    fails('not sent yet', [qw(report --campaign 1)], 1, qr/campaign 1 has not been sent yet\nSend it: webpush campaign send 1/);
    fails('no contact', [qw(campaign send), blog_campaign()], 1, qr/set the contact of site blog first \(contact_missing\)\nwebpush site set/);
    prints('send', [qw(campaign send 1)], qr/^Run 1 has begun\. How it goes: webpush report 1$/m);
    fails('twice', [qw(campaign send 1)], 1, qr/only a draft can be sent \(conflict\)/);
    prints('show', [qw(campaign show 1)], qr/^RUN +STATE +STARTED +AUDIENCE +ACCEPTED +WAITING\n +1  planned /m);
};

sub blog_campaign {
    return $daemon->cli(qw(campaign create --site blog --name x --title x --target /))->{id};
}

subtest 'sending and waiting' => sub {
    my $id = $daemon->cli(qw(campaign create --name x --title x --target /))->{id};
    my $waiting = WebPush::Process->start('wait', [$webpush, '--socket', $daemon->admin_socket, qw(campaign send --wait), $id]);
    $waiting->wait_until('it began', sub { $waiting->output =~ /^planned: 0 of 0/m });
    $daemon->sql(<<~'END');
        UPDATE run SET state = 'sending', planned_at = now(), audience = 2000 WHERE id = 2;
        INSERT INTO run_count (bucket, run, outcome, n) VALUES (1, 2, 'accepted', 1500);
        END
    $waiting->wait_until('it went on', sub { $waiting->output =~ /^sending: 1,500 of 2,000, accepted 1,500/m });
    $daemon->cli(qw(run pause 2));
    $waiting->wait_until('it was paused', sub { $waiting->output =~ /^paused \(as asked\): 1,500 of 2,000/m });
    $daemon->cli(qw(run resume 2));
    $daemon->sql('UPDATE run_count SET n = 1600 WHERE run = 2');
    $waiting->wait_until('rate and time left', sub {
        $waiting->output =~ m{^sending: 1,600 of 2,000, accepted 1,600, [\d,]+/s, \d+s left$}m;
    });
    $daemon->sql("UPDATE run SET state = 'finished' WHERE id = 2");
    wait_for { !$waiting->running } 'its end';
    is($waiting->status, 'exit 0', 'ends with the run');
    like($waiting->output, qr{^finished: 1,600 of 2,000, accepted 1,600, [\d,]+/s, in \d+s$}m, 'and says so');
    unlike($waiting->output, qr/[\r\e]/, 'plain lines in a pipe');

    $id = $daemon->cli(qw(campaign create --name x --title x --target /))->{id};
    my $cancelled = WebPush::Process->start('cancel', [$webpush, '--json', '--socket', $daemon->admin_socket, qw(campaign send --wait), $id]);
    wait_for { $daemon->sql("UPDATE run SET state = 'cancelled' WHERE id = 3 RETURNING id") } 'the run';
    wait_for { !$cancelled->running } 'its end';
    is($cancelled->status, 'exit 1', 'a cancelled run is a failure');
    like($cancelled->output, qr/"state":"cancelled".*\nwebpush: run 3 was cancelled/s, 'its JSON and the reason');
};

subtest 'messages' => sub {
    prints(
        'create', [qw(message create --name Shipped --target /orders --title), 'On its way', '--active-for', '1d'],
        qr/^name +Shipped$/m, qr/^active for +1d$/m, qr/^title +On its way$/m, qr/^Send it: webpush message send \d+ --contact ID$/m,
    );
    my $id = $daemon->sql("SELECT max(id) FROM message");
    prints('show', [qw(message show), $id], qr/^message +$id$/m);
    fails('nobody', [qw(message send), $id, qw(--contact x)], 1, qr/contact "x": nobody is subscribed \(field_invalid\)/);
    fails('to whom', [qw(message send), $id], 2, qr/.*--contact/);
    fails('no such message', [qw(message show 99)], 1, qr/no message 99 \(not_found\)/);
};

subtest 'runs' => sub {
    prints('list', [qw(run list)], qr/^RUN +OF +SITE +NAME +STATE +STARTED +AUDIENCE\n +3 +campaign \d+ +default +x +cancelled /m);
    prints('none', [qw(run list --site blog)], qr/^No run yet/);
    prints('pause', [qw(run pause 1)], qr/^state +paused \(as asked\)$/m);
    prints('report', [qw(report 1)], qr/^Run 1, campaign 1 .*: paused \(as asked\)$/m);
    prints('resume', [qw(run resume 1)], qr/^state +planned$/m);
    prints('cancel', [qw(run cancel 1)], qr/^state +cancelled$/m, qr/^never sent +0$/m);
    prints('show', [qw(run show 1)], qr/^state +cancelled$/m);
    fails('not any more', [qw(run resume 1)], 1, qr/run 1 is cancelled, it cannot be resumed \(conflict\)\n/);
    fails('no such run', [qw(run pause 99)], 1, qr/no run 99 \(not_found\)/);
};

subtest 'on a terminal' => sub {
    my %environment = (WEBPUSH_SOCKET => $daemon->admin_socket, TERM => 'xterm');
    my @script = ('script', '-qec', "$webpush site list", '/dev/null');
    like(capture(\@script, env => { %environment, NO_COLOR => undef })->{stdout}, qr/\e\[1mNAME/, 'a bold head');
    unlike(capture(\@script, env => { %environment, NO_COLOR => 1 })->{stdout}, qr/\e/, 'not with NO_COLOR');
    unlike(webpush(qw(site list))->{stdout}, qr/\e/, 'not in a pipe');

    $daemon->sql(q{UPDATE campaign SET name = E'a\e[31mb' WHERE id = 1});
    unlike(webpush(qw(campaign list))->{stdout}, qr/\e/, 'a name cannot steer it');
};

subtest 'status' => sub {
    prints(
        'status', ['status'], qr/^webpushd +\d+\.\d+\.\d+$/m, qr/^database +PostgreSQL 15\S* .*own$/m,
        qr/^Site blog cannot send yet: webpush site set blog/m,
    );
};

subtest '--json' => sub {
    for my $arguments (['site', 'list'], ['site', 'show'], ['keys'], ['campaign', 'list'], ['campaign', 'show', 1],
        ['report', 1], ['status']) {
        my $before = webpush('--json', @$arguments);
        ok(eval { decode_json($before->{stdout}) }, "webpush --json @$arguments") or diag($before->{stdout});
    }
    is(webpush('keys', '--json')->{stdout}, webpush('--json', 'keys')->{stdout}, 'behind the command too');
    fails('a refusal is still for people', [qw(--json report 99)], 1, qr/no run 99 \(not_found\)/);
};

done_testing();
