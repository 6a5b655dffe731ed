#include "token.h"

#include "base64url.h"

namespace webpush {
namespace {

// One kind of token: what its first octet says and what its MAC begins with.
struct Kind {
    char version;
    std::string_view label;
};

constexpr Kind delivery_kind{1, "webpush-delivery"};
constexpr Kind click_kind{2, "webpush-click"};
constexpr Kind visitor_kind{3, "webpush-visitor"};

constexpr std::size_t mac_size = 16;
constexpr std::size_t id_size = 16;
constexpr std::size_t head_size = 2;  // version, key id
constexpr std::size_t max_octets =
    head_size + 8 + id_size + 4 + 1 + max_action_length + max_target_length + mac_size;
constexpr std::size_t max_text = (max_octets * 4 + 2) / 3;

template <typename T>
void append_big_endian(std::string& out, T number) {
    for (int shift = 8 * (sizeof(T) - 1); shift >= 0; shift -= 8) {
        out.push_back(static_cast<char>(number >> shift & 0xff));
    }
}

// Reads fields from the front; what is missing makes it not ok and reads as zeros.
class FieldReader {
public:
    explicit FieldReader(std::string_view octets) : rest_(octets) {}

    template <typename T>
    T big_endian() {
        T number = 0;
        for (char c : bytes(sizeof(T))) {
            number = static_cast<T>(number << 8 | static_cast<unsigned char>(c));
        }
        return number;
    }

    std::string_view bytes(std::size_t size) {
        if (size > rest_.size()) {
            ok_ = false;
            return {};
        }
        const std::string_view field = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return field;
    }

    SubscriptionId subscription() {
        return to_octets<id_size>(bytes(id_size)).value_or(SubscriptionId{});
    }

    std::string_view rest() { return bytes(rest_.size()); }
    bool ok_to_the_end() const { return ok_ && rest_.empty(); }

private:
    std::string_view rest_;
    bool ok_ = true;
};

Octets<32> mac_of(const Kind& kind, std::string_view site, std::string_view octets,
                  const HmacSha256& key) {
    constexpr std::string_view zero("\0", 1);
    return key.mac({kind.label, zero, site, zero, octets});
}

std::string begin(const Kind& kind, const LinkKeys& keys) {
    return {kind.version, static_cast<char>(keys.signing().id)};
}

void append_delivery(std::string& out, const DeliveryToken& token) {
    append_big_endian(out, static_cast<std::uint64_t>(token.run));
    out += view(token.subscription);
    append_big_endian(out, token.issued);
}

std::string finish(std::string octets, const Kind& kind, std::string_view site,
                   const LinkKeys& keys) {
    const Octets<32> mac = mac_of(kind, site, octets, keys.signing().hmac);
    octets += view(mac).substr(0, mac_size);
    return base64url(octets);
}

// The octets of an authentic token.
std::optional<std::string> authentic(std::string_view text, const Kind& kind, std::string_view site,
                                     const LinkKeys& keys) {
    if (text.size() > max_text) { return std::nullopt; }
    std::optional<std::string> octets = base64url_decode(text);
    if (!octets || octets->size() < head_size + mac_size) { return std::nullopt; }

    const std::string_view all = *octets;
    const std::string_view signed_part = all.substr(0, all.size() - mac_size);
    const LinkKeys::Key* key = keys.find(static_cast<std::uint8_t>(all[1]));
    if (all[0] != kind.version || key == nullptr) { return std::nullopt; }

    const Octets<32> mac = mac_of(kind, site, signed_part, key->hmac);
    const std::string_view given = all.substr(signed_part.size());
    if (!equal_constant_time(view(mac).substr(0, mac_size), given)) { return std::nullopt; }
    return octets;
}

// What stands between head and MAC; valid as long as the octets.
FieldReader fields_of(std::string_view octets) {
    return FieldReader(octets.substr(head_size, octets.size() - head_size - mac_size));
}

DeliveryToken read_delivery(FieldReader& fields) {
    DeliveryToken token;
    token.run = static_cast<std::int64_t>(fields.big_endian<std::uint64_t>());
    token.subscription = fields.subscription();
    token.issued = fields.big_endian<std::uint32_t>();
    return token;
}

}  // namespace

std::string sign(const DeliveryToken& token, std::string_view site, const LinkKeys& keys) {
    std::string octets = begin(delivery_kind, keys);
    append_delivery(octets, token);
    return finish(std::move(octets), delivery_kind, site, keys);
}

std::string sign(const ClickLink& link, std::string_view site, const LinkKeys& keys) {
    std::string octets = begin(click_kind, keys);
    append_delivery(octets, link.delivery);
    octets.push_back(static_cast<char>(link.action.size()));
    octets += link.action;
    octets += link.target;
    return finish(std::move(octets), click_kind, site, keys);
}

std::string sign(const VisitorCookie& cookie, std::string_view site, const LinkKeys& keys) {
    std::string octets = begin(visitor_kind, keys);
    octets += view(cookie.subscription);
    append_big_endian(octets, cookie.issued);
    return finish(std::move(octets), visitor_kind, site, keys);
}

std::optional<DeliveryToken> verify_delivery(std::string_view text, std::string_view site,
                                             const LinkKeys& keys) {
    const auto octets = authentic(text, delivery_kind, site, keys);
    if (!octets) { return std::nullopt; }
    FieldReader fields = fields_of(*octets);
    const DeliveryToken token = read_delivery(fields);
    if (!fields.ok_to_the_end()) { return std::nullopt; }
    return token;
}

std::optional<ClickLink> verify_click(std::string_view text, std::string_view site,
                                      const LinkKeys& keys) {
    const auto octets = authentic(text, click_kind, site, keys);
    if (!octets) { return std::nullopt; }
    FieldReader fields = fields_of(*octets);
    ClickLink link;
    link.delivery = read_delivery(fields);
    link.action = fields.bytes(fields.big_endian<std::uint8_t>());
    link.target = fields.rest();
    if (!fields.ok_to_the_end()) { return std::nullopt; }
    return link;
}

std::optional<VisitorCookie> verify_visitor(std::string_view text, std::string_view site,
                                            const LinkKeys& keys) {
    const auto octets = authentic(text, visitor_kind, site, keys);
    if (!octets) { return std::nullopt; }
    FieldReader fields = fields_of(*octets);
    VisitorCookie cookie;
    cookie.subscription = fields.subscription();
    cookie.issued = fields.big_endian<std::uint32_t>();
    if (!fields.ok_to_the_end()) { return std::nullopt; }
    return cookie;
}

std::optional<std::uint8_t> claimed_key(std::string_view text) {
    if (text.size() > max_text) { return std::nullopt; }
    const std::optional<std::string> octets = base64url_decode(text);
    if (!octets || octets->size() < head_size) { return std::nullopt; }
    return static_cast<std::uint8_t>((*octets)[1]);
}

}  // namespace webpush
