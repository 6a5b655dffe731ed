#include "send/http2_session.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <new>
#include <vector>

#include "guard.h"
#include "send/answer_header.h"

namespace webpushd {

namespace {

constexpr const char* part = "http/2";

// A push service never has anything to push to us, in HTTP/2's sense.
constexpr std::array<nghttp2_settings_entry, 1> own_settings = {
    {{NGHTTP2_SETTINGS_ENABLE_PUSH, 0}}};

std::uint8_t* octets(std::string_view text) {
    return reinterpret_cast<std::uint8_t*>(
        const_cast<char*>(text.data()));  // nghttp2 does not write
}

// Nothing is copied: names are literals, values live in the exchange.
nghttp2_nv header(std::string_view name, std::string_view value, int flags = NGHTTP2_NV_FLAG_NONE) {
    return {octets(name), octets(value), name.size(), value.size(),
            static_cast<std::uint8_t>(flags | NGHTTP2_NV_FLAG_NO_COPY_NAME |
                                      NGHTTP2_NV_FLAG_NO_COPY_VALUE)};
}

class HeaderList {
public:
    explicit HeaderList(const Exchange& exchange) {
        add(header(":method", "POST"));
        add(header(":scheme", "https"));
        add(header(":authority", exchange.authority));
        add(header(":path", exchange.path, NGHTTP2_NV_FLAG_NO_INDEX));
        add(header("authorization", *exchange.authorization));
        add(header("ttl", exchange.ttl));
        add(header("urgency", exchange.urgency));
        if (!exchange.topic.empty()) {
            add(header("topic", exchange.topic, NGHTTP2_NV_FLAG_NO_INDEX));
        }
        if (exchange.wns_cache) { add(header("x-wns-cache-policy", "cache")); }
        add(header("content-encoding", "aes128gcm"));
        add(header("content-type", "application/octet-stream"));
        const auto end = std::to_chars(length_, length_ + sizeof length_, exchange.body.size()).ptr;
        // The length is in this object, so it has to be copied.
        nghttp2_nv length =
            header("content-length", {length_, static_cast<std::size_t>(end - length_)});
        length.flags = NGHTTP2_NV_FLAG_NO_COPY_NAME;
        add(length);
    }

    const nghttp2_nv* data() const { return list_.data(); }
    std::size_t size() const { return size_; }

private:
    void add(const nghttp2_nv& field) { list_[size_++] = field; }

    std::array<nghttp2_nv, 12> list_{};
    std::size_t size_ = 0;
    char length_[20];
};

Exchange* exchange_of(nghttp2_session* session, std::int32_t stream) {
    return static_cast<Exchange*>(nghttp2_session_get_stream_user_data(session, stream));
}

bool is_answered(const Exchange& exchange) { return exchange.status >= 200; }

bool is_sent(const Exchange& exchange) { return exchange.body_sent == exchange.body.size(); }

// Of an exchange that ends before its answer does. Once there is a final status the service has
// decided; without the end of the request it had nothing to decide about.
ExchangeEnd cut_short(const Exchange& exchange, ExchangeEnd otherwise) {
    if (is_answered(exchange)) { return ExchangeEnd::answered; }
    return is_sent(exchange) ? otherwise : ExchangeEnd::unprocessed;
}

int callback_result(bool ok) { return ok ? 0 : NGHTTP2_ERR_CALLBACK_FAILURE; }

std::string_view view_of(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

}  // namespace

Http2Session::Http2Session(ExchangeListener& listener)
    : listener_(listener), session_(make_session(this)) {
    if (session_ == nullptr) { throw std::bad_alloc(); }
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, own_settings.data(), own_settings.size());
}

Http2Session::~Http2Session() { nghttp2_session_del(session_); }

nghttp2_session* Http2Session::make_session(Http2Session* self) {
    nghttp2_session_callbacks* callbacks = nullptr;
    if (nghttp2_session_callbacks_new(&callbacks) != 0) { return nullptr; }
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_stream_close);
    nghttp2_session* session = nullptr;
    nghttp2_session_client_new(&session, callbacks, self);
    nghttp2_session_callbacks_del(callbacks);
    return session;
}

