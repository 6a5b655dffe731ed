// The firewall between C++ and nginx: an exception that left a callback would end the worker and
// every request in it. Each function that nginx calls runs its body through guarded().
#pragma once

#include <type_traits>
#include <utility>

#include "ngx.h"

namespace ngx_webpush {

// Logs the exception that is being handled, at most once a second, as it may come with every request.
void log_exception(ngx_log_t* log, const char* what) noexcept;

// The body's value, or `on_error` after logging when it throws. `what` names the callback.
template <typename Body>
auto guarded(ngx_log_t* log, const char* what, std::invoke_result_t<Body> on_error,
             Body&& body) noexcept -> std::invoke_result_t<Body> {
    try {
        return std::forward<Body>(body)();
    } catch (...) { log_exception(log, what); }
    return on_error;
}

// The same for callbacks that return nothing.
template <typename Body>
void guarded(ngx_log_t* log, const char* what, Body&& body) noexcept {
    guarded(log, what, false, [&body] {
        std::forward<Body>(body)();
        return true;
    });
}

}  // namespace ngx_webpush
