#include "http_answer.h"

#include <algorithm>
#include <charconv>

namespace pushsim {
namespace {

constexpr std::size_t max_head = 1 << 16;
constexpr std::string_view line_end = "\r\n";
constexpr std::string_view head_end = "\r\n\r\n";

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return out;
}

template <typename Number>
bool read_number(std::string_view text, Number& number) {
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, number);
    return parsed.ec == std::errc() && parsed.ptr == end;
}

}  // namespace

HttpAnswer::Progress HttpAnswer::take(std::string_view octets) {
    if (has_head_) {
        body_ += octets;
    } else {
        head_ += octets;
        const std::size_t end = head_.find(head_end);
        if (end == head_.npos) {
            return head_.size() > max_head ? Progress::broken : Progress::more;
        }
        body_ = head_.substr(end + head_end.size());
        if (!read_head(std::string_view(head_).substr(0, end))) { return Progress::broken; }
        has_head_ = true;
    }
    if (body_.size() < length_) { return Progress::more; }
    body_.resize(length_);
    return Progress::complete;
}

bool HttpAnswer::read_head(std::string_view head) {
    constexpr std::string_view version = "HTTP/1.1 ";
    constexpr std::size_t digits = 3;
    const bool is_status = head.starts_with(version) &&
                           read_number(head.substr(version.size(), digits), status_) &&
                           status_ >= 100;
    if (!is_status) { return false; }
    for (std::size_t at = head.find(line_end); at != head.npos;) {
        const std::size_t next = head.find(line_end, at + line_end.size());
        const std::string_view line = head.substr(
            at + line_end.size(), next == head.npos ? next : next - at - line_end.size());
        const std::size_t colon = line.find(':');
        if (colon == line.npos) { return false; }
        std::string_view value = line.substr(colon + 1);
        while (value.starts_with(' ')) {
            value.remove_prefix(1);
        }
        read_header(lower(line.substr(0, colon)), value);
        at = next;
    }
    const bool has_body = status_ != 204 && status_ != 304;
    if (has_body && !has_length_) { keeps_alive_ = false; }
    return true;
}

void HttpAnswer::read_header(std::string_view name, std::string_view value) {
    if (name == "content-length") { has_length_ = read_number(value, length_); }
    if (name == "connection" && lower(value) == "close") { keeps_alive_ = false; }
    if (name == "retry-after") { retry_after_ = value; }
}

}  // namespace pushsim
