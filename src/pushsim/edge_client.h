// HTTP/1.1 to the edge, as many browsers together would have it: a bounded number of kept-alive
// connections, the rest waits in line.
#pragma once

#include <uv.h>

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "http_answer.h"

namespace pushsim {

struct EdgeRequest {
    std::string head;  // request line and headers, but Host and Content-Length
    std::string body;
};

class EdgeClient {
public:
    // nullptr: no answer came, and it is not known what became of the request.
    using Answered = std::function<void(const HttpAnswer*)>;

    // "ADDRESS:PORT" to connect to; `host` for the Host header. The loop must run once more after
    // the client has ended, to free its sockets. Throws std::runtime_error.
    EdgeClient(uv_loop_t* loop, const std::string& address, std::string host,
               std::size_t max_connections);
    ~EdgeClient();
    EdgeClient(const EdgeClient&) = delete;
    EdgeClient& operator=(const EdgeClient&) = delete;

    const std::string& host() const { return host_; }

    void send(const EdgeRequest& request, Answered answered);

    // Gives up requests that are without an answer for too long; to be called now and then.
    void expire();

private:
    class Connection;

    struct Waiting {
        std::string octets;
        Answered answered;
    };

    void start_waiting();
    // The connection is free, or over.
    void released(Connection& connection);

    uv_loop_t* loop_;
    sockaddr_storage address_;
    std::string host_;
    std::size_t max_connections_;
    std::deque<Waiting> waiting_;
    std::vector<std::unique_ptr<Connection>> connections_;
};

}  // namespace pushsim