std::size_t Http2Session::room() const {
    if (retired_) { return 0; }
    const std::size_t streams =
        nghttp2_session_get_remote_settings(session_, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
    return streams - std::min(streams, open_.size());
}

bool Http2Session::submit(Exchange& exchange) {
    const HeaderList headers(exchange);
    nghttp2_data_provider body{};
    body.read_callback = read_body;
    exchange.stream =
        nghttp2_submit_request(session_, nullptr, headers.data(), headers.size(), &body, &exchange);
    if (exchange.stream < 0) {
        retired_ = true;  // stream ids are used up
        return false;
    }
    open_.insert(exchange);
    return true;
}

bool Http2Session::write(std::string& out) {
    for (;;) {
        const std::uint8_t* data = nullptr;
        const ssize_t size = nghttp2_session_mem_send(session_, &data);
        if (size < 0) { return false; }
        if (size == 0) { break; }
        out.append(view_of(data, static_cast<std::size_t>(size)));
    }
    return nghttp2_session_want_read(session_) != 0 || nghttp2_session_want_write(session_) != 0;
}

bool Http2Session::read(std::string_view received) {
    return nghttp2_session_mem_recv(session_, octets(received), received.size()) >= 0;
}

bool Http2Session::expire(std::uint64_t now) {
    const std::vector<Exchange*> under_way = open_.all();
    for (Exchange* exchange : under_way) {
        if (now < exchange->deadline) { continue; }
        cancel(*exchange, NGHTTP2_CANCEL);
    }
    return true;
}

void Http2Session::retire() {
    retired_ = true;
    nghttp2_session_terminate_session(session_, NGHTTP2_NO_ERROR);
}

void Http2Session::abort() {
    retired_ = true;
    while (open_.size() > 0) {
        Exchange& exchange = *open_.all().back();
        nghttp2_session_set_stream_user_data(session_, exchange.stream, nullptr);
        finish(exchange, cut_short(exchange, ExchangeEnd::lost));
    }
}

void Http2Session::cancel(Exchange& exchange, std::uint32_t error) {
    nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, exchange.stream, error);
    nghttp2_session_set_stream_user_data(session_, exchange.stream, nullptr);
    finish(exchange, cut_short(exchange, ExchangeEnd::lost));
}

// The service has decided, and what is still missing, of its answer or of the request, is not worth
// waiting for.
void Http2Session::take_settled(std::int32_t stream, bool is_whole) {
    Exchange* exchange = exchange_of(session_, stream);
    if (exchange == nullptr || !is_answered(*exchange)) { return; }
    if (is_whole && !is_sent(*exchange)) { return cancel(*exchange, NGHTTP2_NO_ERROR); }
    if (exchange->answer_size > longest_answer) { cancel(*exchange, NGHTTP2_CANCEL); }
}

void Http2Session::finish(Exchange& exchange, ExchangeEnd end) {
    open_.remove(exchange);
    listener_.finished(exchange, end);
}

// ---- nghttp2's callbacks ----

int Http2Session::on_header(nghttp2_session* session, const nghttp2_frame* frame,
                            const std::uint8_t* name, std::size_t name_size,
                            const std::uint8_t* value, std::size_t value_size, std::uint8_t,
                            void*) {
    Exchange* exchange = exchange_of(session, frame->hd.stream_id);
    if (exchange == nullptr) { return 0; }
    return callback_result(guarded(part, [&] {
        take_header(*exchange, view_of(name, name_size), view_of(value, value_size));
    }));
}

int Http2Session::on_data(nghttp2_session* session, std::uint8_t, std::int32_t stream,
                          const std::uint8_t* data, std::size_t size, void* user_data) {
    Exchange* exchange = exchange_of(session, stream);
    if (exchange == nullptr) { return 0; }
    auto* self = static_cast<Http2Session*>(user_data);
    return callback_result(guarded(part, [&] {
        take_body(*exchange, view_of(data, size));
        self->take_settled(stream, false);
    }));
}

int Http2Session::on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user_data) {
    auto* self = static_cast<Http2Session*>(user_data);
    switch (frame->hd.type) {
    case NGHTTP2_SETTINGS:
        if ((frame->hd.flags & NGHTTP2_FLAG_ACK) == 0) { self->settings_known_ = true; }
        return 0;
    case NGHTTP2_GOAWAY:
        self->retired_ = true;
        self->overloaded_ = frame->goaway.error_code == NGHTTP2_ENHANCE_YOUR_CALM;
        return 0;
    case NGHTTP2_HEADERS:
    case NGHTTP2_DATA:
        if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) { return 0; }
        return callback_result(
            guarded(part, [=] { self->take_settled(frame->hd.stream_id, true); }));
    default: return 0;
    }
}

// Streams that a GOAWAY does not cover are closed by nghttp2 with REFUSED_STREAM, too.
int Http2Session::on_stream_close(nghttp2_session* session, std::int32_t stream,
                                  std::uint32_t error, void* user_data) {
    Exchange* exchange = exchange_of(session, stream);
    if (exchange == nullptr) { return 0; }
    const ExchangeEnd end = cut_short(*exchange, error == NGHTTP2_REFUSED_STREAM
                                                     ? ExchangeEnd::unprocessed
                                                     : ExchangeEnd::lost);
    auto* self = static_cast<Http2Session*>(user_data);
    return callback_result(guarded(part, [&] { self->finish(*exchange, end); }));
}

ssize_t Http2Session::read_body(nghttp2_session* session, std::int32_t stream, std::uint8_t* out,
                                std::size_t size, std::uint32_t* flags, nghttp2_data_source*,
                                void*) {
    Exchange* exchange = exchange_of(session, stream);
    if (exchange == nullptr) { return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE; }  // ended meanwhile
    const std::size_t count = std::min(size, exchange->body.size() - exchange->body_sent);
    std::memcpy(out, exchange->body.data() + exchange->body_sent, count);
    exchange->body_sent += count;
    if (exchange->body_sent == exchange->body.size()) { *flags |= NGHTTP2_DATA_FLAG_EOF; }
    return static_cast<ssize_t>(count);
}

}  // namespace webpushd
