// The role `api`: the API at the admin socket.
#include <unistd.h>

#include <memory>
#include <optional>

#include "admin_socket.h"
#include "api.h"
#include "http_server.h"
#include "role.h"

namespace webpushd {
namespace {

constexpr unsigned threads = 4;

class ApiRole : public Role {
public:
    explicit ApiRole(const Context& context) : context_(context), api_(context) {}

    std::string_view name() const override { return "api"; }

    void start() override {
        const int socket = listen_at_admin_socket(context_.settings.admin_socket);
        server_.emplace(socket, threads,
                        HttpServer::Callbacks{is_own_peer, [this](const Request& request) {
                                                  return api_.answer(request);
                                              }});
    }

    void stop() override {
        ::unlink(context_.settings.admin_socket.c_str());
        server_.reset();
    }

private:
    const Context& context_;
    Api api_;
    std::optional<HttpServer> server_;  // after api_, which its threads use
};

}  // namespace

std::unique_ptr<Role> make_api_role(const Context& context) {
    return std::make_unique<ApiRole>(context);
}

}  // namespace webpushd
