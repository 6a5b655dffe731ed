#include "store/database_url.h"

#include <libpq-fe.h>

#include <memory>
#include <stdexcept>
#include <string_view>

namespace webpushd {

namespace {

using Options = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;

// What libpq itself says is not to be shown: password, sslpassword.
bool is_secret(const PQconninfoOption& option) {
    return std::string_view(option.dispchar) == "*" && option.val != nullptr;
}

bool has_secret(const PQconninfoOption* options) {
    for (; options->keyword != nullptr; ++options) {
        if (is_secret(*options)) { return true; }
    }
    return false;
}

// As libpq reads it: in quotes when there are spaces or nothing in it.
std::string quoted(std::string_view value) {
    std::string text;
    for (const char c : value) {
        if (c == '\'' || c == '\\') { text += '\\'; }
        text += c;
    }
    const bool plain = !value.empty() && value.find_first_of(" \t\n\r\f\v") == value.npos;
    return plain ? text : "'" + text + "'";
}

}  // namespace

std::string without_password(const std::string& conninfo) {
    const Options options(PQconninfoParse(conninfo.c_str(), nullptr), &PQconninfoFree);
    if (!options) { throw std::runtime_error("--database is not a connection string"); }
    if (!has_secret(options.get())) { return conninfo; }
    std::string text;
    for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
        if (option->val == nullptr) { continue; }
        text += (text.empty() ? "" : " ") + std::string(option->keyword) + "=" +
                (is_secret(*option) ? "..." : quoted(option->val));
    }
    return text;
}

}  // namespace webpushd
