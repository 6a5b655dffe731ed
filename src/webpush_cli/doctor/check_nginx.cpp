#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

#include "doctor/checks.h"
#include "webpush/version.h"

namespace webpush_cli::doctor {
namespace {

constexpr std::string_view module_name = "ngx_http_webpush_module";
constexpr const char* load_module =
    "Put this at the top of nginx.conf:\nload_module modules/ngx_http_webpush_module.so;";
constexpr const char* rebuild =
    "Build and install the module again on this machine, with the nginx-dev of this nginx:\n"
    "make && make install";

bool has(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

std::string version_of(const std::string& about) {
    const std::size_t at = about.find("nginx/");
    if (at == std::string::npos) { return "of unknown version"; }
    return about.substr(at + 6, about.find_first_of(" \n", at) - at - 6);
}

// Major and minor as one number: 1.22.1 is 1022.
int comparable(const std::string& version) {
    const std::size_t dot = version.find('.');
    if (dot == std::string::npos) { return 0; }
    return std::atoi(version.c_str()) * 1000 + std::atoi(version.c_str() + dot + 1);
}

void check_program(const NginxFacts& nginx, Group& group) {
    const std::string version = version_of(nginx.about);
    if (comparable(version) < 1022) {
        group.problem("program", nginx.program + " is nginx " + version,
                      "nginx 1.22 or later is needed.");
    } else if (!has(nginx.about, "--with-threads")) {
        group.problem("program", nginx.program + " is built without threads",
                      "Take an nginx built --with-threads, as Debian's is.");
    } else {
        group.ok("program", nginx.program + " " + version);
    }
}

// The message that made nginx give up: "nginx: [emerg] .." or "<time> [emerg] <pid>#<thread>: ..".
std::string reason(const std::string& messages) {
    constexpr std::string_view mark = "[emerg] ";
    const std::size_t at = messages.find(mark);
    if (at == std::string::npos) { return "nginx -T does not accept it"; }
    const std::size_t begin = at + mark.size();
    std::string message = messages.substr(begin, messages.find('\n', begin) - begin);
    const std::size_t text = message.find_first_not_of("0123456789#");
    return text != 0 && message.compare(text, 2, ": ") == 0 ? message.substr(text + 2) : message;
}

const char* advice_for(std::string_view message) {
    if (has(message, module_name)) {
        return has(message, "cannot open shared object")
                   ? "The module is not there: run make install where ngx_webpush was built."
                   : rebuild;
    }
    if (has(message, "unknown directive \"webpush_")) { return load_module; }
    if (has(message, "Permission denied")) { return "Run this as root: sudo webpush doctor"; }
    if (has(message, ".keys\"")) {
        return "webpushd writes this file: start it before nginx. webpush keys shows where, for\n"
               "webpush_edge_dir; webpush site list shows the names, for webpush_site.";
    }
    if (has(message, "mkdir()")) {
        return "webpush_log_dir must be where webpushd reads; webpush keys shows it.";
    }
    return "Mend nginx's configuration; sudo nginx -t tells the same.";
}

void check_module(const NginxFacts& nginx, Group& group) {
    if (nginx.conf.module.empty()) {
        if (has(nginx.about, "webpush")) {  // --add-module=../ngx_webpush
            group.ok("module", "built into nginx");
        } else {
            group.problem("module", "not loaded", load_module);
        }
        return;
    }
    if (nginx.module_version == webpush::version) {
        group.ok("module", nginx.conf.module + " " + nginx.module_version);
    } else {
        const std::string version =
            nginx.module_version.empty() ? "of unknown version" : nginx.module_version;
        group.problem("module",
                      nginx.conf.module + " is " + version + ", this command " +
                          std::string(webpush::version),
                      "Install all of one version, then: nginx -s stop, start it again.");
    }
}

void check_locations(const Facts& facts, Group& group) {
    const auto serves = [&facts](const std::string& handler) {
        const auto& all = facts.nginx.conf.locations;
        return std::any_of(all.begin(), all.end(), [&](const PushLocation& location) {
            return location.site == facts.site.name && location.handler == handler;
        });
    };
    std::string missing;
    for (const char* handler :
         {"webpush_subscribe", "webpush_unsubscribe", "webpush_event", "webpush_click"}) {
        if (!serves(handler)) { missing += (missing.empty() ? "" : ", ") + std::string(handler); }
    }
    if (missing.empty()) {
        group.ok("locations", "all four of site " + facts.site.name);
    } else {
        group.problem("locations", "site " + facts.site.name + " has no " + missing,
                      "The lines to paste: webpush keys " + facts.site.name);
    }
}

}  // namespace

void check_nginx(const Facts& facts, Findings& findings) {
    Group group(findings, "nginx");
    const NginxFacts& nginx = facts.nginx;
    if (!nginx.error.empty()) {
        group.problem("program", nginx.program + " does not run: " + nginx.error,
                      "Install nginx (apt-get install nginx), or name it: --nginx PATH");
        return;
    }
    check_program(nginx, group);
    if (!nginx.valid) {
        const std::string why = reason(nginx.messages);
        group.problem("configuration", why, advice_for(why));
        group.skipped("module", "the configuration cannot be read");
        group.skipped("locations", "the configuration cannot be read");
        return;
    }
    group.ok("configuration", "accepted");
    check_module(nginx, group);
    check_locations(facts, group);
}

}  // namespace webpush_cli::doctor
