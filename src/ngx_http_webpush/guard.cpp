#include "guard.h"

#include <exception>
#include <new>

#include "throttle.h"

namespace ngx_webpush {
namespace {

// Of each process, main thread only. Wherever a callback fails it is for one reason most likely.
constinit Throttle messages;

}  // namespace

// Without an allocation: memory may be what is missing. What else is thrown is a mistake of ours.
void log_exception(ngx_log_t* log, const char* what) noexcept {
    auto held_back = messages.admit();
    if (!held_back) { return; }
    try {
        throw;
    } catch (const std::bad_alloc&) {
        ngx_log_error(NGX_LOG_CRIT, log, 0,
                      "webpush: %s: out of memory, %uL more errors suppressed", what, *held_back);
    } catch (const std::exception& error) {
        ngx_log_error(NGX_LOG_ALERT, log, 0, "webpush: %s: %s, %uL more errors suppressed", what,
                      error.what(), *held_back);
    } catch (...) {
        ngx_log_error(NGX_LOG_ALERT, log, 0,
                      "webpush: %s: unknown exception, %uL more errors suppressed", what,
                      *held_back);
    }
}

}  // namespace ngx_webpush
