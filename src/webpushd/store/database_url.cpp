#include "store/database_url.h"

#include <libpq-fe.h>

#include <memory>
#include <stdexcept>
#include <string_view>

namespace webpushd {

namespace {

using Options = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;

bool has_password(const PQconninfoOption* options) {
    for (; options->keyword != nullptr; ++options) {
        if (std::string_view(options->keyword) == "password" && options->val != nullptr) { return true; }
    }
    return false;
}

}  // namespace

std::string without_password(const std::string& conninfo) {
    const Options options(PQconninfoParse(conninfo.c_str(), nullptr), &PQconninfoFree);
    if (!options) { throw std::runtime_error("--database is not a connection string"); }
    if (!has_password(options.get())) { return conninfo; }
    std::string text;
    for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
        if (option->val == nullptr) { continue; }
        const bool secret = std::string_view(option->keyword) == "password";
        text += (text.empty() ? "" : " ") + std::string(option->keyword) + "=" +
                (secret ? "..." : option->val);
    }
    return text;
}

}  // namespace webpushd
