#include "vapid_check.h"

#include <algorithm>

#include "webpush/base64url.h"
#include "webpush/octets.h"
#include "webpush/vapid.h"

namespace pushsim {
namespace {

constexpr std::int64_t day = 24 * 3600;
constexpr std::size_t max_claim = 1024;
constexpr std::size_t many_tokens = 4096;

struct Parts {
    std::string_view jwt;
    std::string_view key;
};

// RFC 8292 section 3: "vapid t=..., k=...", parameters in any order.
std::optional<Parts> split(std::string_view header) {
    constexpr std::string_view scheme = "vapid ";
    if (!header.starts_with(scheme)) { return std::nullopt; }
    Parts parts;
    header.remove_prefix(scheme.size());
    while (!header.empty()) {
        const std::size_t comma = std::min(header.find(','), header.size());
        std::string_view parameter = header.substr(0, comma);
        header.remove_prefix(std::min(comma + 1, header.size()));
        while (parameter.starts_with(' ')) {
            parameter.remove_prefix(1);
        }
        if (parameter.starts_with("t=")) { parts.jwt = parameter.substr(2); }
        if (parameter.starts_with("k=")) { parts.key = parameter.substr(2); }
    }
    if (parts.jwt.empty() || parts.key.empty()) { return std::nullopt; }
    return parts;
}

}  // namespace

std::optional<Fault> VapidCheck::check(std::string_view authorization, Service service,
                                       std::string_view host, const webpush::PublicKey& bound_key,
                                       std::int64_t now) {
    if (authorization.empty()) { return Fault::vapid_missing; }
    const Token* token = verified(authorization);
    if (token == nullptr) { return Fault::vapid_invalid; }
    if (token->audience != "https://" + std::string(host)) { return Fault::vapid_audience; }
    if (token->expires <= now || token->expires > now + day) { return Fault::vapid_expiry; }
    // Only Apple minds who can be asked about a sender.
    if (service == Service::apple && !webpush::check_contact(token->contact)) {
        return Fault::vapid_contact;
    }
    if (token->key != bound_key) { return Fault::vapid_key; }
    key_ = token->key;
    return std::nullopt;
}

const VapidCheck::Token* VapidCheck::verified(std::string_view authorization) {
    const std::string text(authorization);
    const auto found = known_.find(text);
    if (found != known_.end()) { return &found->second; }
    const std::optional<Token> token = verify(authorization);
    if (!token) { return nullptr; }
    if (known_.size() >= many_tokens) { known_.clear(); }
    return &known_.emplace(text, *token).first->second;
}

std::optional<VapidCheck::Token> VapidCheck::verify(std::string_view authorization) {
    const std::optional<Parts> parts = split(authorization);
    if (!parts) { return std::nullopt; }
    const std::size_t first_dot = parts->jwt.find('.');
    const std::size_t last_dot = parts->jwt.rfind('.');
    if (first_dot == last_dot) { return std::nullopt; }
    const auto key = webpush::base64url_decode(parts->key);
    const auto header = webpush::base64url_decode(parts->jwt.substr(0, first_dot));
    const auto claims =
        webpush::base64url_decode(parts->jwt.substr(first_dot + 1, last_dot - first_dot - 1));
    const auto signature = webpush::base64url_decode(parts->jwt.substr(last_dot + 1));
    const auto point = key ? webpush::to_octets<65>(*key) : std::nullopt;
    if (!point || !header || !claims || !signature ||
        !webpush::verify_es256(*point, parts->jwt.substr(0, last_dot), *signature)) {
        return std::nullopt;
    }

    const auto head = reader_.parse(*header);
    if (!head) { return std::nullopt; }
    const auto algorithm = head->string("alg", max_claim);
    if (!algorithm || *algorithm != "ES256") { return std::nullopt; }
    const auto json = reader_.parse(*claims);
    if (!json) { return std::nullopt; }
    const auto audience = json->string("aud", max_claim);
    const auto expires = json->integer("exp");
    const auto contact = json->string_or("sub", "", max_claim);
    if (!audience || !expires || !contact) { return std::nullopt; }
    return Token{*point, std::string(*audience), std::string(*contact), *expires};
}

}  // namespace pushsim
