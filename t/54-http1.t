# A push service without HTTP/2 is sent to over HTTP/1.1, one request at a time on connections that are
# kept.

use WebPush::Test;
use WebPush::Audience;
use WebPush::Crypt;
use WebPush::Daemon;
use WebPush::PushService;

my $service = WebPush::PushService->start(http1 => 1);
my $daemon = WebPush::Daemon->new(args => ['--roles', 'plan,send', $service->arguments])->start;
my $audience = WebPush::Audience->new($daemon);

my @everybody = $audience->subscribe_all(map { { path => "/wpush/v2/$_" } } 1 .. 40);
my %subscription = map { $_->{path} => $_ } @everybody;
$service->answer(
    { path => '/10$', status => 410 },
    { path => '/11$', action => 'destroy' },
    { path => '/12$', status => 201, headers => { connection => 'close' } },
    { path => '/13$', status => 503, body => 'x' x 3000 },
);

my $run = $audience->send({ title => 'One by one', target => '/' });
wait_for { $daemon->sql("SELECT count(*) FROM delivery WHERE run = $run") == 38 } 'all outcomes';

my @posts = $service->posts;
is_deeply([grep { $_->{http} ne '1.1' || $_->{refused} } @posts], [], 'all over HTTP/1.1, none refused');
is_deeply([grep { !eval { decrypt_message($subscription{ $_->{path} }{keys}, $_->{body}) } } @posts], [],
    'all can be decrypted');
my %connections = map { $_->{connection} => 1 } @posts;
cmp_ok(scalar keys %connections, '<=', 7, 'over few connections');
is_deeply($audience->counts($run), { accepted => 37, gone => 1 }, 'outcomes are as over HTTP/2');
is($audience->deferred($run, $subscription{'/wpush/v2/11'})->{reason}, 'lost', 'a lost answer waits');
is($audience->deferred($run, $subscription{'/wpush/v2/13'})->{reason}, 'busy', 'so does a busy service');

$daemon->stop;
done_testing();
