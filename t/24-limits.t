#!/usr/bin/env perl
# webpush_limit_subscriptions, webpush_limit_prompts, webpush_limit_contact, webpush_limit_events: so many
# in a time, the rest refused, and nobody for what others do.

use WebPush::Test;
use WebPush::Crypt;
use WebPush::Edge;

use JSON::PP ();

my $edge = WebPush::Edge->new(
    workers => 2,
    http => join("\n",
        'webpush_limit_zone 32k;',
        'keepalive_requests 10000;',
        'add_header X-Worker $pid always;',
        'add_header X-Result $webpush_result always;'),
    server => <<'END');
location = /few { webpush_subscribe; webpush_limit_subscriptions $http_x_address 3 1h; }
location = /two { webpush_subscribe; webpush_limit_subscriptions $http_x_address 2 1h; }
location = /brief { webpush_subscribe; webpush_limit_subscriptions $http_x_address 1 1s; }
location = /both {
    webpush_subscribe;
    webpush_limit_subscriptions $http_x_address 2 2h;
    webpush_limit_subscriptions net-$http_x_net 3 2h;
}
location = /other {
    webpush_site other;
    webpush_subscribe;
    webpush_limit_subscriptions $http_x_address 3 1h;
}
location /nested {
    webpush_limit_subscriptions $http_x_address 1 3h;
    location = /nested/inherited { webpush_subscribe; }
    location = /nested/off { webpush_subscribe; webpush_limit_subscriptions off; }
}
location = /contact {
    webpush_subscribe;
    webpush_contact $http_x_contact;
    webpush_limit_contact 2;
}
location = /identify { webpush_event; webpush_contact_unsigned on; webpush_limit_contact 2; }
location = /event { webpush_event; webpush_limit_events 3; webpush_limit_log_level notice; }
location = /prompt {
    webpush_event;
    webpush_limit_prompts $http_x_address 3;
    webpush_limit_prompts $http_x_net 5 1h;
    webpush_limit_events 2;
}
location = /same-key { webpush_event; webpush_limit_prompts $http_x_address 1 1h; }
location /click/ { webpush_click; webpush_limit_events 3; }
location = /status { webpush_status; }
END
$edge->add_site('other');
$edge->run;
my $nginx = $edge->nginx;
my $http = $edge->client;

# ---- subscriptions of an address ----

my %endpoint;    # by the names of browsers

# What `path` answers to the browser's subscription: "200", or "429 too_many_requests".
sub subscribes {
    my ($path, $browser, $headers, %member) = @_;
    my $endpoint = $endpoint{$browser} //= new_endpoint();
    my $answer = $http->post_json($path, subscription(endpoint => $endpoint, %member), $headers);
    return $answer->{status} . ($answer->{json}{code} ? " $answer->{json}{code}" : '');
}

sub at { return ['X-Address' => $_[0]] }

