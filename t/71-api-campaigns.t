# Campaigns, runs and the status over the HTTP API. The daemon here neither plans nor sends, so that
# a run stays as it was made.

use WebPush::Test;
use WebPush::Daemon;
use WebPush::Http;

use JSON::PP qw(decode_json encode_json);

my $daemon = WebPush::Daemon->new(args => ['--roles', 'api'])->start;
my $http = WebPush::Http->at_socket($daemon->admin_socket);

my %message = (title => 'We are open', target => '/offers');
my %campaign = (name => 'Opening', message => \%message);

sub call {
    my ($method, $path, $data) = @_;
    my @body = defined $data ? (body => encode_json($data)) : ();
    return $http->request($method, $path, headers => ['Content-Type' => 'application/json'], @body);
}

sub refused {
    my ($name, $answer, $status, $code, $field) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $got = join ' ', $answer->{status}, $answer->{json}{code}, $answer->{json}{field} // '';
    is($got, join(' ', $status, $code, $field // ''), $name) or diag($answer->{body});
    return;
}

# POST of the campaign with other members; undef leaves one out.
sub create {
    my (%other) = @_;
    my %data = (%campaign, %other);
    delete @data{ grep { !defined $data{$_} } keys %data };
    return call(POST => '/v1/campaigns', \%data);
}

sub create_message {
    my (%other) = @_;
    my %data = (%message, %other);
    delete @data{ grep { !defined $data{$_} } keys %data };
    return create(message => \%data);
}

subtest 'a draft' => sub {
    my $answer = create();
    is($answer->{status}, 201, 'made');
    is($answer->{headers}{location}, '/v1/campaigns/1', 'Location');
    my $made = $answer->{json};
    like(delete $made->{created_at}, qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, 'created_at');
    is_deeply($made, {
        id => 1, site => 'default', name => 'Opening', state => 'draft', audience => 'all',
        urgency => 'normal', active_seconds => 3 * 86400, message => \%message, runs => [],
    }, 'with its defaults');
    is_deeply(call(GET => '/v1/campaigns/1')->{json}{message}, \%message, 'and is kept');
    refused('no such campaign', call(GET => '/v1/campaigns/2'), 404, 'not_found');
    refused('no number', call(GET => '/v1/campaigns/one'), 404, 'not_found');
    refused('too large a number', call(GET => '/v1/campaigns/9' . '9' x 20), 404, 'not_found');
};

subtest 'all that a campaign can have' => sub {
    my %full = (
        title => "\x{201e}Laternen\x{201c} \x{1f3ee}", body => "Bis Sonntag\nim Hof", target => 'https://shop.example/o?a=1',
        icon => '/i.png', image => 'https://cdn.example/i.png', badge => '/b.png', language => 'de-AT',
        silent => JSON::PP::true, require_interaction => JSON::PP::true,
        buttons => [
            { action => 'see', title => 'Ansehen', target => '/offers' },
            { action => 'later', title => "Sp\x{e4}ter" },
        ],
    );
    my $made = create(
        name => "L\x{e4}ngste Nacht", urgency => 'high', active_seconds => 60, message => \%full,
    )->{json};
    is_deeply($made->{message}, \%full, 'message');
    is_deeply([@$made{qw(name urgency active_seconds)}], ["L\x{e4}ngste Nacht", 'high', 60], 'the rest');
};

subtest 'what a campaign cannot be' => sub {
    my $before = call(GET => '/v1/campaigns')->{body};
    refused('no name', create(name => undef), 422, 'field_missing', 'name');
    refused('empty name', create(name => ''), 422, 'field_invalid', 'name');
    refused('name too long', create(name => 'x' x 201), 422, 'field_too_long', 'name');
    refused('unknown site', create(site => 'shop'), 422, 'field_invalid', 'site');
    refused('unknown audience', create(audience => 'vip'), 422, 'field_invalid', 'audience');
    refused('unknown urgency', create(urgency => 'urgent'), 422, 'field_invalid', 'urgency');
    refused('active_seconds too small', create(active_seconds => 59), 422, 'field_invalid', 'active_seconds');
    refused('too large', create(active_seconds => 2419201), 422, 'field_invalid', 'active_seconds');
    refused('a text', create(active_seconds => '60'), 422, 'field_type', 'active_seconds');
    refused('misspelt member', create(titel => 'x'), 422, 'field_invalid', 'titel');
    refused('no message', create(message => undef), 422, 'field_missing', 'message');
    refused('no title', create_message(title => undef), 422, 'field_missing', 'message.title');
    refused('no target', create_message(target => undef), 422, 'field_missing', 'message.target');
    refused('target', create_message(target => 'javascript:alert(1)'), 422, 'field_invalid', 'message.target');
    refused('misspelt member of it', create_message(text => 'x'), 422, 'field_invalid', 'message.text');
    refused('icon', create_message(icon => 'http://a.example/i.png'), 422, 'field_invalid', 'message.icon');
    my @buttons = map { { action => "a$_", title => 'x' } } 1 .. 3;
    refused('three buttons', create_message(buttons => \@buttons), 422, 'field_invalid', 'message.buttons');
    refused(
        'a button without a title', create_message(buttons => [{ action => 'a' }]),
        422, 'field_missing', 'message.buttons[0].title',
    );
    refused(
        'a wrong action', create_message(buttons => [$buttons[0], { action => 'a b', title => 'x' }]),
        422, 'field_invalid', 'message.buttons[1].action',
    );
    is(call(GET => '/v1/campaigns')->{body}, $before, 'none of these was made');
};

subtest 'sending' => sub {
    refused('without a contact', call(POST => '/v1/campaigns/1/send'), 409, 'contact_missing');
    call(PATCH => '/v1/sites/default', { contact => 'mailto:push@shop.example' });
    refused('without an origin', call(POST => '/v1/campaigns/1/send'), 409, 'conflict');
    is($daemon->sql('SELECT count(*) FROM run'), 0, 'no run was made');
    call(PATCH => '/v1/sites/default', { origin => 'https://shop.example' });
    refused('no such campaign', call(POST => '/v1/campaigns/99/send'), 404, 'not_found');
    is(call(GET => '/v1/campaigns/1/send')->{headers}{allow}, 'POST', 'only by POST');

    my $answer = call(POST => '/v1/campaigns/1/send');
    is($answer->{status}, 202, 'accepted');
    is($answer->{headers}{location}, '/v1/runs/1', 'Location');
    is_deeply($answer->{json}, { campaign => 1, run => 1, state => 'planned' }, 'names the run');
    refused('twice', call(POST => '/v1/campaigns/1/send'), 409, 'conflict');

    my $campaign = call(GET => '/v1/campaigns/1')->{json};
    is($campaign->{state}, 'sending', 'the campaign is sending');
    is_deeply([map { $_->{id} } @{ $campaign->{runs} }], [1], 'and has its run');
    my ($row) = $daemon->sql(<<~'END');
        SELECT month = date_trunc('month', now())::date, active_until - starts_at = '3 days',
               (SELECT count(*) FROM pg_inherits WHERE inhparent = 'delivery'::regclass) > 0
        FROM run
        END
    is_deeply($row, ['t', 't', 't'], 'month, end and partitions of the run');
};

subtest 'two that send at once' => sub {
    my $id = create()->{json}{id};
    my @both = map { WebPush::Http->at_socket($daemon->admin_socket) } 1, 2;
    $_->send_raw("POST /v1/campaigns/$id/send HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n") for @both;
    is_deeply([sort map { $_->read_answer->{status} } @both], [202, 409], 'one of them does');
    is($daemon->sql("SELECT count(*) FROM run WHERE campaign = $id"), 1, 'one run');
};

subtest 'a run' => sub {
    $daemon->sql(<<~'END');
        UPDATE run SET state = 'sending', audience = 10, planned_at = starts_at WHERE id = 1;
        INSERT INTO run_count (bucket, run, outcome, n) VALUES (1, 1, 'accepted', 3), (2, 1, 'gone', 1), (2, 2, 'accepted', 7);
        INSERT INTO deferred (bucket, run, subscription, site, not_before, reason)
        VALUES (1, 1, gen_random_uuid(), 1, now(), 'retry');
        END
    my $run = call(GET => '/v1/runs/1')->{json};
    is_deeply(
        [@$run{qw(campaign site name state audience handled accepted gone deferred finished_at)}],
        [1, 'default', 'Opening', 'sending', 10, 4, 3, 1, 1, undef], 'how far it is',
    );
    is_deeply(call(GET => '/v1/campaigns/1')->{json}{runs}, [$run], 'the same as in its campaign');
    refused('no such run', call(GET => '/v1/runs/99'), 404, 'not_found');
    refused('no report either', call(GET => '/v1/runs/99/report'), 404, 'not_found');
};

subtest 'pause, resume, cancel' => sub {
    my $paused = call(POST => '/v1/runs/1/pause');
    is($paused->{status}, 200, 'paused');
    is_deeply([@{ $paused->{json} }{qw(state pause_reason pause_detail never_sent)}], ['paused', 'asked', undef, 0], 'which is said');
    is_deeply(call(GET => '/v1/runs/1')->{json}, $paused->{json}, 'and stays so');
    is(call(GET => '/v1/runs/1/report')->{json}{pause_reason}, 'asked', 'also in the report');
    is(call(GET => '/v1/campaigns/1')->{json}{state}, 'paused', 'the campaign follows');
    is(call(POST => "/v1/runs/1/$_")->{json}{state}, 'sending', "$_ (again)") for qw(resume resume);
    is(call(POST => "/v1/runs/1/$_")->{json}{state}, 'cancelled', "$_ (again)") for qw(cancel cancel);
    my $run = call(GET => '/v1/runs/1')->{json};
    is_deeply([@$run{qw(pause_reason never_sent)}], [undef, 6], 'who were never sent to');
    refused('a cancelled run stays so', call(POST => '/v1/runs/1/resume'), 409, 'conflict');
    like(call(POST => '/v1/runs/1/pause')->{json}{detail}, qr/^run 1 is cancelled, it cannot be paused$/, 'in words');
    refused('no such run', call(POST => '/v1/runs/99/pause'), 404, 'not_found');
    is(call(GET => '/v1/runs/1/cancel')->{headers}{allow}, 'POST', 'only by POST');
};

subtest 'the list of runs' => sub {
    my $runs = call(GET => '/v1/runs')->{json}{runs};
    is_deeply([map { "$_->{id} $_->{state}" } @$runs], ['2 planned', '1 cancelled'], 'the newest first');
    is_deeply([map { $_->{id} } @{ call(GET => '/v1/runs?before=2')->{json}{runs} }], [1], 'the page behind it');
    is_deeply(call(GET => '/v1/runs?site=blog')->{json}{runs}, [], 'of one site');
    refused('no number', call(GET => '/v1/runs?before=x'), 422, 'field_invalid', 'before');
};

subtest 'the list' => sub {
    call(POST => '/v1/sites', { name => 'blog' });
    create(site => 'blog', name => "Nr. $_") for 1 .. 101;
    my $list = call(GET => '/v1/campaigns')->{json}{campaigns};
    is(scalar @$list, 100, 'the newest hundred');
    is($list->[0]{name}, 'Nr. 101', 'the newest first');
    my $rest = call(GET => "/v1/campaigns?before=$list->[-1]{id}")->{json}{campaigns};
    is_deeply([map { $_->{name} } @$rest[0, 1]], ['Nr. 1', 'Opening'], 'the page behind it');
    $rest = call(GET => '/v1/campaigns?site=default')->{json}{campaigns};
    is_deeply([map { $_->{id} } @$rest], [3, 2, 1], 'of one site');
    refused('no number', call(GET => '/v1/campaigns?before=x'), 422, 'field_invalid', 'before');
};

subtest 'status' => sub {
    my $status = call(GET => '/v1/status')->{json};
    like($status->{version}, qr/^\d+\.\d+\.\d+$/, 'version');
    is_deeply($status->{roles}, ['api'], 'roles');
    is($status->{database}{kind}, 'own', 'database');
    is_deeply([@$status{qw(sites runs_open deferred waiting)}], [2, 1, 1, 'nothing'], 'figures');
    is_deeply($status->{sites_not_ready}, ['blog'], 'the site without a contact');

    $daemon->sql(<<~'END');
        INSERT INTO ingest_source VALUES ('web1:/log', now() - interval '10 s', now());
        INSERT INTO audience_size VALUES (1, 1, 40), (2, 1, 2);
        END
    $status = call(GET => '/v1/status')->{json};
    is($status->{subscriptions}, 42, 'subscriptions');
    is($status->{ingest}[0]{source}, 'web1:/log', 'the log');
    cmp_ok($status->{ingest}[0]{lag_ms}, '>=', 10_000, 'is behind');
    is($status->{waiting}, 'ingest behind', 'which open runs wait for');
    $daemon->sql("UPDATE site SET contact = ''");
    is(call(GET => '/v1/status')->{json}{waiting}, 'no contact', 'or for a contact');
};

subtest 'alarms' => sub {
    is_deeply(call(GET => '/v1/status')->{json}{alarms}, [], 'none');
    $daemon->sql(<<~'END');
        INSERT INTO alarm (key, site, since, seen_at, count, text) VALUES
            ('younger:b', 0, '2026-01-02 00:00Z', now(), 0, 'of no site'),
            ('older:a', 1, '2026-01-01 00:00Z', now(), 7, 'of a site'),
            ('void:c', 0, '2026-01-01 00:00Z', now() - interval '16 minutes', 1, 'whose daemon is no more')
        END
    my @alarms = @{ call(GET => '/v1/status')->{json}{alarms} };
    is_deeply([map { [@$_{qw(key site since count text)}] } @alarms], [
        ['older:a', 'default', '2026-01-01T00:00:00Z', 7, 'of a site'],
        ['younger:b', undef, '2026-01-02T00:00:00Z', 0, 'of no site'],
    ], 'the oldest first; what nobody has seen for a while is void');
    my $shown = $daemon->cli_raw('status');
    like($shown->{stdout}, qr/^alarm older:a, site default, since 2026-01-01\S+, messages concerned: 7\nof a site$/m,
        'webpush status shows them');
    is($shown->{exit}, 0, 'and is content all the same');
};

subtest 'the database is restarted' => sub {
    my $other = WebPush::Daemon->new(args => ['--roles', 'api'], database => $daemon->conninfo)->start;
    my $there = WebPush::Http->at_socket($other->admin_socket);
    is($there->get('/v1/status')->{json}{database}{kind}, 'external', 'a daemon on the same database');

    $daemon->sql(q{SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'webpushd api'});
    is($there->get('/v1/status')->{status}, 200, 'a lost connection is replaced');

    $daemon->stop;
    refused('without a database', $there->get('/v1/status'), 503, 'unavailable');
    refused('and again', $there->get('/v1/campaigns'), 503, 'unavailable');
    my @told = $other->output =~ /\[error\].*api: .*/g;
    is(scalar @told, 1, 'which the log says once') or diag($other->output);
    $daemon->start;
    is($there->get('/v1/status')->{status}, 200, 'by itself when it is back');
};

done_testing();
