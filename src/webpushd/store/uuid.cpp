#include "store/uuid.h"

namespace webpushd {

void append_uuid(std::string& out, const webpush::SubscriptionId& id) {
    static constexpr char digits[] = "0123456789abcdef";
    for (std::size_t i = 0; i < id.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) { out += '-'; }
        out += digits[id[i] >> 4];
        out += digits[id[i] & 15];
    }
}

std::string uuid_text(const webpush::SubscriptionId& id) {
    std::string text;
    text.reserve(36);
    append_uuid(text, id);
    return text;
}

}  // namespace webpushd
