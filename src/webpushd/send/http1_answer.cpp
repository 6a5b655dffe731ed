#include "send/http1_answer.h"

#include <algorithm>
#include <charconv>

#include "send/answer_header.h"

namespace webpushd {

namespace {

constexpr std::size_t max_head = 16384;
constexpr std::string_view version = "HTTP/1.";

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') { c = static_cast<char>(c - 'A' + 'a'); }
    }
    return out;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
        text.remove_prefix(1);
    }
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) { text.remove_suffix(1); }
    return text;
}

template <typename T>
bool parse_number(std::string_view text, T& number, int base = 10) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
    return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

Http1Answer::Progress Http1Answer::take(std::string_view& input, Exchange& exchange) {
    while (!input.empty() && part_ != Part::done) {
        if (part_ == Part::sized_body || part_ == Part::unsized_body || part_ == Part::chunk) {
            take_octets(input, exchange);
        } else if (take_lines(input, exchange) == Progress::invalid) {
            return Progress::invalid;
        }
    }
    return part_ == Part::done ? Progress::complete : Progress::incomplete;
}

Http1Answer::Progress Http1Answer::take_lines(std::string_view& input, Exchange& exchange) {
    const std::size_t newline = input.find('\n');
    const std::string_view piece = input.substr(0, newline);
    const bool is_whole = newline != std::string_view::npos;
    head_size_ += piece.size() + (is_whole ? 1 : 0);
    if (head_size_ > max_head) { return Progress::invalid; }
    line_.append(piece);
    if (!is_whole) {
        input = {};
        return Progress::incomplete;
    }
    input.remove_prefix(newline + 1);
    if (line_.ends_with('\r')) { line_.pop_back(); }
    const bool taken = take_line(line_, exchange);
    line_.clear();
    return taken ? Progress::incomplete : Progress::invalid;
}

bool Http1Answer::take_line(std::string_view line, Exchange& exchange) {
    switch (part_) {
    case Part::chunk_size: return line.empty() || take_chunk_size(line);  // empty: after a chunk
    case Part::trailer:
        if (line.empty()) { part_ = Part::done; }
        return true;
    default: break;
    }
    if (exchange.status == 0) { return take_status_line(line, exchange); }
    if (!line.empty()) { return take_field(line, exchange); }
    finish_head(exchange);
    return true;
}

bool Http1Answer::take_status_line(std::string_view line, Exchange& exchange) {
    if (line.size() < 12 || !line.starts_with(version) || line[8] != ' ') { return false; }
    if (line.size() > 12 && line[12] != ' ') { return false; }
    keep_alive_ = line[7] != '0';
    return parse_number(line.substr(9, 3), exchange.status) && exchange.status >= 100;
}

bool Http1Answer::take_field(std::string_view line, Exchange& exchange) {
    const std::size_t colon = line.find(':');
    if (colon == 0 || colon == std::string_view::npos) { return false; }
    const std::string name = lower(line.substr(0, colon));
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (name == "content-length") { return take_length(value); }
    if (name == "transfer-encoding") { chunked_ = lower(value).ends_with("chunked"); }
    if (name == "connection" && lower(value) == "close") { keep_alive_ = false; }
    take_header(exchange, name, value);
    return true;
}

// Two that differ leave open where the next answer begins (RFC 9112 section 6.3).
bool Http1Answer::take_length(std::string_view value) {
    std::uint64_t length = 0;
    if (!parse_number(value, length) || (sized_ && length != left_)) { return false; }
    sized_ = true;
    left_ = length;
    return true;
}

void Http1Answer::finish_head(Exchange& exchange) {
    if (exchange.status < 200) {  // 100 Continue and the like: the answer is still to come
        exchange.reset_answer();
        sized_ = chunked_ = false;
    } else if (exchange.status == 204 || exchange.status == 304) {
        part_ = Part::done;
    } else if (chunked_) {
        part_ = Part::chunk_size;
    } else if (sized_) {
        part_ = left_ == 0 ? Part::done : Part::sized_body;
    } else {
        keep_alive_ = false;
        part_ = Part::unsized_body;
    }
}

bool Http1Answer::take_chunk_size(std::string_view line) {
    head_size_ = 0;
    if (!parse_number(trimmed(line.substr(0, line.find(';'))), left_, 16)) { return false; }
    part_ = left_ == 0 ? Part::trailer : Part::chunk;
    return true;
}

void Http1Answer::take_octets(std::string_view& input, Exchange& exchange) {
    const auto count = part_ == Part::unsized_body
                           ? input.size()
                           : static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size()));
    take_body(exchange, input.substr(0, count));
    input.remove_prefix(count);
    if (part_ == Part::unsized_body) { return; }
    left_ -= count;
    if (left_ == 0) { part_ = part_ == Part::chunk ? Part::chunk_size : Part::done; }
}

}  // namespace webpushd
