#include "site_input.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "members.h"
#include "webpush/config_value.h"
#include "webpush/vapid.h"

namespace webpushd {
namespace {

using webpush::Error;
using webpush::JsonObject;
using webpush::Problem;
using webpush::Result;

constexpr std::size_t max_origin = 255;
constexpr std::size_t max_push_path = 100;
constexpr std::size_t max_contact = 255;
constexpr std::size_t max_consent_version = 64;
constexpr std::size_t max_prompt_title = 200;
constexpr std::size_t max_prompt_text = 1000;
constexpr std::size_t max_prompt_button = 50;

Error invalid(std::string_view field, std::string_view detail) {
    return {Problem::field_invalid, std::string(field), std::string(detail)};
}

bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

bool is_host(std::string_view host) {
    return !host.empty() && host.front() != '.' && host.front() != '-' && host.back() != '-' &&
           host.find("..") == std::string_view::npos && host.back() != '.' &&
           std::all_of(host.begin(), host.end(),
                       [](char c) { return is_lower_or_digit(c) || c == '-' || c == '.'; });
}

// 0 when it is no port number in its only spelling.
int port_from(std::string_view text) {
    int port = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), port);
    const bool whole = failure == std::errc() && end == text.data() + text.size();
    return whole && text.front() != '0' && port >= 1 && port <= 65535 ? port : 0;
}

bool is_path_character(char c) {
    return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.' ||
           c == '/';
}

using Check = Result<std::string> (*)(std::string_view);

struct Member {
    std::string_view name;
    std::size_t max_length;
    Check check;
    std::string& to;
};

// Replaces what is there; the first that may not be is the error.
std::optional<Error> apply_members(const JsonObject& json, std::span<const Member> members) {
    for (const Member& member : members) {
        if (!json.has(member.name)) { continue; }
        const auto text = json.string(member.name, member.max_length);
        if (!text.ok()) { return text.error(); }
        auto checked = member.check(*text);
        if (!checked.ok()) {
            return json.error(checked.error().problem, member.name, checked.error().detail);
        }
        member.to = std::move(*checked);
    }
    return std::nullopt;
}

Result<std::string> check_text(std::string_view text) {
    if (text.empty()) { return invalid("", "must not be empty"); }
    if (std::any_of(text.begin(), text.end(), is_control)) {
        return invalid("", "must not hold control characters");
    }
    return std::string(text);
}

std::optional<Error> apply_prompt(const JsonObject& json, webpush::PromptSettings& prompt) {
    if (auto error = unknown_member(json, {"title", "text", "accept", "later", "auto"})) {
        return error;
    }
    const auto automatic = json.boolean_or("auto", prompt.automatic);
    if (!automatic.ok()) { return automatic.error(); }
    prompt.automatic = *automatic;
    const Member members[] = {
        {"title", max_prompt_title, check_text, prompt.title},
        {"text", max_prompt_text, check_text, prompt.text},
        {"accept", max_prompt_button, check_text, prompt.accept},
        {"later", max_prompt_button, check_text, prompt.later},
    };
    return apply_members(json, members);
}

}  // namespace

Result<std::string> check_site_name(std::string_view name) {
    if (!webpush::is_site_name(name)) {
        return invalid("name", "a to z, 0 to 9 and '-', not first, at most 63");
    }
    return std::string(name);
}

Result<std::string> check_origin(std::string_view origin) {
    constexpr std::string_view secure = "https://";
    constexpr std::string_view plain = "http://";
    const bool is_secure = origin.starts_with(secure);
    if (!is_secure && !origin.starts_with(plain)) {
        return invalid("origin", "must start with https://");
    }
    const std::string_view rest = origin.substr(is_secure ? secure.size() : plain.size());
    if (rest.find_first_of("/?#") != std::string_view::npos) {
        return invalid("origin", "scheme and host only, no path and no '/' at the end");
    }
    const std::size_t colon = rest.find(':');
    const std::string_view host = rest.substr(0, colon);
    if (!is_host(host)) { return invalid("origin", "the host is not one in lower case"); }
    if (!is_secure && host != "localhost" && host != "127.0.0.1") {
        return invalid("origin", "http:// only for localhost and 127.0.0.1, else https://");
    }
    if (colon != std::string_view::npos) {
        const int port = port_from(rest.substr(colon + 1));
        if (port == 0) { return invalid("origin", "the port is not a number from 1 to 65535"); }
        if (port == (is_secure ? 443 : 80)) {
            return invalid("origin", "leave the default port out, as browsers do");
        }
    }
    return std::string(origin);
}

Result<std::string> check_push_path(std::string_view path) {
    const bool valid = path.starts_with('/') && path.ends_with('/') &&
                       path.find("//") == std::string_view::npos &&
                       path.find("/.") == std::string_view::npos &&
                       std::all_of(path.begin(), path.end(), is_path_character);
    if (!valid) { return invalid("push_path", "a path such as /push/, with '/' at both ends"); }
    return std::string(path);
}

Result<Site> apply_changes(Site site, const JsonObject& json) {
    const Member members[] = {
        {"origin", max_origin, check_origin, site.origin},
        {"push_path", max_push_path, check_push_path, site.push_path},
        {"contact", max_contact, webpush::check_contact, site.contact},
        {"consent_version", max_consent_version, check_text, site.prompt.consent_version},
    };
    if (auto error = apply_members(json, members)) { return *error; }
    if (!json.has("prompt")) { return site; }

    const auto prompt = json.object("prompt");
    if (!prompt.ok()) { return prompt.error(); }
    if (auto error = apply_prompt(*prompt, site.prompt)) { return *error; }
    return site;
}

}  // namespace webpushd
