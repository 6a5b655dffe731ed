#include "store/copy_rows.h"

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
