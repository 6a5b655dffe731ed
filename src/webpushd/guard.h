// The firewall between C++ and the C libraries that call back into it (libuv, nghttp2, OpenSSL,
// libpq): no exception may pass through their frames.
#pragma once

#include <exception>
#include <string_view>

#include "log.h"

namespace webpushd {

void log_escaped(std::string_view where, const char* what) noexcept;

// Runs `body`; false when something was thrown, which is logged. `where` names the part.
template <typename F>
bool guarded(std::string_view where, F&& body) noexcept {
    try {
        body();
        return true;
    } catch (const std::exception& e) {
        log_escaped(where, e.what());
    } catch (...) {
        log_escaped(where, "unknown exception");
    }
    return false;
}

}  // namespace webpushd
