#!/usr/bin/env perl
# Leaving: by whoever holds the endpoint, durable before it is answered.

use WebPush::Test;
use WebPush::Edge;

my $edge = WebPush::Edge->new->run;
my $http = $edge->client;

my $endpoint = new_endpoint();
my $id = endpoint_id($endpoint);
my $answer = $http->post_json('/push/unsubscribe', { endpoint => $endpoint, n => 5 });

is($answer->{status}, 200, 'unsubscribed, known here or not');
is($answer->{body}, qq({"id":"$id"}), 'the answer is the id of the endpoint');
is($answer->{headers}{'set-cookie'},
    '__Host-webpush_visitor=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax',
    'the cookie is taken back');

my ($record, @more) = $edge->records('subscriptions');
cmp_ok(abs(delete($record->{t}) - 1000 * time), '<', 5000,
    'the record has the time in milliseconds');
is_deeply($record, { k => 'unsubscribe', site => 'default', id => $id, n => 5 },
    'the record has no endpoint: the id is enough');
is(scalar @more, 0, 'one record');

my ($event) = $edge->records('events');
cmp_ok(abs(delete($event->{t}) - 1000 * time), '<', 5000, 'the event log has it, too');
is_deeply($event, { k => 'left', site => 'default', sub => $id }, 'for reports, as who left');

my $in_chunks = $http->request(POST => '/push/unsubscribe', headers => ['Content-Type' => 'application/json'],
    body => qq({"endpoint":"$endpoint","n":6}), chunked => 1);
is("$in_chunks->{status} $in_chunks->{body}", qq(200 {"id":"$id"}), 'in chunks');
is(($edge->records('subscriptions'))[-1]{n}, 6, 'in chunks: recorded');

my $foreign = 'https://push.service-of-yesterday.example/abc';
is($http->post_json('/push/unsubscribe', { endpoint => $foreign, n => 1 })->{status}, 200,
    'one may leave a push service that is no longer accepted');

is($http->post_json('/push/unsubscribe', { id => $id, n => 6 })->{json}{code}, 'field_missing',
    'an id is no capability');
is(scalar $edge->records('subscriptions'), 3, 'and leaves no record');

done_testing();
