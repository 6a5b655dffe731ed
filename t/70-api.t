# The HTTP API on the admin socket: who may call, what every call has in common, and the sites.

use WebPush::Test;
use WebPush::Daemon;
use WebPush::Http;
use WebPush::Process qw(capture);

use JSON::PP qw(decode_json encode_json);

my $daemon = WebPush::Daemon->new(args => ['--roles', 'api'])->start;
my $socket = $daemon->admin_socket;
my $http = WebPush::Http->at_socket($socket);

sub call {
    my ($method, $path, $data) = @_;
    my @body = defined $data ? (body => ref $data ? encode_json($data) : $data) : ();
    my @type = @body ? (headers => ['Content-Type' => 'application/json']) : ();
    return $http->request($method, $path, @type, @body);
}

# A refusal: status, code, field and the format of RFC 9457.
sub refused {
    my ($name, $answer, $status, $code, $field) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $json = $answer->{json} // {};
    is_deeply(
        [$answer->{status}, $json->{status}, $json->{code}, $json->{field}],
        [$status, $status, $code, $field], $name,
    ) or diag($answer->{body});
    is($answer->{headers}{'content-type'}, 'application/problem+json', "$name: problem+json");
    return;
}

subtest 'who may call' => sub {
    is(sprintf('%04o', (stat $socket)[2] & 07777), '0600', 'mode of the socket');
    my @curl = ('curl', '-sS', '--unix-socket', $socket, 'http://localhost/v1/sites');
    my @as = qw(setpriv --clear-groups);

    my $own = capture([@as, '--reuid=www-data', '--regid=www-data', @curl]);
    ok(decode_json($own->{stdout})->{sites}, "the daemon's own user");

    my @nobody = (@as, '--reuid=nobody', '--regid=nogroup');
    is(capture([@nobody, @curl])->{exit}, 7, 'nobody cannot connect');

    chmod 0666, $socket or die $!;
    my $nobody = capture([@nobody, @curl, '-w', "\n%{http_code}"]);
    like($nobody->{stdout}, qr/"code":"forbidden".*\n403$/s, 'nor through a socket left open');
    my $post = capture([@nobody, @curl, '-d', '{"name":"theirs"}']);
    like($post->{stdout}, qr/"code":"forbidden"/, 'nor with a body');
    chmod 0600, $socket or die $!;
    is($daemon->sql('SELECT count(*) FROM site'), 1, 'and nothing was made');
};

subtest 'what all calls have in common' => sub {
    refused('unknown path', call(GET => '/v1/nothing'), 404, 'not_found');
    refused('a slash too much', call(GET => '/v1/sites/'), 404, 'not_found');
    refused('the root', call(GET => '/'), 404, 'not_found');

    my $answer = call(DELETE => '/v1/sites');
    refused('unknown method', $answer, 405, 'method_not_allowed');
    is($answer->{headers}{allow}, 'GET, HEAD, POST', 'Allow');
    is(call(PUT => '/v1/sites/default', {})->{headers}{allow}, 'GET, HEAD, PATCH', 'Allow of another');

    $answer = $http->request(HEAD => '/v1/sites');
    is($answer->{status}, 200, 'HEAD is answered as GET');
    is($answer->{headers}{'cache-control'}, 'no-store', 'nothing is kept by caches');

    refused('no JSON', call(POST => '/v1/sites', '{"name":'), 400, 'malformed_json');
    refused('no object', call(POST => '/v1/sites', '["name"]'), 400, 'malformed_json');
    refused('no body', call(POST => '/v1/sites'), 400, 'malformed_json');
    $answer = $http->request(POST => '/v1/sites', body => '{"name":"x"}');
    refused('no content type', $answer, 415, 'content_type_unsupported');
    $answer = $http->request(
        POST => '/v1/sites', body => '{"name":"-"}',
        headers => ['Content-Type' => 'Application/JSON ; charset=utf-8'],
    );
    refused('a content type in other letters is one', $answer, 422, 'field_invalid', 'name');
    $answer = $http->request(
        POST => '/v1/sites', body => '{"name":"-"}', chunked => 1,
        headers => ['Content-Type' => 'application/json'],
    );
    refused('in chunks', $answer, 422, 'field_invalid', 'name');
    $answer = $http->request(
        POST => '/v1/sites', body => ' ' x 70_000, chunked => 1,
        headers => ['Content-Type' => 'application/json'],
    );
    refused('too much in chunks', $answer, 413, 'body_too_large');
    is(call(GET => '/v1/sites')->{status}, 200, 'all on one connection, which still works');

    my $other = WebPush::Http->at_socket($socket);
    $other->send_raw("POST /v1/sites HTTP/1.1\r\nHost: x\r\nContent-Length: 65537\r\n\r\n");
    refused('too much announced', $other->read_answer, 413, 'body_too_large');
};

