#include "send/lease.h"

#include <ctime>

namespace webpushd {

std::int64_t boot_milliseconds() {
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1000000;
}

}  // namespace webpushd
