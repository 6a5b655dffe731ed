#include "store/array_text.h"

#include <charconv>
#include <utility>

#include "store/uuid.h"

namespace webpushd {

void ArrayText::add(std::int64_t number) {
    separate();
    char digits[20];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    text_.append(digits, end);
}

void ArrayText::add(std::string_view text) {
    separate();
    text_ += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\') { text_ += '\\'; }
        text_ += c;
    }
    text_ += '"';
}

void ArrayText::add(const webpush::SubscriptionId& id) {
    separate();
    append_uuid(text_, id);
}

std::string ArrayText::take() {
    text_ += '}';
    return std::exchange(text_, "{");
}

void ArrayText::separate() {
    if (text_.size() > 1) { text_ += ','; }
}

}  // namespace webpushd