subtest 'the default site' => sub {
    my $site = call(GET => '/v1/sites/default')->{json};
    is_deeply(
        [@$site{qw(name origin push_path contact consent_version)}],
        ['default', '', '/push/', '', '1'], 'is there from the start',
    );
    is_deeply(call(GET => '/v1/sites')->{json}, { sites => [$site] }, 'and in the list');
    refused('no such site', call(GET => '/v1/sites/shop'), 404, 'not_found');
};

subtest 'changing a site' => sub {
    my $config = $daemon->state_dir . '/edge/default/public/config.json';
    my $answer = call(PATCH => '/v1/sites/default', {
        origin => 'https://shop.example', contact => 'mailto:push@shop.example', push_path => '/p/',
        consent_version => '2', prompt => { title => "N\x{fc}tzliches?", accept => 'Ja' },
    });
    is($answer->{status}, 200, 'all at once');
    my $site = $answer->{json};
    is_deeply(
        [@$site{qw(origin contact push_path consent_version)}, @{ $site->{prompt} }{qw(title accept later)}],
        ['https://shop.example', 'mailto:push@shop.example', '/p/', '2', "N\x{fc}tzliches?", 'Ja', 'Not now'],
        'what was not given stays',
    );
    is_deeply(call(GET => '/v1/sites/default')->{json}, $site, 'and is kept');
    my $written = decode_json(read_file($config));
    is_deeply([$written->{consent}, $written->{prompt}{accept}], ['2', 'Ja'], 'the file for the browser too');

    my $path = '/v1/sites/default';
    refused('unknown site', call(PATCH => '/v1/sites/shop', {}), 404, 'not_found');
    refused('misspelt member', call(PATCH => $path, { orign => 'https://a.example' }), 422, 'field_invalid', 'orign');
    refused('name cannot change', call(PATCH => $path, { name => 'shop' }), 422, 'field_invalid', 'name');
    refused('misspelt text', call(PATCH => $path, { prompt => { titel => 'x' } }), 422, 'field_invalid', 'prompt.titel');
    refused('empty text', call(PATCH => $path, { prompt => { text => '' } }), 422, 'field_invalid', 'prompt.text');
    refused('wrong type', call(PATCH => $path, { contact => 7 }), 422, 'field_type', 'contact');
    refused('prompt is no text', call(PATCH => $path, { prompt => 'x' }), 422, 'field_type', 'prompt');
    refused('too long', call(PATCH => $path, { consent_version => 'x' x 65 }), 422, 'field_too_long', 'consent_version');
    refused('U+0000', call(PATCH => $path, { consent_version => "a\0b" }), 422, 'field_invalid', 'consent_version');
    for my $contact ('push@shop.example', 'mailto:push@localhost', 'https://localhost/', 'mailto:<a@b.example>', '') {
        refused("contact \"$contact\"", call(PATCH => $path, { contact => $contact }), 422, 'field_invalid', 'contact');
    }
    for my $push_path ('', 'push/', '/push', '//', '/../', '/a b/', '/p?/') {
        refused("push_path \"$push_path\"", call(PATCH => $path, { push_path => $push_path }), 422, 'field_invalid', 'push_path');
    }
    is_deeply(call(GET => $path)->{json}, $site, 'none of these changed anything');
};

