#include "log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace webpushd {

namespace {

// Made at the first line, so that nothing happens at load.
spdlog::logger& logger() {
    static const std::shared_ptr<spdlog::logger> instance = [] {
        auto made = spdlog::stderr_logger_mt("webpushd");
        made->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ [%l] webpushd: %v", spdlog::pattern_time_type::utc);
        made->flush_on(spdlog::level::trace);
        return made;
    }();
    return *instance;
}

}  // namespace

void log_line(LogLevel level, std::string_view text) {
    switch (level) {
        case LogLevel::info: logger().info(text); break;
        case LogLevel::warning: logger().warn(text); break;
        case LogLevel::error: logger().error(text); break;
    }
}

}  // namespace webpushd
