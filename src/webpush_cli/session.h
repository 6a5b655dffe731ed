// What every command works with: the global options and what is made of them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "client.h"
#include "terminal.h"

namespace webpush_cli {

inline constexpr const char* default_socket = "/var/lib/webpush/run/admin.sock";
inline constexpr const char* default_site = "default";

class Session {
public:
    std::string socket = default_socket;
    bool json = false;  // print the daemon's JSON as it is
    Terminal terminal;

    // Connected when first needed, after the command line is read.
    Client& client();

    void print(std::string_view text) const;

    // With --json prints the answer and returns true: the command is done.
    bool print_json(const std::string& body) const;

private:
    std::optional<Client> client_;
};

}  // namespace webpush_cli
