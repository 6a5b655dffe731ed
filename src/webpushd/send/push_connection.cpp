#include "send/push_connection.h"

#include <utility>

#include "guard.h"
#include "send/http1_session.h"
#include "send/http2_session.h"

namespace webpushd {

namespace {

constexpr const char* part = "push connection";
// Short, because a service has several addresses and those of one family may lead nowhere.
constexpr std::uint64_t connect_within_ms = 3000;
constexpr std::uint64_t greet_within_ms = 10000;  // TLS handshake and SETTINGS
// With a request unanswered and no answer to any other for so long, it is done with.
constexpr std::uint64_t answer_within_ms = 30000;
// Push services end idle connections after minutes; ending first spares a lost request.
constexpr std::uint64_t close_idle_after_ms = 60000;

template <typename Handle>
PushConnection* owner(Handle* handle) {
    return static_cast<PushConnection*>(handle->data);
}

}  // namespace

PushConnection::PushConnection(uv_loop_t* loop, SSL_CTX* context, const std::string& host,
                               const sockaddr_storage& address, TlsSessions& sessions,
                               ConnectionListener& listener)
    : listener_(listener),
      tls_(context, host, sessions),
      deadline_(uv_now(loop) + connect_within_ms) {
    uv_tcp_init(loop, &tcp_);
    tcp_.data = connect_.data = write_.data = this;
    uv_tcp_nodelay(&tcp_, 1);
    const int error =
        uv_tcp_connect(&connect_, &tcp_, reinterpret_cast<const sockaddr*>(&address),
                       [](uv_connect_t* request, int status) {
                           guarded(part, [=] { owner(request)->on_connected(status); });
                       });
    if (error != 0) { close(uv_strerror(error)); }
}

std::size_t PushConnection::room() const { return state_ == State::open ? protocol_->room() : 0; }

bool PushConnection::submit(Exchange& exchange) {
    last_used_ = uv_now(tcp_.loop);
    return protocol_->submit(exchange);
}

void PushConnection::flush() {
    if (!protocol_ || state_ == State::closing) { return; }
    plain_.clear();
    const bool goes_on = protocol_->write(plain_);
    if (tls_.send(plain_) != TlsStream::Status::going_on) { return close(tls_.problem()); }
    if (!goes_on) { tls_.end(); }
    send_output();
    if (!goes_on) { close(""); }
}

void PushConnection::tick(std::uint64_t now) {
    if (state_ == State::connecting && now >= deadline_) { return close("no connection in time"); }
    if (state_ != State::open) { return; }
    expire(now);
    if (state_ != State::open) { return; }
    const bool idle = protocol_->open() == 0;
    if (idle && (protocol_->retired() || now >= last_used_ + close_idle_after_ms)) {
        protocol_->retire();
    }
    flush();
}

void PushConnection::expire(std::uint64_t now) {
    const std::size_t before = protocol_->open();
    if (!protocol_->expire(now)) { return close("no answer in time"); }
    const bool has_expired = protocol_->open() < before;
    if (has_expired && now >= last_answer_ + answer_within_ms) { protocol_->drain(); }
}

void PushConnection::close(const std::string& problem) {
    if (state_ == State::closing) { return; }
    state_ = State::closing;
    problem_ = problem;
    uv_close(reinterpret_cast<uv_handle_t*>(&tcp_), [](uv_handle_t* handle) {
        guarded(part, [=] { owner(handle)->closed(); });
    });
}

void PushConnection::closed() {
    if (protocol_) { protocol_->abort(); }
    const ConnectionEnd end{worked_, protocol_ && protocol_->overloaded(), problem_};
    listener_.connection_closed(*this, end);  // destroys this
}

void PushConnection::on_connected(int status) {
    if (state_ == State::closing) { return; }
    if (status != 0) { return close(uv_strerror(status)); }
    const auto allocate = [](uv_handle_t* handle, std::size_t, uv_buf_t* buffer) {
        *buffer = uv_buf_init(owner(handle)->received_, sizeof received_);
    };
    const auto read = [](uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer) {
        if (count != 0) { guarded(part, [=] { owner(stream)->on_read(count, buffer->base); }); }
    };
    uv_read_start(reinterpret_cast<uv_stream_t*>(&tcp_), allocate, read);
    deadline_ = uv_now(tcp_.loop) + greet_within_ms;
    on_read(0, received_);  // begins the handshake
}

void PushConnection::on_read(ssize_t count, const char* data) {
    if (state_ == State::closing) { return; }
    if (count < 0) {
        return close(count == UV_EOF ? "closed by the service"
                                     : uv_strerror(static_cast<int>(count)));
    }
    plain_.clear();
    const TlsStream::Status status = tls_.receive({data, static_cast<std::size_t>(count)}, plain_);
    if (!protocol_ && tls_.connected()) { choose_protocol(); }
    const bool was_full = state_ == State::open && protocol_->room() == 0;
    if (protocol_ && !protocol_->read(plain_)) { return close("protocol error"); }
    if (was_full && protocol_->room() > 0) { listener_.connection_has_room(*this); }
    if (state_ == State::connecting && protocol_ && protocol_->ready()) { opened(); }
    if (status == TlsStream::Status::going_on) {
        flush();
        return send_output();
    }
    send_output();  // an alert may be on its way
    close(status == TlsStream::Status::ended ? "closed by the service" : tls_.problem());
}

void PushConnection::choose_protocol() {
    if (tls_.protocol() == "h2") {
        protocol_ = std::make_unique<Http2Session>(*this);
    } else {
        protocol_ = std::make_unique<Http1Session>(*this);
    }
}

void PushConnection::opened() {
    state_ = State::open;
    was_open_ = true;
    last_used_ = last_answer_ = uv_now(tcp_.loop);
    listener_.connection_open(*this);
}

void PushConnection::finished(Exchange& exchange, ExchangeEnd end) {
    if (end == ExchangeEnd::answered) {
        worked_ = true;
        last_answer_ = uv_now(tcp_.loop);
    }
    listener_.finished(exchange, end);
}

// Tries to write at once; what the kernel does not take waits in one write request at a time.
void PushConnection::send_output() {
    tls_.take_output(unsent_);
    if (!writing_ && !unsent_.empty()) { start_write(); }
}

void PushConnection::start_write() {
    auto* stream = reinterpret_cast<uv_stream_t*>(&tcp_);
    uv_buf_t buffer = uv_buf_init(unsent_.data(), static_cast<unsigned int>(unsent_.size()));
    const int written = uv_try_write(stream, &buffer, 1);
    if (written > 0) { unsent_.erase(0, static_cast<std::size_t>(written)); }
    if (written < 0 && written != UV_EAGAIN) { return close(uv_strerror(written)); }
    if (unsent_.empty()) { return; }
    in_write_.clear();
    std::swap(in_write_, unsent_);
    buffer = uv_buf_init(in_write_.data(), static_cast<unsigned int>(in_write_.size()));
    const int error = uv_write(&write_, stream, &buffer, 1, [](uv_write_t* request, int status) {
        guarded(part, [=] { owner(request)->on_written(status); });
    });
    if (error != 0) { return close(uv_strerror(error)); }
    writing_ = true;
}

void PushConnection::on_written(int status) {
    writing_ = false;
    if (state_ == State::closing) { return; }
    if (status != 0) { return close(uv_strerror(status)); }
    send_output();
}

}  // namespace webpushd
