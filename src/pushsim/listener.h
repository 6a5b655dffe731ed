// The push service's door: accepts connections and hands on their requests.
#pragma once

#include <uv.h>

#include <cstdint>
#include <memory>
#include <set>
#include <string>

#include "push_connection.h"

namespace pushsim {

class Listener {
public:
    // Listens from now on. "ADDRESS:PORT", numeric, port 0 = a free one. `max_streams`: requests
    // under way on one connection. The loop must run once more after the listener has ended, to
    // free the socket. Throws std::runtime_error.
    Listener(uv_loop_t* loop, const std::string& address, SslContext context,
             std::uint32_t max_streams, RequestHandler handler);
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    // The port that it really has.
    int port() const;

private:
    void accept();

    SslContext context_;
    std::uint32_t max_streams_;
    RequestHandler handler_;
    PushConnection::Ended ended_;
    std::set<std::shared_ptr<PushConnection>> connections_;
    uv_tcp_t* socket_;  // freed by its close callback
};

}  // namespace pushsim
