#include "listener.h"

#include <netinet/in.h>

#include <stdexcept>
#include <utility>

#include "address.h"

namespace pushsim {
namespace {

constexpr int backlog = 511;

void close_socket(uv_tcp_t* socket) {
    uv_close(reinterpret_cast<uv_handle_t*>(socket),
             [](uv_handle_t* handle) { delete reinterpret_cast<uv_tcp_t*>(handle); });
}

}  // namespace

Listener::Listener(uv_loop_t* loop, const std::string& address, SslContext context,
                   std::uint32_t max_streams, RequestHandler handler)
    : context_(std::move(context)),
      max_streams_(max_streams),
      handler_(std::move(handler)),
      ended_([this](const auto& connection) { connections_.erase(connection); }),
      socket_(new uv_tcp_t) {
    uv_tcp_init(loop, socket_);
    socket_->data = this;
    const sockaddr_storage where = parse_address(address);
    int result = uv_tcp_bind(socket_, reinterpret_cast<const sockaddr*>(&where), 0);
    if (result == 0) {
        result = uv_listen(reinterpret_cast<uv_stream_t*>(socket_), backlog,
                           [](uv_stream_t* server, int status) {
                               if (status == 0) { static_cast<Listener*>(server->data)->accept(); }
                           });
    }
    if (result != 0) {
        close_socket(socket_);
        throw std::runtime_error("cannot listen on " + address + ": " + uv_strerror(result));
    }
}

Listener::~Listener() {
    close_socket(socket_);
    while (!connections_.empty()) {
        std::shared_ptr(*connections_.begin())->end();
    }
}

int Listener::port() const {
    sockaddr_storage where{};
    int size = sizeof where;
    uv_tcp_getsockname(socket_, reinterpret_cast<sockaddr*>(&where), &size);
    // The port is at the same place in both families.
    return ntohs(reinterpret_cast<const sockaddr_in*>(&where)->sin_port);
}

void Listener::accept() {
    auto connection = std::make_shared<PushConnection>(socket_->loop, context_.get(), max_streams_,
                                                       handler_, ended_);
    if (connection->accept(reinterpret_cast<uv_stream_t*>(socket_))) {
        connections_.insert(std::move(connection));
    }
}

}  // namespace pushsim
