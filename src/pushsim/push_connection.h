// One connection to the push service, from accept to its end.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "http2_session.h"
#include "tcp.h"
#include "tls_stream.h"

namespace pushsim {

class PushConnection;

// How to answer one request, also later: does nothing once its connection has ended.
class Reply {
public:
    Reply(std::weak_ptr<PushConnection> connection, std::int32_t stream)
        : connection_(std::move(connection)), stream_(stream) {}

    void answer(const PushAnswer& answer, AnswerEnd end = AnswerEnd::whole) const;
    // RST_STREAM with REFUSED_STREAM: says that nothing was done.
    void refuse() const;
    // RST_STREAM with INTERNAL_ERROR: leaves open what was done.
    void reset() const;
    // GOAWAY that leaves out all that has not come yet; this stream is refused, the connection ends
    // with the others.
    void go_away() const;
    // GOAWAY with ENHANCE_YOUR_CALM, the end for all that is under way.
    void ask_for_calm() const;
    // Octets that are no frame of HTTP/2.
    void write_garbage() const;
    // Of the whole connection, from now on.
    void allow_streams(std::optional<std::uint32_t> most) const;
    void open_window(bool is_open) const;
    void keep_reading(bool is_read) const;
    // Cuts the connection, with all that is under way on it.
    void cut() const;

private:
    std::weak_ptr<PushConnection> connection_;
    std::int32_t stream_;
};

using RequestHandler = std::function<void(PushRequest, Reply)>;

// Owned by the listener; is told by `ended` when it may be let go.
class PushConnection : public std::enable_shared_from_this<PushConnection>,
                       private Tcp::User,
                       private Http2Session::User {
public:
    using Ended = std::function<void(const std::shared_ptr<PushConnection>&)>;

    // `context`, `handler` and `ended` outlive it.
    PushConnection(uv_loop_t* loop, SSL_CTX* context, std::uint32_t max_streams,
                   const RequestHandler& handler, const Ended& ended);

    bool accept(uv_stream_t* listener) { return tcp_->accept(listener); }

    Http2Session& http() { return http_; }
    // Sends what the session has to say, after every change of it.
    void flush();
    void write_plain(std::string_view plain);
    void keep_reading(bool is_read);
    void end();

private:
    void received(std::string_view octets) override;
    void ended() override { end(); }
    void requested(std::int32_t stream, PushRequest request) override;

    const RequestHandler& handler_;
    const Ended& ended_;
    TlsStream tls_;
    Http2Session http_;
    bool reading_ = false;      // flush() waits until all that has come is read
    std::unique_ptr<Tcp> tcp_;  // null once it has ended
};

}  // namespace pushsim
