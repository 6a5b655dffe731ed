#include "guard.h"

namespace webpushd {

void log_escaped(std::string_view where, const char* what) noexcept {
    try {
        log_error("{}: {}", where, what);
    } catch (...) {
        // Out of memory while telling so: nothing is left to do.
    }
}

}  // namespace webpushd
