#include "send/http1_session.h"

#include <utility>

namespace webpushd {

namespace {

void append_field(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
}

void append_request(std::string& out, const Exchange& exchange) {
    out.append("POST ").append(exchange.path).append(" HTTP/1.1\r\n");
    append_field(out, "Host", exchange.authority);
    append_field(out, "Authorization", *exchange.authorization);
    append_field(out, "TTL", exchange.ttl);
    append_field(out, "Urgency", exchange.urgency);
    if (!exchange.topic.empty()) { append_field(out, "Topic", exchange.topic); }
    if (exchange.wns_cache) { append_field(out, "X-WNS-Cache-Policy", "cache"); }
    append_field(out, "Content-Encoding", "aes128gcm");
    append_field(out, "Content-Type", "application/octet-stream");
    append_field(out, "Content-Length", std::to_string(exchange.body.size()));
    out.append("\r\n").append(exchange.body);
}

}  // namespace

bool Http1Session::submit(Exchange& exchange) {
    exchange_ = &exchange;
    answer_ = Http1Answer();
    append_request(unsent_, exchange);
    return true;
}

bool Http1Session::write(std::string& out) {
    out.append(unsent_);
    unsent_.clear();
    return exchange_ != nullptr || !retired_;
}

bool Http1Session::read(std::string_view octets) {
    if (octets.empty()) { return true; }
    if (exchange_ == nullptr) { return false; }  // an answer without a question
    switch (answer_.take(octets, *exchange_)) {
    case Http1Answer::Progress::incomplete:
        if (exchange_->answer_size <= longest_answer) { return true; }
        retired_ = true;  // the rest of it would follow
        break;
    case Http1Answer::Progress::invalid: return false;
    case Http1Answer::Progress::complete: break;
    }
    retired_ = retired_ || !answer_.keeps_alive() || !octets.empty();
    finish(ExchangeEnd::answered);
    return !retired_;
}

// There is no way to give up one request and keep the connection.
bool Http1Session::expire(std::uint64_t now) {
    if (exchange_ == nullptr || now < exchange_->deadline) { return true; }
    retired_ = true;
    return false;
}

void Http1Session::abort() {
    retired_ = true;
    if (exchange_ == nullptr) { return; }
    finish(answer_.has_head() ? ExchangeEnd::answered : ExchangeEnd::lost);
}

void Http1Session::finish(ExchangeEnd end) {
    listener_.finished(*std::exchange(exchange_, nullptr), end);
}

}  // namespace webpushd
