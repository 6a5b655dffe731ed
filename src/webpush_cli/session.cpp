#include "session.h"

#include <cstdio>

namespace webpush_cli {

Client& Session::client() {
    if (!client_) { client_.emplace(socket); }
    return *client_;
}

void Session::print(std::string_view text) const {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

bool Session::print_json(const std::string& body) const {
    if (json) { print(body + "\n"); }
    return json;
}

}  // namespace webpush_cli
