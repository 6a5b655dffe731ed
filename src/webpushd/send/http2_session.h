// HTTP/2 (RFC 9113) as a client of a push service, by nghttp2.
//
// Header compression: the path is a capability and never indexed; TTL, Urgency and the rest come
// from the dynamic table after the first request. (nghttp2 itself never indexes Authorization.)
#pragma once

#include <nghttp2/nghttp2.h>

#include "send/exchange.h"
#include "send/open_exchanges.h"

namespace webpushd {

class Http2Session : public HttpProtocol {
public:
    // `listener` outlives the session. Throws std::bad_alloc.
    explicit Http2Session(ExchangeListener& listener);
    ~Http2Session() override;
    Http2Session(const Http2Session&) = delete;
    Http2Session& operator=(const Http2Session&) = delete;

    bool ready() const override { return settings_known_; }
    std::size_t room() const override;
    std::size_t open() const override { return open_.size(); }
    bool retired() const override { return retired_; }
    bool submit(Exchange& exchange) override;
    bool write(std::string& out) override;
    bool read(std::string_view octets) override;
    bool expire(std::uint64_t now) override;
    void drain() override { retired_ = true; }
    bool overloaded() const override { return overloaded_; }
    void retire() override;
    void abort() override;

private:
    void finish(Exchange& exchange, ExchangeEnd end);
    void cancel(Exchange& exchange, std::uint32_t error);
    void take_settled(std::int32_t stream, bool is_whole);

    static nghttp2_session* make_session(Http2Session* self);
    static int on_header(nghttp2_session*, const nghttp2_frame*, const std::uint8_t*, std::size_t,
                         const std::uint8_t*, std::size_t, std::uint8_t, void*);
    static int on_data(nghttp2_session*, std::uint8_t, std::int32_t, const std::uint8_t*,
                       std::size_t, void*);
    static int on_frame(nghttp2_session*, const nghttp2_frame*, void*);
    static int on_stream_close(nghttp2_session*, std::int32_t, std::uint32_t, void*);
    static ssize_t read_body(nghttp2_session*, std::int32_t, std::uint8_t*, std::size_t,
                             std::uint32_t*, nghttp2_data_source*, void*);

    ExchangeListener& listener_;
    nghttp2_session* session_;
    OpenExchanges open_;
    bool settings_known_ = false;  // SETTINGS_MAX_CONCURRENT_STREAMS above all
    bool retired_ = false;
    bool overloaded_ = false;
};

}  // namespace webpushd
