#include "settings.h"

#include <unistd.h>

namespace webpushd {

namespace {

void set_if_empty(std::string& value, const std::string& fallback) {
    if (value.empty()) { value = fallback; }
}

std::string host_name() {
    char name[256] = "";
    ::gethostname(name, sizeof name - 1);
    return name[0] != '\0' ? name : "localhost";
}

}  // namespace

void fill_defaults(Settings& settings) {
    set_if_empty(settings.log_dir, settings.state_dir + "/log");
    set_if_empty(settings.edge_dir, settings.state_dir + "/edge");
    set_if_empty(settings.admin_socket, settings.state_dir + "/run/admin.sock");
    set_if_empty(settings.edge_id, host_name());
}

}  // namespace webpushd