sub cookie {
    my ($browser, @site) = @_;
    my $id = endpoint_id($endpoint{$browser} //= new_endpoint());
    return (Cookie => '__Host-webpush_visitor=' . $edge->visitor_token(sub => $id, @site));
}

use constant TOO_MANY => '429 too_many_requests';

is(subscribes('/few', $_, at('a')), '200', "$_ of three") for 1 .. 3;
my $written = $edge->records('subscriptions');
my $answer = $http->post_json('/few', subscription(), at('a'));
is("$answer->{status} $answer->{json}{code}", TOO_MANY, 'the fourth is refused');
is($answer->{headers}{'content-type'}, 'application/problem+json', 'as all refusals are');
is($answer->{headers}{'x-result'}, 'too_many_requests', '$webpush_result tells it');
my $wait = $answer->{headers}{'retry-after'} // 0;
ok($wait > 3600 - deadline(60) && $wait <= 3600, 'Retry-After: until the hour is over') or diag($wait);
is(scalar $edge->records('subscriptions'), $written, 'and leaves no record');

is(subscribes('/few', 2, at('a')), '200', 'who was counted before is not refused');
is(subscribes('/few', 2, at('a'), kind => 'refresh'), '200', 'nor at a visit');
is(subscribes('/few', 'new', at('a'), kind => 'refresh'), TOO_MANY, 'a new one is, whatever it says it is');
is(subscribes('/few', 'b', at('b')), '200', 'another address has its own count');
is(subscribes('/few', "nobody$_", []), '200', "an empty address is not counted, $_") for 1 .. 5;
is(subscribes('/other', 'other', at('a')), '200', 'another site has its own count');
is(subscribes('/two', 'again', at('a')), TOO_MANY, 'another location of the site has the same');

subtest 'the same subscription again and again' => sub {
    is(subscribes('/two', 'same', at('same')), '200', "time $_") for 1 .. 4;
    is(subscribes('/two', 'second', at('same')), '200', 'counted as one');
    is(subscribes('/two', 'third', at('same')), TOO_MANY, 'and then there are two');
};

subtest 'who brings the cookie of the subscription' => sub {
    is(subscribes('/few', 'old', [@{ at('a') }, cookie('old')]), '200', 'is not refused at a full address');
    is(subscribes('/few', 'old', at('a')), TOO_MANY, 'without it is');
    is(subscribes('/few', 'thief', [@{ at('a') }, cookie('old')]), TOO_MANY, "with another's is");
    is(subscribes('/few', 'old', [@{ at('a') }, cookie('old', site => 'other')]), TOO_MANY, "with another site's is");
    is(subscribes('/two', "old$_", [@{ at('office') }, cookie("old$_")]), '200', "counts for nothing, $_") for 1 .. 5;
    is(subscribes('/two', 'young', at('office')), '200', 'so that there is room for new ones');
};

is(subscribes('/brief', 'first', at('brief')), '200', 'one a second');
wait_for { subscribes('/brief', 'second', at('brief')) eq '200' } 'the second to be over';
pass('and then the next');

subtest 'several limits' => sub {
    is(subscribes('/both', "c$_", [@{ at('c') }, 'X-Net' => 1]), '200', "of the first address: $_") for 1 .. 2;
    is(subscribes('/both', 'c3', [@{ at('c') }, 'X-Net' => 1]), TOO_MANY, 'its third');
    is(subscribes('/both', 'd1', [@{ at('d') }, 'X-Net' => 1]), '200', 'what was refused counts nowhere');
    is(subscribes('/both', 'd2', [@{ at('d') }, 'X-Net' => 1]), TOO_MANY, 'the fourth of the network');
    is(subscribes('/both', 'd2', [@{ at('d') }, 'X-Net' => 2]), '200', 'another network');
};

is(subscribes('/nested/inherited', 'e1', at('e')), '200', 'a limit of the level above');
is(subscribes('/nested/inherited', 'e2', at('e')), TOO_MANY, 'is inherited');
is(subscribes('/nested/off', 'e2', at('e')), '200', 'unless it is off');

# ---- workers, reload ----

my %client_of;
wait_for { my $client = $edge->client; $client_of{ $client->get('/push/c/x')->{headers}{'x-worker'} } //= $client; 2 == keys %client_of }
    'connections to both workers';
for my $worker (sort keys %client_of) {
    $http = $client_of{$worker};
    is(subscribes('/few', "worker $worker", at('w')), '200', 'each worker takes one');
}
$nginx->reload;
$http = $edge->client;
is(subscribes('/few', 'after', at('w')), '200', 'the third after a reload');
is(subscribes('/few', 'late', at('w')), TOO_MANY, 'workers count together, and a reload forgets nothing');

# ---- contacts ----

sub of { return ['X-Contact' => $_[0]] }

is(subscribes('/contact', "phone$_", of('anna')), '200', "a contact's browser $_") for 1 .. 2;
is(subscribes('/contact', 'phone3', of('anna')), TOO_MANY, 'and no third');
is(subscribes('/contact', 'phone2', [@{ of('anna') }, cookie('phone2')]), '200', 'those go on');
is(subscribes('/contact', 'phone3', of('ben')), '200', 'of another contact it may be');
is(subscribes('/contact', 'phone4', []), '200', 'or of nobody');

sub says { my ($path, $event, @headers) = @_; return $http->post_json($path, $event, \@headers) }

my %anna = (event => 'identify', contact => 'anna');
is(says('/identify', \%anna, cookie('phone2'))->{status}, 200, 'who is known may say so');
is(says('/identify', \%anna, cookie('phone4'))->{json}{code}, 'too_many_requests', 'the page cannot add one, either');

# ---- events ----

my $token = $edge->delivery_token(run => 7);
my %event = (event => 'shown', token => $token);
is(says('/event', \%event)->{status}, 202, "event $_ with a token") for 1 .. 2;
is($http->get('/click/' . $edge->click_token(run => 7))->{headers}{'x-result'}, 'accepted', 'its link is the third');
$answer = says('/event', \%event);
is("$answer->{status} $answer->{json}{code}", TOO_MANY, 'then no more');
cmp_ok($answer->{headers}{'retry-after'}, '>', 80_000, 'for a day, if nothing is said');
$written = $edge->records('events');
$answer = $http->get('/click/' . $edge->click_token(run => 7, target => '/sale'));
is("$answer->{status} $answer->{headers}{location} $answer->{headers}{'x-result'}",
    '302 /sale too_many_requests', 'a click is led on all the same');
is(scalar $edge->records('events'), $written, 'and not recorded');
is(says('/event', { %event, token => $edge->delivery_token(run => 8) })->{status}, 202, 'another notification');
is(says('/event', { %event, token => $edge->delivery_token(run => 7, sub => endpoint_id('x')) })->{status}, 202,
    'the same to another browser');

my @batch = ((map { +{ %event, token => $edge->delivery_token(run => 9) } } 1 .. 4), { event => 'prompt', step => 'shown' });
$answer = says('/event', { events => \@batch });
is_deeply($answer->{json}, { accepted => 4, refused => [{ index => 3, code => 'too_many_requests' }] },
    'of a batch what is within the limit is taken');

my %track = (event => 'track', name => 'cart');
is(says('/event', \%track, cookie('eva'))->{status}, 202, "a visitor's event $_") for 1 .. 3;
is(says('/event', \%track, cookie('eva'))->{json}{code}, 'too_many_requests', 'and no fourth');
is(says('/event', \%track, cookie('fred'))->{status}, 202, "another's");

# ---- prompts, for which nobody vouches ----

my %prompt = (event => 'prompt', step => 'shown');

# Codes of the answers to so many of them.
sub prompts {
    my ($count, @headers) = @_;
    return join ' ', map { my $said = says('/prompt', \%prompt, @headers); $said->{json}{code} // $said->{status} }
        1 .. $count;
}

is(prompts(4, @{ at('p') }), '202 202 202 too_many_requests', 'prompts: three of an address');
is(prompts(1, @{ at('q') }), '202', 'prompts: another address has its own count');
is(prompts(6), '202 ' x 5 . '202', 'prompts: an empty key is not counted');
is(prompts(6, 'X-Net' => 1), '202 ' x 5 . 'too_many_requests', 'prompts: a second limit, of another key');
cmp_ok(says('/prompt', \%prompt, 'X-Net' => 1)->{headers}{'retry-after'}, '<=', 3600, 'prompts: with its own time');
is(prompts(3, @{ at('p') }, cookie('gina')), '202 202 too_many_requests',
    'prompts: for whom a cookie vouches webpush_limit_events holds');
is(prompts(1, @{ at('p') }, cookie('hans', site => 'other')), 'too_many_requests',
    "prompts: another site's cookie vouches for nobody");
$answer = $http->post_json('/prompt', { events => [\%prompt, \%event] }, [@{ at('p') }]);
is_deeply($answer->{json}{refused}[0], { index => 0, code => 'too_many_requests' }, 'prompts: in a batch');
is(says('/event', \%prompt, @{ at('p') })->{status}, 202, 'prompts: no limit unless there is one');
is(says('/same-key', \%prompt, @{ at('r') })->{status}, 202, 'prompts: key and time of another directive');
is(subscribes('/two', "r$_", at('r')), '200', "which counts for itself, $_") for 1 .. 2;

# ---- what operators see ----

my $counted = $edge->client->get('/status')->{json}{sites}{default};
cmp_ok($counted->{subscribe}{too_many_requests}, '>=', 5, 'webpush_status counts refused subscriptions');
cmp_ok($counted->{click}{too_many_requests}, '==', 1, 'clicks');
cmp_ok($counted->{shown}{too_many_requests}, '==', 1, 'and events');

sub warnings { return scalar(() = $nginx->error_log =~ /\[warn\].* webpush: limiting by "\$http_x_address"/g) }

my $warned = warnings();
cmp_ok($warned, '>=', 1, 'the error log tells at the level warn');
my $began = time;
says('/two', subscription(), 'X-Address' => 'same') for 1 .. 300;
cmp_ok(warnings() - $warned, '<=', time - $began + 2, 'is told once a second');
wait_for { says('/event', \%event); $nginx->error_log =~ /\[notice\].* webpush: limiting by "token"/ } 'a line';
pass('or at the level of webpush_limit_log_level');
unlike($nginx->error_log, qr/\Q$token\E|wpush/, 'without tokens and endpoints');

# ---- a zone that is full ----

my $refused = 0;
for my $round (1 .. 30) {
    $http->send_raw(join '', map {
        WebPush::Http::request_text('h', 'POST', '/nested/inherited',
            headers => ['Content-Type' => 'application/json', 'X-Address' => "flood $round $_"],
            body => JSON::PP::encode_json(subscription()))
    } 1 .. 100);
    $refused += $http->read_answer->{status} != 200 for 1 .. 100;
}
is($refused, 0, 'however many come, nobody is refused for others');

done_testing();
