# Connections to push services that fail: what was surely not taken is sent again at once, what may
# have been taken waits (to Apple's declarative messages it is dropped: nothing there recognises a
# second copy), and a service that cannot be reached costs nobody a subscription.

use WebPush::Test;
use WebPush::Audience;
use WebPush::Daemon;
use WebPush::PushService;

use IO::Socket::INET;

my $service = WebPush::PushService->start(max_streams => 5);
my $stranger = WebPush::PushService->start(services => ['google']);
my @arguments = ($service->arguments, '--push-redirect', "jmt17.google.com=127.0.0.1:" . free_port());
my $daemon = WebPush::Daemon->new(args => ['--roles', 'plan,send', @arguments])->start;
my $audience = WebPush::Audience->new($daemon);
$WebPush::PushService::HOST{closed} = 'jmt17.google.com';

subtest 'GOAWAY: what was not processed is sent again at once' => sub {
    my @all = $audience->subscribe_all(map { { path => "/wpush/v2/goaway-$_" } } 1 .. 30);
    $service->answer({ path => 'goaway-7$', action => 'goaway', times => 1 });
    my $run = $audience->send({ title => 'Goaway', target => '/' });
    $audience->wait_finished($run);
    is_deeply($audience->counts($run), { accepted => 30 }, 'all are accepted');
    my %connections = map { $_->{connection} => 1 } $service->posts;
    cmp_ok(scalar keys %connections, '>', 1, 'over another connection');
    my %resumed = map { $_->{connection} => $_->{resumed} ? 1 : 0 } $service->posts;
    my ($first, @more) = sort { $a <=> $b } keys %resumed;
    is_deeply([grep { $resumed{$_} } $first, @more], \@more, 'which resume the TLS sessions of the first');
    leave(@all);
};

subtest 'more messages than streams' => sub {
    my @all = $audience->subscribe_all(map { { path => "/wpush/v2/many-$_" } } 1 .. 200);
    $service->answer({ path => 'many', status => 201, delay => 20 });
    my $run = $audience->send({ title => 'Many', target => '/' });
    $audience->wait_finished($run);
    is_deeply($audience->counts($run), { accepted => 200 }, 'all are accepted');
    my %connections = map { $_->{connection} => 1 } grep { $_->{path} =~ /many/ } $service->posts;
    cmp_ok(scalar keys %connections, '<=', 4, 'over four connections at most');
    leave(@all);
};

subtest 'an answer that never comes' => sub {
    my $firefox = $audience->subscribe(path => '/wpush/v2/lost');
    my $safari = $audience->subscribe(service => 'apple', path => '/lost');
    $service->answer({ path => '/lost', action => 'destroy' });
    my $run = $audience->send({ title => 'Lost', target => '/' });
    wait_for { $audience->outcome($run, $safari) && $audience->deferred($run, $firefox) } 'both to be recorded';
    is($audience->deferred($run, $firefox)->{reason}, 'lost', 'Firefox is sent to again later');
    is_deeply([@{ $audience->outcome($run, $safari) }{qw(outcome reason)}], ['dropped', 'in_doubt'],
        'Safari is not');
    $service->answer;
    $audience->wait_finished($run);
    is($audience->outcome($run, $firefox)->{outcome}, 'accepted', 'which succeeds');
    leave($firefox, $safari);
};

subtest 'nobody listens' => sub {
    my $nobody = $audience->subscribe(service => 'closed', path => '/wp/nobody');
    my $somebody = $audience->subscribe(path => '/wpush/v2/somebody');
    my $run = $audience->send({ title => 'Anybody?', target => '/' });
    wait_for { $audience->deferred($run, $nobody) && $audience->outcome($run, $somebody) } 'both to be recorded';
    is($audience->deferred($run, $nobody)->{reason}, 'unreachable', 'what cannot be sent waits');
    is($audience->outcome($run, $somebody)->{outcome}, 'accepted', 'other services are not held up');
    is($audience->is_active($nobody), 1, 'the subscription stays');
    my $brief = $audience->send({ title => 'Briefly', target => '/' }, active => 4);
    $audience->wait_finished($brief);
    is($audience->outcome($brief, $nobody)->{outcome}, 'expired', 'what is of no use when it could be sent expires');
    $daemon->sql("DELETE FROM deferred");
    leave($nobody, $somebody);
};

subtest 'a certificate of somebody else' => sub {
    $daemon->stop;
    $daemon->{args} = ['--roles', 'plan,send', '--push-ca', $service->ca,
        '--push-redirect', "fcm.googleapis.com=127.0.0.1:" . $stranger->port];
    $daemon->start;
    my $subscription = $audience->subscribe(service => 'google', path => '/fcm/send/stranger');
    my $run = $audience->send({ title => 'Secret', target => '/' });
    wait_for { $audience->deferred($run, $subscription) } 'it to wait';
    is($stranger->count, 0, 'gets nothing');
    like($daemon->output, qr/fcm\.googleapis\.com: not reachable: .*certificate/, 'and the operator is told');
};

subtest 'addresses that do not answer' => sub {
    my $deaf = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1') or die "listen: $@";
    $daemon->stop;
    $daemon->{args} = ['--roles', 'plan,send', '--push-ca', $service->ca, '--endpoint-host', '.self.example',
        '--push-redirect', "updates.push.services.mozilla.com=127.0.0.1:" . free_port(),
        '--push-redirect', "updates.push.services.mozilla.com=127.0.0.1:" . $deaf->sockport,
        '--push-redirect', "updates.push.services.mozilla.com=127.0.0.1:" . $service->port];
    $daemon->start;
    my $subscription = $audience->subscribe(path => '/wpush/v2/third-address');
    my $run = $audience->send({ title => 'Twice', target => '/' });
    wait_for { $audience->outcome($run, $subscription) } 'its outcome', 40;
    is_deeply([@{ $audience->outcome($run, $subscription) }{qw(outcome attempt)}], ['accepted', 0],
        'are not waited for: the next one is tried');
    unlike($daemon->output, qr/updates\S+: not reachable/, 'which makes it reachable');
    leave($subscription);
};

subtest 'a push service of one\'s own' => sub {
    my $id = $audience->subscribe(service => 'closed', path => '/own')->{id};
    $daemon->sql("UPDATE subscription SET endpoint = 'https://push.self.example/own' WHERE id = '$id'");
    my $run = $audience->send({ title => 'Own', target => '/' });
    wait_for { $audience->deferred($run, { id => $id }) } 'it to wait';
    is($audience->deferred($run, { id => $id })->{reason}, 'unreachable', 'is sent to with --endpoint-host');
    leave({ id => $id });
};

subtest 'a host that is no push service' => sub {
    my $id = $audience->subscribe(service => 'closed', path => '/x')->{id};
    $daemon->sql("UPDATE subscription SET endpoint = 'https://internal.example/x' WHERE id = '$id'");
    my $run = $audience->send({ title => 'Inside', target => '/' });
    wait_for { $audience->outcome($run, { id => $id }) } 'its outcome';
    is_deeply([@{ $audience->outcome($run, { id => $id }) }{qw(outcome reason)}], ['failed', 'endpoint'],
        'is not even connected to');
};

$daemon->stop;
done_testing();

# So that the next run has its own audience.
sub leave {
    my $ids = join ', ', map { "'$_->{id}'" } @_;
    $daemon->sql("DELETE FROM subscription WHERE id IN ($ids)");
    return;
}
