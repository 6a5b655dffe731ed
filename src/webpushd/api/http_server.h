// Carries requests from a listening socket to a function and its answers back: HTTP/1.1 through
// libmicrohttpd, on a few threads of its own. The only file pair that knows that library.
#pragma once

#include <cstddef>
#include <functional>

#include "http.h"

struct MHD_Daemon;

namespace webpushd {

inline constexpr std::size_t max_request_body = 64 * 1024;

class HttpServer {
public:
    struct Callbacks {
        // Whether whoever is at the other end of this socket may use the API.
        std::function<bool(int socket)> admit;
        // Called on several threads at a time.
        std::function<Response(const Request&)> answer;
    };

    // Serves at once. Takes the listening socket over. Throws std::runtime_error when it cannot.
    HttpServer(int listening_socket, unsigned threads, Callbacks callbacks);

    // Lets the requests that are being answered finish.
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

private:
    Callbacks callbacks_;
    MHD_Daemon* daemon_ = nullptr;
};

}  // namespace webpushd
