#include "store/copy_rows.h"

#include <algorithm>
#include <cstdio>
#include <ctime>

#include "store/uuid.h"

namespace webpushd {

void CopyRows::separate() {
    if (row_started_) { data_ += '\t'; }
    row_started_ = true;
}

void CopyRows::integer(std::int64_t number) {
    separate();
    data_ += std::to_string(number);
}

void CopyRows::boolean(bool truth) {
    separate();
    data_ += truth ? 't' : 'f';
}

void CopyRows::text(std::string_view value) {
    separate();
    for (const char c : value) {
        switch (c) {
            case '\0': break;
            case '\\': data_ += "\\\\"; break;
            case '\t': data_ += "\\t"; break;
            case '\n': data_ += "\\n"; break;
            case '\r': data_ += "\\r"; break;
            default: data_ += c;
        }
    }
}

void CopyRows::octets(std::string_view value) {
    static constexpr char digits[] = "0123456789abcdef";
    separate();
    data_ += "\\\\x";
    for (const char c : value) {
        const auto octet = static_cast<unsigned char>(c);
        data_ += digits[octet >> 4];
        data_ += digits[octet & 15];
    }
}

void CopyRows::json(std::string_view value) {
    constexpr std::string_view nul = "\\u0000";
    std::string kept;
    kept.reserve(value.size());
    while (!value.empty()) {
        if (value.starts_with(nul)) {
            value.remove_prefix(nul.size());
            continue;
        }
        const std::size_t length = value.front() == '\\' ? 2 : 1;  // "\\\\u0000" has no NUL in it
        kept += value.substr(0, length);
        value.remove_prefix(std::min(length, value.size()));
    }
    text(kept);
}

void CopyRows::id(const webpush::SubscriptionId& value) {
    separate();
    append_uuid(data_, value);
}

void CopyRows::time(std::int64_t milliseconds) {
    separate();
    const std::time_t seconds = milliseconds / 1000;
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    char text[40];
    const std::size_t length = std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts);
    data_.append(text, length);
    std::snprintf(text, sizeof text, ".%03d+00", static_cast<int>(milliseconds % 1000));
    data_ += text;
}

void CopyRows::null() {
    separate();
    data_ += "\\N";
}

void CopyRows::end_row() {
    data_ += '\n';
    row_started_ = false;
    ++size_;
}

void CopyRows::clear() {
    data_.clear();
    size_ = 0;
    row_started_ = false;
}

}  // namespace webpushd
