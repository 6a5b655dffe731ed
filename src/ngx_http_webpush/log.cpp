#include "log.h"

#include <cerrno>
#include <utility>

namespace ngx_webpush {
namespace {

constexpr ngx_msec_t attempt_interval = 1000;
constexpr int max_taken_names = 100;

}  // namespace

Log::Log(std::string directory, webpush::FileHeader header, LogLimits limits, SpaceFloor& floor,
         LogCounters& counters, ngx_log_t* errors)
    : directory_(std::move(directory)),
      header_(std::move(header)),
      limits_(limits),
      floor_(floor),
      counters_(counters),
      errors_(errors) {}

LogFile* Log::open() {
    if (file_ && is_used_up()) { file_.reset(); }
    bool due = static_cast<ngx_msec_int_t>(ngx_current_msec - next_attempt_) >= 0;
    if (!file_ && due) { open_next(); }
    return file_.get();
}

bool Log::append(std::string_view line) { return append_some(line) == line.size(); }

std::size_t Log::append_some(std::string_view lines) {
    std::size_t written = has_room() ? write(lines) : 0;
    ngx_log_debug2(NGX_LOG_DEBUG_HTTP, errors_, 0, "webpush: %uz bytes written to the log, %uz not",
                   written, lines.size() - written);
    return written;
}

bool Log::has_room() {
    if (floor_.is_reached()) { floor_.count_refusal(); }
    return !floor_.is_reached();
}

void Log::append_heartbeat(std::string_view line) {
    if (write(line) == 0) { return; }
    if (SystemError error = file_->find()) {
        report(error, file_->path());
        file_.reset();
    }
}

std::size_t Log::write(std::string_view lines) {
    LogFile* file = open();
    if (file == nullptr) { return 0; }
    std::uint64_t before = file->length();
    SystemError error = file->append(lines);
    std::size_t written = file->length() - before;
    finished(error);
    return written;
}

void Log::finished(const SystemError& error) {
    count_written();
    if (error) {
        report(error, file_->path());
    } else if (told_) {
        told_ = false;
        ngx_log_error(NGX_LOG_NOTICE, errors_, 0, "webpush: \"%s\" is written again%s",
                      file_->path().c_str(), suppressed(throttle_.take()).c_str());
    }
    if (file_->broken()) { file_.reset(); }
}

bool Log::is_used_up() const {
    return left_ || file_->length() >= limits_.max_size ||
           ngx_current_msec - opened_ >= limits_.max_age;
}

// A name can be taken only by an earlier process with our pid and the same millisecond.
void Log::open_next() {
    SystemError error{EEXIST, "open()"};
    for (int attempt = 0; attempt < max_taken_names && error.code == EEXIST; ++attempt) {
        ++header_.sequence;
        auto file = LogFile::create(directory_, header_);
        if (file) {
            file_ = std::move(*file);
            opened_ = ngx_current_msec;
            left_ = false;
            counted_bytes_ = 0;
            counted_records_ = 0;
            count_written();
            ngx_log_debug1(NGX_LOG_DEBUG_HTTP, errors_, 0, "webpush: log file \"%s\"",
                           file_->path().c_str());
            return;
        }
        error = file.error();
    }
    next_attempt_ = ngx_current_msec + attempt_interval;
    report(error, directory_ + "/" + webpush::log_file_name(header_));
}

void Log::count_written() {
    counters_.bytes.add(file_->length() - std::exchange(counted_bytes_, file_->length()));
    counters_.records.add(file_->records() - std::exchange(counted_records_, file_->records()));
}

void Log::report(const SystemError& error, const std::string& path) {
    counters_.errors.add(1);
    auto held_back = throttle_.admit();
    if (!held_back) { return; }
    told_ = true;
    ngx_log_error(NGX_LOG_CRIT, errors_, error.code, "webpush: %s \"%s\" failed%s", error.call,
                  path.c_str(), suppressed(*held_back).c_str());
}

}  // namespace ngx_webpush
