#include "ingest/log_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace webpushd {

namespace {

constexpr std::size_t buffer_size = 256 * 1024;  // many times the longest line

}  // namespace

LogFile::LogFile(const std::string& directory, webpush::LogKind kind, FileProgress at)
    : progress(std::move(at)),
      path_(directory + "/" + progress.file),
      kind_(kind),
      fd_(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)) {
    if (fd_ < 0) { throw std::runtime_error("cannot open " + path_ + ": " + std::strerror(errno)); }
}

LogFile::~LogFile() { ::close(fd_); }

std::size_t LogFile::read(std::size_t limit, const std::function<bool(std::string_view)>& take) {
    std::size_t lines = 0;
    at_end_ = false;
    while (lines < limit && !at_end_) {
        const std::size_t size = fill();
        std::string_view rest(buffer_.data(), size);
        std::size_t end;
        while (lines < limit && (end = rest.find('\n')) != rest.npos) {
            if (!take(rest.substr(0, end))) { return lines; }
            rest.remove_prefix(end + 1);
            progress.position += static_cast<std::int64_t>(end + 1);
            ++lines;
            changed = true;
        }
        const bool too_long = rest.size() == buffer_size;
        if (too_long) {  // no line of ours: skip what there is of it
            progress.position += static_cast<std::int64_t>(rest.size());
            ++progress.skipped;
        }
        tail_ = rest.size();
        at_end_ = !too_long && size < buffer_size && rest.find('\n') == rest.npos;
    }
    return lines;
}

// Reads anew from the position each time, as a writer may cut off half a line and write another.
std::size_t LogFile::fill() {
    buffer_.resize(buffer_size);
    std::size_t size = 0;
    while (size < buffer_size) {
        const ssize_t got = ::pread(fd_, buffer_.data() + size, buffer_size - size,
                                    progress.position + static_cast<off_t>(size));
        if (got < 0 && errno == EINTR) { continue; }
        if (got < 0) { throw std::runtime_error("cannot read " + path_ + ": " + std::strerror(errno)); }
        if (got == 0) { break; }
        size += static_cast<std::size_t>(got);
    }
    return size;
}

bool LogFile::held() const {
    if (::flock(fd_, LOCK_SH | LOCK_NB) != 0) { return true; }
    ::flock(fd_, LOCK_UN);
    return false;
}

void LogFile::finish() {
    progress.torn = tail_ > 0;
    progress.complete = progress.unknown_sites.empty();
    changed = changed || progress.complete;
}

void LogFile::restart() {
    progress.position = 0;
    progress.skipped = 0;
    progress.unknown_sites.clear();
    changed = true;
}

}  // namespace webpushd
