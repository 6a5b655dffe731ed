# Who is sent to first: a message to one person goes ahead of a campaign that is under way, also of what
# a sender has in hand; and a small site does not wait for a large one. Told by the order on the wire.

use WebPush::Test;
use WebPush::Audience;
use WebPush::Crypt;
use WebPush::Daemon;
use WebPush::PushService;

# A sender has at least a thousand in hand, and takes turns of 500.
use constant { MANY => 4000, FEW => 40, IN_HAND => 1000, A_FEW_DOZEN => 100 };

my $service = WebPush::PushService->start(max_streams => 8);
my $daemon = WebPush::Daemon->new(args => ['--roles', 'plan,send,api', $service->arguments])->start;
my $large = WebPush::Audience->new($daemon);
$daemon->cli(qw(site create blog));
my $small = WebPush::Audience->new($daemon, 'blog');
my $keys = browser_keys();
$large->subscribe_all(map { { keys => $keys, path => "/wpush/v2/large-$_" } } 1 .. MANY);
$small->subscribe_all(map { { keys => $keys, path => "/wpush/v2/small-$_" } } 1 .. FEW);
$daemon->sql('ANALYZE');

subtest 'a small site and a large one' => sub {
    $service->answer({ path => '.', status => 201, delay => 5 });
    my $long = $large->send({ title => 'To all', target => '/' });
    wait_for { $service->count > 50 } 'the large one to be under way';
    my $short = $small->send({ title => 'To few', target => '/' });
    my $begun = $service->count;
    $small->wait_finished($short, 60);
    my @paths = paths();
    my ($last) = grep { $paths[$_] =~ /small/ } reverse 0 .. $#paths;
    note("the last of the small site's was POST ", $last - $begun, ' after its start');
    cmp_ok($last - $begun, '<', MANY / 2, 'is done long before the large one');
    is($large->state($long), 'sending', 'which goes on');
    $daemon->cli(qw(run cancel), $long);
    wait_for { $daemon->sql("SELECT finished_at FROM run WHERE id = $long") } 'its end';
};

subtest 'one message during a campaign' => sub {
    $service->answer({ path => '.', status => 201, delay => 400 });
    my ($id) = map { $_->{id} } $daemon->cli(qw(message create --site blog --name Shipped --title Shipped --target /));
    my $to = $daemon->sql("SELECT translate(encode(decode(replace(id::text, '-', ''), 'hex'), 'base64'), '+/=', '-_') "
        . "FROM subscription WHERE endpoint LIKE '%/small-1'");
    my $earlier = $service->count;
    my $long = $large->send({ title => 'To all', target => '/' });
    wait_for { $service->count > $earlier + 40 } 'the campaign to be under way', 20;
    wait_for { $daemon->sql("SELECT count(*) FROM send_job WHERE run = $long AND state = 'leased'") > 50 } 'a full window';
    my $before = $service->count;
    $daemon->cli(qw(message send), $id, '--subscription', $to);
    my @paths;
    wait_for { @paths = paths(); splice @paths, 0, $before; grep { m{/small-1$} } @paths } 'its message', 30;
    my ($place) = grep { $paths[$_] =~ m{/small-1$} } 0 .. $#paths;
    note("$place messages were sent before it");
    cmp_ok($place, '<', A_FEW_DOZEN, 'is among the next');
    cmp_ok(MANY - ($before - $earlier), '>', 2 * IN_HAND, 'though more than a sender has in hand were to come');
    $daemon->cli(qw(run cancel), $long);
};

$daemon->stop;
done_testing();

# Of all POSTs so far, in their order.
sub paths { return map { /"path":"([^"]+)"/ } $service->lines }
