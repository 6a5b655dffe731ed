// nginx's configuration as `nginx -T` prints it, and what of it is ours. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace webpush_cli::doctor {

struct Directive {
    std::string name;
    std::vector<std::string> arguments;
    std::vector<Directive> block;
};

// The main file with all that it includes in place. Never fails: nginx has accepted the text, and
// where another module's block has a syntax of its own, what comes of it is not ours.
std::vector<Directive> parse_nginx_dump(std::string_view dump);

// A location with one of our handlers.
struct PushLocation {
    std::string handler;  // "webpush_click"
    std::string site;     // as inherited, like the next
    std::string edge_dir;
};

struct PushConf {
    std::string user;    // of the workers; "" when not set
    std::string module;  // file of our module; "" when it is not loaded
    std::string log_dir;
    std::vector<PushLocation> locations;
};

// `prefix` is what nginx's relative paths begin from.
PushConf push_conf(const std::vector<Directive>& conf, const std::string& prefix);

}  // namespace webpush_cli::doctor
