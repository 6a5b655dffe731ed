package WebPush::Crypt;

# Web push cryptography of its own (CryptX, none of our C++): a simulated browser's keys, decryption
# of a message (RFC 8291, RFC 8188) and verification of an application server's token (RFC 8292).
#
#     my $keys = browser_keys();                   # {p256dh, auth} base64url, {private}
#     my $plaintext = decrypt_message($keys, $body);
#     my $claims = verify_vapid($authorization, 'https://updates.push.services.mozilla.com');

use strict;
use warnings;

use Crypt::AuthEnc::GCM qw(gcm_decrypt_verify);
use Crypt::KeyDerivation qw(hkdf_expand hkdf_extract);
use Crypt::PK::ECC;
use Crypt::PRNG qw(random_bytes);
use Exporter 'import';
use JSON::PP ();
use MIME::Base64 qw(encode_base64url decode_base64url);

our @EXPORT = qw(browser_keys p256_private decrypt_message verify_vapid
                 encode_base64url decode_base64url);

use constant { POINT_OCTETS => 65, AUTH_OCTETS => 16, TAG_OCTETS => 16, SALT_OCTETS => 16 };

# What a browser makes for one subscription.
sub browser_keys {
    my $private = Crypt::PK::ECC->new->generate_key('secp256r1');
    return {
        private => $private,
        p256dh => encode_base64url($private->export_key_raw('public')),
        auth => encode_base64url(random_bytes(AUTH_OCTETS)),
    };
}

# A private key from its base64url scalar: for keys out of test vectors.
sub p256_private {
    my ($scalar) = @_;
    return Crypt::PK::ECC->new->import_key_raw(decode_base64url($scalar), 'secp256r1');
}

# The plaintext of an aes128gcm body of one record; dies, saying why, when anything is off.
sub decrypt_message {
    my ($keys, $body) = @_;
    my ($salt, $record_size, $sender, $record) = parse_header($body);
    length($record) <= $record_size or die "record of " . length($record) . " > $record_size\n";
    my ($key, $nonce) = content_keys($keys, $salt, $sender);
    my $tag = substr $record, -TAG_OCTETS(), TAG_OCTETS, '';
    my $padded = gcm_decrypt_verify('AES', $key, $nonce, '', $record, $tag)
        // die "authentication tag does not match\n";
    $padded =~ s/\x02\x00*\z// or die "no delimiter of a last record\n";
    return $padded;
}

# RFC 8188 section 2.1; the key id is the sender's public key (RFC 8291 section 4).
sub parse_header {
    my ($body) = @_;
    length $body > SALT_OCTETS + 5 + POINT_OCTETS + TAG_OCTETS or die "too short\n";
    my ($salt, $record_size, $id_octets) = unpack 'a16 N C', $body;
    $id_octets == POINT_OCTETS or die "key id of $id_octets octets\n";
    my $head = SALT_OCTETS + 5;
    return ($salt, $record_size, substr($body, $head, $id_octets), substr($body, $head + $id_octets));
}

# RFC 8291 section 3.4.
sub content_keys {
    my ($keys, $salt, $sender) = @_;
    my $receiver = decode_base64url($keys->{p256dh});
    my $sender_key = Crypt::PK::ECC->new->import_key_raw($sender, 'secp256r1');
    my $shared = $keys->{private}->shared_secret($sender_key);
    my $prk = hkdf_extract($shared, decode_base64url($keys->{auth}), 'SHA256');
    my $ikm = hkdf_expand($prk, 'SHA256', 32, "WebPush: info\0$receiver$sender");
    my $content_prk = hkdf_extract($ikm, $salt, 'SHA256');
    return (
        hkdf_expand($content_prk, 'SHA256', 16, "Content-Encoding: aes128gcm\0"),
        hkdf_expand($content_prk, 'SHA256', 12, "Content-Encoding: nonce\0"),
    );
}

# Checks "vapid t=<JWT>, k=<key>" for the push service's origin; returns {claims, key}.
sub verify_vapid {
    my ($authorization, $audience, $now) = @_;
    my ($jwt, $key) = $authorization =~ /^vapid t=([\w.-]+), ?k=([\w-]+)$/
        or die "not RFC 8292 section 3: $authorization\n";
    my ($head, $claims, $signature) = split /\./, $jwt;
    my $public = Crypt::PK::ECC->new->import_key_raw(decode_base64url($key), 'secp256r1');
    $public->verify_message_rfc7518(decode_base64url($signature), "$head.$claims", 'SHA256')
        or die "signature does not match\n";
    my ($header, $body) = map { JSON::PP::decode_json(decode_base64url($_)) } $head, $claims;
    $header->{alg} eq 'ES256' or die "alg $header->{alg}\n";
    check_claims($body, $audience, $now // time);
    return { claims => $body, key => $key };
}

sub check_claims {
    my ($claims, $audience, $now) = @_;
    $claims->{aud} eq $audience or die "aud is $claims->{aud}\n";
    $claims->{exp} > $now or die "expired\n";
    $claims->{exp} <= $now + 24 * 3600 or die "exp is more than a day ahead\n";
    ($claims->{sub} // '') =~ /^(?:mailto:|https:)/ or die "no contact in sub\n";
    return;
}

1;