subtest 'origins' => sub {
    my $path = '/v1/sites/default';
    for my $origin ('https://a.example:8443', 'http://localhost', 'http://localhost:8080', 'http://127.0.0.1:1') {
        is(call(PATCH => $path, { origin => $origin })->{json}{origin}, $origin, $origin);
    }
    for my $origin (
        'shop.example', 'http://shop.example', 'https://', 'https://shop.example/', 'https://shop.example/a',
        'https://Shop.example', 'https://shop.example:443', 'https://shop.example:0', 'https://shop.example:65536',
        'https://shop.example:', 'https://shop.example:08443', 'https://a@shop.example', 'https://shop..example',
        'http://localhost:80', 'http://localhost.evil.example', 'ftp://shop.example', 'https://shop.example?', '',
    ) {
        refused("\"$origin\"", call(PATCH => $path, { origin => $origin }), 422, 'field_invalid', 'origin');
    }
};

subtest 'another site' => sub {
    my $answer = call(POST => '/v1/sites', { name => 'blog', origin => 'https://blog.example' });
    is($answer->{status}, 201, 'made');
    is($answer->{headers}{location}, '/v1/sites/blog', 'Location');
    my $site = $answer->{json};
    isnt($site->{vapid}, call(GET => '/v1/sites/default')->{json}{vapid}, 'with a key of its own');
    is_deeply(call(GET => '/v1/sites/blog')->{json}, $site, 'and is kept');

    refused('the name is taken', call(POST => '/v1/sites', { name => 'blog' }), 409, 'conflict', 'name');
    refused('no name', call(POST => '/v1/sites', {}), 422, 'field_missing', 'name');
    for my $name ('', 'Blog', '-a', 'a/b', '..', 'a' x 64) {
        refused("name \"$name\"", call(POST => '/v1/sites', { name => $name }), 422, 'field_invalid', 'name');
    }
    refused('a wrong origin', call(POST => '/v1/sites', { name => 'shop', origin => 'x' }), 422, 'field_invalid', 'origin');
    is_deeply([map { $_->{name} } @{ call(GET => '/v1/sites')->{json}{sites} }], ['blog', 'default'], 'two sites');
    ok(!-e $daemon->state_dir . '/keys/shop', 'no keys for what was refused');
};

subtest 'a site whose files cannot be written' => sub {
    write_file($daemon->state_dir . '/edge/barred', 'in the way');
    refused('it', call(POST => '/v1/sites', { name => 'barred' }), 500, 'internal');
    is(call(GET => '/v1/sites/barred')->{status}, 404, 'is not there');
};

subtest 'keys' => sub {
    my $keys = call(GET => '/v1/sites/blog/keys')->{json};
    my $state = $daemon->state_dir;
    is($keys->{vapid}, $keys->{vapid_keys}[0]{id}, 'the current key');
    like($keys->{vapid_keys}[0]{public_key}, qr/^B[A-P][\w-]{85}$/, 'is a public one');
    is(scalar @{ $keys->{link_keys} }, 1, 'one link key');
    for my $name (qw(link_keys identity_keys vapid_keys config)) {
        ok(-s $keys->{files}{$name}, "file $name is there");
    }
    like(read_file($keys->{files}{vapid_keys}), qr/^$keys->{vapid} $keys->{vapid_keys}[0]{public_key}$/m, 'with this key');

    my $text = encode_json($keys);
    for my $file (glob "$state/keys/blog/*") {
        for my $secret (read_file($file) =~ /([\w-]{43})/g) {
            is(index($text, $secret), -1, "nothing of " . ($file =~ s{.*/}{}r));
        }
    }
    refused('no such site', call(GET => '/v1/sites/shop/keys'), 404, 'not_found');
};

done_testing();
