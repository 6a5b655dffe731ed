#include "http_server.h"

#include <microhttpd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "guard.h"

namespace webpushd {
namespace {

using webpush::Problem;

constexpr unsigned idle_seconds = 60;
constexpr unsigned max_connections = 64;

// One request while it arrives. Made at its first callback, owned by the connection until
// request_completed().
struct Exchange {
    Request request;
    bool too_large = false;
};

MHD_Result add_to_query(void* context, MHD_ValueKind, const char* name, const char* value) {
    auto& query = *static_cast<std::map<std::string, std::string>*>(context);
    const bool added = guarded("api", [&] { query[name] = value == nullptr ? "" : value; });
    return added ? MHD_YES : MHD_NO;
}

std::string header(MHD_Connection* connection, const char* name) {
    const char* value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
    return value == nullptr ? std::string() : std::string(value);
}

bool announces_too_much(MHD_Connection* connection) {
    const std::string length = header(connection, MHD_HTTP_HEADER_CONTENT_LENGTH);
    std::size_t octets = 0;
    std::from_chars(length.data(), length.data() + length.size(), octets);
    return octets > max_request_body;
}

int socket_of(MHD_Connection* connection) {
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
}

std::unique_ptr<Exchange> begin_exchange(MHD_Connection* connection, const char* url,
                                         const char* method) {
    auto exchange = std::make_unique<Exchange>();
    exchange->request.method = method;
    exchange->request.path = url;
    exchange->request.content_type = header(connection, MHD_HTTP_HEADER_CONTENT_TYPE);
    exchange->request.idempotency_key = header(connection, "Idempotency-Key");
    MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, add_to_query,
                              &exchange->request.query);
    return exchange;
}

// What is too much is read and forgotten, so that the refusal reaches the client.
void take_body(Exchange& exchange, std::string_view piece) {
    std::string& body = exchange.request.body;
    if (body.size() + piece.size() > max_request_body) {
        exchange.too_large = true;
        return;
    }
    body += piece;
}

MHD_Result send(MHD_Connection* connection, const Response& response) {
    const std::unique_ptr<MHD_Response, void (*)(MHD_Response*)> out(
        MHD_create_response_from_buffer(response.body.size(),
                                        const_cast<char*>(response.body.data()),
                                        MHD_RESPMEM_MUST_COPY),
        MHD_destroy_response);
    if (!out) { return MHD_NO; }
    MHD_add_response_header(out.get(), MHD_HTTP_HEADER_CONTENT_TYPE, response.content_type.c_str());
    MHD_add_response_header(out.get(), MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    for (const auto& [name, value] : response.headers) {
        MHD_add_response_header(out.get(), name.c_str(), value.c_str());
    }
    return MHD_queue_response(connection, static_cast<unsigned>(response.status), out.get());
}

Response too_large() {
    return problem_response({Problem::body_too_large, "", "a body has at most 64 KiB"});
}

// libmicrohttpd calls this once when the headers are there, once for each piece of the body and
// once at the end; an answer at the first call closes the connection after it.
MHD_Result handle(const HttpServer::Callbacks& callbacks, MHD_Connection* connection,
                  const char* url, const char* method, const char* data, std::size_t* size,
                  void** state) {
    auto* exchange = static_cast<Exchange*>(*state);
    if (exchange == nullptr) {
        *state = begin_exchange(connection, url, method).release();
        if (!callbacks.admit(socket_of(connection))) {
            return send(connection, problem_response({Problem::forbidden, "", ""}));
        }
        return announces_too_much(connection) ? send(connection, too_large()) : MHD_YES;
    }
    if (*size > 0) {
        take_body(*exchange, {data, *size});
        *size = 0;
        return MHD_YES;
    }
    return send(connection,
                exchange->too_large ? too_large() : callbacks.answer(exchange->request));
}

MHD_Result on_request(void* context, MHD_Connection* connection, const char* url,
                      const char* method, const char*, const char* data, std::size_t* size,
                      void** state) {
    const auto& callbacks = *static_cast<const HttpServer::Callbacks*>(context);
    MHD_Result result = MHD_NO;
    guarded("api", [&] {
        result = handle(callbacks, connection, url, method, data, size, state);
    });
    return result;
}

void request_completed(void*, MHD_Connection*, void** state, MHD_RequestTerminationCode) {
    delete static_cast<Exchange*>(*state);
    *state = nullptr;
}

}  // namespace

HttpServer::HttpServer(int listening_socket, unsigned threads, Callbacks callbacks)
    : callbacks_(std::move(callbacks)) {
    daemon_ = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC, 0, nullptr, nullptr, on_request, &callbacks_,
        MHD_OPTION_LISTEN_SOCKET, listening_socket, MHD_OPTION_THREAD_POOL_SIZE, threads,
        MHD_OPTION_CONNECTION_LIMIT, max_connections, MHD_OPTION_CONNECTION_TIMEOUT, idle_seconds,
        MHD_OPTION_NOTIFY_COMPLETED, request_completed, nullptr, MHD_OPTION_END);
    if (daemon_ == nullptr) {
        ::close(listening_socket);
        throw std::runtime_error("the HTTP server of the API does not start");
    }
}

HttpServer::~HttpServer() { MHD_stop_daemon(daemon_); }

}  // namespace webpushd
