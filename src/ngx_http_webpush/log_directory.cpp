#include "log_directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "clock.h"
#include "webpush/log_record.h"

namespace ngx_webpush {
namespace {

constexpr std::uint64_t interval = 10'000;

std::optional<webpush::LogKind> kind_of_file(std::string_view name) {
    if (!name.ends_with(".jsonl")) { return std::nullopt; }
    if (name.starts_with("subscriptions-")) { return webpush::LogKind::subscription; }
    if (name.starts_with("events-")) { return webpush::LogKind::event; }
    return std::nullopt;
}

}  // namespace

LogDirectory::LogDirectory(std::string path, ngx_thread_pool_t* pool,
                           LogDirectoryCounters& counters, ngx_log_t* errors)
    : path_(std::move(path)), pool_(pool), counters_(counters) {
    task_.ctx = this;
    task_.handler = on_thread;
    task_.event.data = this;
    task_.event.handler = on_task;
    task_.event.log = errors;
}

void LogDirectory::measure_when_due() {
    if (!busy_ && take_turn()) { busy_ = ngx_thread_task_post(pool_, &task_) == NGX_OK; }
}

bool LogDirectory::take_turn() {
    auto now = static_cast<std::uint64_t>(now_ms());
    std::uint64_t due = counters_.due.get();
    return now >= due && counters_.due.replace(due, now + interval);
}

void LogDirectory::on_thread(void* data, ngx_log_t*) noexcept {
    static_cast<LogDirectory*>(data)->measure();
}

void LogDirectory::on_task(ngx_event_t* event) noexcept {
    event->complete = 0;
    static_cast<LogDirectory*>(event->data)->busy_ = false;
}

// In the thread: nothing of nginx. A directory that cannot be read leaves the figures as they were.
void LogDirectory::measure() noexcept {
    std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(path_.c_str()), ::closedir);
    if (!directory) { return; }
    std::array<std::uint64_t, 2> files{};
    std::array<std::uint64_t, 2> bytes{};
    while (const dirent* entry = ::readdir(directory.get())) {
        auto kind = kind_of_file(entry->d_name);
        struct stat status;
        if (!kind || ::fstatat(::dirfd(directory.get()), entry->d_name, &status, 0) != 0) {
            continue;
        }
        auto index = static_cast<std::size_t>(*kind);
        ++files[index];
        bytes[index] += static_cast<std::uint64_t>(status.st_size);
    }
    for (std::size_t i = 0; i < files.size(); ++i) {
        counters_.files[i].set(files[i]);
        counters_.bytes[i].set(bytes[i]);
    }
    counters_.measured.set(1);
}

}  // namespace ngx_webpush
