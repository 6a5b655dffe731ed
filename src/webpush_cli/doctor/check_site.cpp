#include "doctor/checks.h"
#include "doctor/config_json.h"
#include "webpush/json_in.h"

namespace webpush_cli::doctor {
namespace {

constexpr const char* scripts_advice =
    "The location of sdk.js and sw.js in conf-examples/nginx.conf shows how to serve them.";

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

// Notes a problem and returns false when there is nothing to look at.
bool is_served(Group& group, const std::string& what, const WebAnswer& answer,
               const std::string& advice) {
    if (!answer.error.empty()) {
        group.problem(what, answer.url + ": " + answer.error,
                      "Is nginx running, and does the name lead to it?");
        return false;
    }
    if (answer.status != 200) {
        std::string found = answer.url + " is answered " + std::to_string(answer.status);
        if (!answer.location.empty()) { found += ", to " + answer.location; }
        group.problem(what, found, advice);
        return false;
    }
    return true;
}

// RFC 9111: whoever may keep it without asking again misses a new version.
bool is_always_fresh(const std::string& cache_control) {
    return has(cache_control, "no-cache") || has(cache_control, "no-store") ||
           has(cache_control, "max-age=0");
}

void note_script(Group& group, const std::string& what, const WebAnswer& answer,
                 const std::string& found) {
    if (!has(answer.content_type, "javascript")) {
        group.problem(
            what, answer.url + " is of type \"" + answer.content_type + "\"",
            "In nginx.conf: include /etc/nginx/mime.types; (a browser runs no other type)");
    } else if (!is_always_fresh(answer.cache_control)) {
        group.warning(
            what, answer.url + " may be kept: Cache-Control is \"" + answer.cache_control + "\"",
            "In its location: add_header Cache-Control no-cache;");
    } else {
        group.ok(what, found);
    }
}

// A browser takes a worker only from where it was asked for, never after a redirect, and lets it
// reach no further than the folder that it came from.
void check_worker(const WebFacts& web, const SiteFacts& site, Group& group) {
    if (is_served(group, "sw.js", web.worker, scripts_advice)) {
        note_script(group, "sw.js", web.worker, "scope " + web.origin + site.push_path);
    }
}

void check_config(const WebFacts& web, const SiteFacts& site, Group& group) {
    const std::string advice = "In nginx.conf:\nlocation = " + site.push_path +
                               "config.json { alias " + site.edge_dir + "/" + site.name +
                               "/public/config.json; }";
    if (!is_served(group, "config.json", web.config, advice)) { return; }
    if (const std::string fault = config_fault(web.config.body, site); !fault.empty()) {
        group.problem("config.json", web.config.url + " " + fault, advice);
    } else if (!is_always_fresh(web.config.cache_control)) {
        group.warning(
            "config.json",
            web.config.url + " may be kept: Cache-Control is \"" + web.config.cache_control + "\"",
            "In its location: add_header Cache-Control no-cache;");
    } else {
        group.ok("config.json", "has the current key");
    }
}

// Our own refusal: an endpoint answers a GET with 405 and its code.
void check_endpoint(const WebFacts& web, Group& group) {
    const WebAnswer& answer = web.subscribe;
    webpush::JsonReader reader;
    const auto refusal = reader.parse(answer.body);
    const auto code = refusal.ok() ? refusal->string_or("code", "", 100)
                                   : webpush::Result<std::string_view>(std::string_view());
    if (answer.status == 405 && code.ok() && *code == "method_not_allowed") {
        group.ok("subscribe", "answers");
    } else {
        group.problem("subscribe",
                      answer.url + " is not answered by the module (" +
                          (answer.error.empty() ? std::to_string(answer.status) : answer.error) +
                          ")",
                      "In nginx.conf: location = ../subscribe { webpush_subscribe; }; has nginx "
                      "been reloaded since?");
    }
}

// A forged link: refused by the module with its code, or led to webpush_click_fallback.
void check_click(const WebFacts& web, Group& group) {
    const WebAnswer& answer = web.click;
    if ((answer.status == 404 && has(answer.body, "link_unknown")) || answer.status == 302) {
        group.ok("click links", answer.status == 302 ? "unknown ones lead to " + answer.location
                                                     : "unknown ones are answered 404");
    } else {
        group.problem("click links",
                      answer.url + " is not answered by the module (" +
                          (answer.error.empty() ? std::to_string(answer.status) : answer.error) +
                          ")",
                      "In nginx.conf: location ../c/ { webpush_click; }; a click on a notification "
                      "leads there.");
    }
}

void check_secure(const WebFacts& web, Group& group) {
    if (web.origin.starts_with("https://")) {
        group.ok("https", web.origin);
    } else {
        group.warning("https", web.origin + " is plain HTTP",
                      "Browsers allow push on https only, and on localhost for trying out.");
    }
}

}  // namespace

void check_site(const Facts& facts, Findings& findings) {
    Group group(findings, "site");
    const WebFacts& web = facts.web;
    if (web.origin.empty()) {
        group.skipped("pages", "no origin is known; name it: --url https://shop.example");
        return;
    }
    check_secure(web, group);
    check_worker(web, facts.site, group);
    if (is_served(group, "sdk.js", web.script, scripts_advice)) {
        note_script(group, "sdk.js", web.script, "served");
    }
    if (facts.site.error.empty()) { check_config(web, facts.site, group); }
    check_endpoint(web, group);
    check_click(web, group);
}

}  // namespace webpush_cli::doctor
