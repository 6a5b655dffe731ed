#!/usr/bin/env perl
# Who uses a subscription: said by a variable of the server, or by the page with a proof that the
# site's back end has made.

use WebPush::Test;
use WebPush::Crypt;
use WebPush::Edge;

use Digest::SHA qw(hmac_sha256 hmac_sha256_hex);

my $edge = WebPush::Edge->new(
    http => 'webpush_contact $http_x_user;',
    server => <<'END');
location = /believes { webpush_event; webpush_contact_unsigned on; }
location = /other/event { webpush_event; webpush_site other; }
location = /keyless/event { webpush_event; webpush_site keyless; }
location = /session/subscribe {
    auth_request /session;
    auth_request_set $user $upstream_http_x_name;
    webpush_contact $user;
    webpush_subscribe;
}
location = /session {
    internal;
    proxy_pass http://127.0.0.1:%%PORT%%/back-end;
    proxy_pass_request_body off;
    proxy_set_header Content-Length "";
}
location = /back-end { add_header X-Name "of session $cookie_sid"; return 204; }
location = /nobody { webpush_subscribe; webpush_contact ""; }
END
my @keys = map { encode_base64url(WebPush::Edge::random_octets(32)) } 0 .. 2;
$edge->add_site($_) for qw(other keyless);
write_file($edge->edge_dir . '/default/identity.keys', "# secret\n2 $keys[1]\n1 $keys[0]\n");
write_file($edge->edge_dir . '/other/identity.keys', "1 $keys[2]\n");
$edge->run;
my $http = $edge->client;
my $endpoint = new_endpoint();
my $id = endpoint_id($endpoint);

# ---- from the server ----

sub contact_of {
    my ($user, %option) = @_;
    my $path = delete $option{path} // '/push/subscribe';
    my @headers = defined $user ? ('X-User' => $user) : ();
    my $answer = $http->post_json($path, subscription(endpoint => $endpoint, %option), \@headers);
    is($answer->{status}, 200, 'answered');
    return (($edge->records('subscriptions'))[-1])->{contact};
}

is(contact_of('customer 7'), 'customer 7', 'recorded with a subscription');
is(contact_of('customer 8', kind => 'refresh'), 'customer 8', 'another one from the next visit on');
is(contact_of(undef, kind => 'refresh'), undef, 'nobody known');
is(contact_of("j\xc3\xb3se", kind => 'refresh'), "j\x{f3}se", 'in UTF-8');
is(contact_of('x' x 128), 'x' x 128, 'the longest id');
is(contact_of($_), undef, 'no contact id: nobody is known') for 'x' x 129, "a\tb", "j\xf3se";
is(contact_of('customer 7', path => '/nobody'), undef, 'switched off');
$http->post_json('/session/subscribe', subscription(), ['X-User' => 'a liar', Cookie => 'sid=5']);
is((($edge->records('subscriptions'))[-1])->{contact}, 'of session 5', "by auth_request, of the site's back end");

# ---- from the page ----

sub identify {
    my ($contact, $proof, %option) = @_;
    my $site = $option{site} // 'default';
    my @cookie = (Cookie => '__Host-webpush_visitor=' . $edge->visitor_token(sub => $id, site => $site));
    my %event = (event => 'identify', contact => $contact, (defined $proof ? (proof => $proof) : ()));
    my $answer = $http->post_json($option{path} // '/push/event', \%event, \@cookie);
    return "$answer->{status} " . ($answer->{json}{code} // $answer->{json}{id});
}

sub proof { my ($contact, $key, $site) = @_; return hmac_sha256_hex(($site // 'default') . ":$contact", $key) }

for my $case (
    ['by the first key, in hexadecimal', proof('c 7', $keys[1])],
    ['by the older key', proof('c 7', $keys[0])],
    ['in base64url', encode_base64url(hmac_sha256('default:c 7', $keys[1]))],
) {
    my ($name, $proof) = @{$case};
    is(identify('c 7', $proof), "200 $id", "proven $name");
    is((($edge->records('subscriptions'))[-1])->{contact}, 'c 7', "proven $name: recorded");
}
is(identify('c 7', proof('c 7', $keys[2], 'other'), site => 'other', path => '/other/event'),
    "200 $id", 'another site has its own key');

my $written = () = $edge->records('subscriptions');
my %bad = (
    'no proof' => undef,
    'an empty proof' => '',
    "another contact's proof" => proof('c 8', $keys[1]),
    "another site's proof" => proof('c 7', $keys[1], 'other'),
    'another key' => proof('c 7', $keys[2]),
    'the octets of the key instead of its text' => proof('c 7', decode_base64url($keys[1])),
    'a truncated proof' => substr(proof('c 7', $keys[1]), 0, 62),
    'half of a proof' => substr(proof('c 7', $keys[1]), 0, 32),
);
is(identify('c 7', $bad{$_}), '403 contact_unproven', "refused: $_") for sort keys %bad;
is(identify('c 7', proof('c 7', $keys[1]), site => 'keyless', path => '/keyless/event'),
    '403 contact_unproven', 'refused: whatever it is, where there is no key');
is(scalar(() = $edge->records('subscriptions')), $written, 'none of them left a record');

is(identify('c 9', undef, path => '/believes'), "200 $id", 'believed with webpush_contact_unsigned');
is((($edge->records('subscriptions'))[-1])->{contact}, 'c 9', 'and recorded');
is($http->post_json('/believes', { event => 'identify', contact => 'c 9' })->{json}{code},
    'visitor_unknown', 'but not without the cookie');

# ---- a new key ----

my $new = encode_base64url(WebPush::Edge::random_octets(32));
write_file($edge->edge_dir . '/default/identity.keys', "3 $new\n2 $keys[1]\n");
$edge->nginx->reload;
$http = $edge->client;
is(identify('c 7', proof('c 7', $_)), "200 $id", 'after a reload: the new key and the one before')
    for $new, $keys[1];
is(identify('c 7', proof('c 7', $keys[0])), '403 contact_unproven', 'but not the oldest');

write_file($edge->edge_dir . '/default/identity.keys', "4 short\n");
my $checked = $edge->nginx->try_config($edge->config);
like($checked->{output}, qr{\[emerg\] invalid file ".*/identity\.keys": line 1: expected 32 octets},
    'a broken file is told by nginx -t');
unlike($checked->{output}, qr/short/, 'without what is in it');

unlike($edge->nginx->error_log, qr/$keys[1]|c 7|customer/, 'nobody is named in the error log');
done_testing();
