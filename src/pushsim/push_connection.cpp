#include "push_connection.h"

#include <utility>

namespace pushsim {

void Reply::answer(const PushAnswer& answer, AnswerEnd end) const {
    if (const auto connection = connection_.lock()) {
        connection->http().answer(stream_, answer, end);
        connection->flush();
    }
}

void Reply::refuse() const {
    if (const auto connection = connection_.lock()) {
        connection->http().reset(stream_, NGHTTP2_REFUSED_STREAM);
        connection->flush();
    }
}

void Reply::reset() const {
    if (const auto connection = connection_.lock()) {
        connection->http().reset(stream_, NGHTTP2_INTERNAL_ERROR);
        connection->flush();
    }
}

void Reply::go_away() const {
    if (const auto connection = connection_.lock()) {
        connection->http().go_away(stream_);
        connection->flush();
    }
}

void Reply::ask_for_calm() const {
    if (const auto connection = connection_.lock()) {
        connection->http().ask_for_calm();
        connection->flush();
    }
}

void Reply::write_garbage() const {
    if (const auto connection = connection_.lock()) {
        connection->write_plain("HTTP/1.1 400 Bad Request\r\n\r\n");
    }
}

void Reply::allow_streams(std::optional<std::uint32_t> most) const {
    if (const auto connection = connection_.lock()) {
        connection->http().allow_streams(most);
        connection->flush();
    }
}

void Reply::open_window(bool is_open) const {
    if (const auto connection = connection_.lock()) {
        connection->http().open_window(is_open);
        connection->flush();
    }
}

void Reply::keep_reading(bool is_read) const {
    if (const auto connection = connection_.lock()) { connection->keep_reading(is_read); }
}

void Reply::cut() const {
    if (const auto connection = connection_.lock()) { connection->end(); }
}

PushConnection::PushConnection(uv_loop_t* loop, SSL_CTX* context, std::uint32_t max_streams,
                               const RequestHandler& handler, const Ended& ended)
    : handler_(handler),
      ended_(ended),
      tls_(context),
      http_(*this, max_streams),
      tcp_(new Tcp(loop, *this)) {}  // not by make_unique(), which cannot see the base

void PushConnection::received(std::string_view octets) {
    const auto alive = shared_from_this();
    std::string plain;
    reading_ = true;
    const bool open = tls_.receive(octets, plain);
    const bool understood = plain.empty() || http_.read(plain);
    reading_ = false;
    flush();
    if (!open || !understood) { end(); }
}

void PushConnection::requested(std::int32_t stream, PushRequest request) {
    handler_(std::move(request), Reply(weak_from_this(), stream));
}

void PushConnection::flush() {
    if (reading_ || !tcp_) { return; }
    std::string plain;
    const bool open = !tls_.connected() || http_.write(plain);
    if (!plain.empty()) { tls_.send(plain); }
    std::string out = tls_.take_output();
    if (!out.empty()) { tcp_->write(std::move(out)); }
    if (!open) { end(); }
}

void PushConnection::write_plain(std::string_view plain) {
    if (!tcp_) { return; }
    tls_.send(plain);
    tcp_->write(tls_.take_output());
}

void PushConnection::keep_reading(bool is_read) {
    if (tcp_) { tcp_->keep_reading(is_read); }
}

void PushConnection::end() {
    if (!tcp_) { return; }
    tcp_.reset();
    ended_(shared_from_this());
}

}  // namespace pushsim
