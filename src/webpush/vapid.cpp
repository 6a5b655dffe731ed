#include "vapid.h"

#include <algorithm>

#include "base64url.h"
#include "endpoint.h"
#include "hmac.h"
#include "json_out.h"

namespace webpush {
namespace {

constexpr std::size_t key_id_length = 8;
constexpr std::size_t max_contact = 254;  // longest mail address, RFC 5321 section 4.5.3.1.3
constexpr std::string_view mailto = "mailto:";
constexpr std::string_view https = "https://";

std::string claims(std::string_view audience, std::int64_t expires, std::string_view contact) {
    std::string out;
    JsonWriter json(out);
    json.begin_object();
    json.member("aud", audience);
    json.member("exp", expires);
    json.member_if("sub", contact);
    json.end_object();
    return out;
}

char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// A public host name is exactly what is accepted in an endpoint.
bool is_public_host(std::string_view host) {
    std::string lower(host);
    std::transform(lower.begin(), lower.end(), lower.begin(), to_lower);
    return !lower.ends_with(".localhost") && lower.find(':') == std::string::npos &&
           parse_endpoint("https://" + lower + "/").ok();
}

bool has_refused_character(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) {
        return c <= ' ' || c > '~' || c == '<' || c == '>' || c == '"' || c == '\\' || c == ',';
    });
}

// "" when the contact is good.
std::string_view fault_of(std::string_view contact) {
    if (contact.empty()) { return "is empty"; }
    if (contact.size() > max_contact) { return "is too long"; }
    if (has_refused_character(contact)) { return "has spaces, brackets or other odd characters"; }

    if (contact.starts_with(mailto)) {
        const std::string_view address = contact.substr(mailto.size());
        const std::size_t at = address.find('@');
        if (at == 0 || at == std::string_view::npos) { return "has no mail address after mailto:"; }
        return is_public_host(address.substr(at + 1)) ? "" : "names no public mail domain";
    }
    if (contact.starts_with(https)) {
        const std::string_view rest = contact.substr(https.size());
        return is_public_host(rest.substr(0, rest.find_first_of("/?"))) ? ""
                                                                        : "names no public host";
    }
    return "must begin with mailto: or https://";
}

}  // namespace

std::string vapid_key_id(const PublicKey& key) {
    const Octets<32> digest = sha256(view(key));
    return base64url(view(digest)).substr(0, key_id_length);
}

std::string audience_of(std::string_view endpoint) {
    const auto parsed = parse_endpoint(endpoint);
    // Only the default port is accepted in an endpoint, so it is never part of the origin.
    return parsed ? std::string(https) + std::string(parsed->host) : std::string();
}

std::string vapid_authorization(const KeyPair& key, std::string_view audience, std::int64_t expires,
                                std::string_view contact) {
    std::string token = base64url(R"({"typ":"JWT","alg":"ES256"})");
    token += '.';
    append_base64url(token, claims(audience, expires, contact));

    const Octets<64> signature = sign_es256(key, token);
    std::string header = "vapid t=" + token + '.';
    append_base64url(header, view(signature));
    header += ", k=";
    append_base64url(header, view(key.public_key));
    return header;
}

Result<std::string> check_contact(std::string_view contact) {
    const std::string_view fault = fault_of(contact);
    if (!fault.empty()) {
        return Error{Problem::field_invalid, "contact", "the contact " + std::string(fault)};
    }
    return std::string(contact);
}

}  // namespace webpush
