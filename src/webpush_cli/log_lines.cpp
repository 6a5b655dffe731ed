#include "log_lines.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "failure.h"

namespace webpush_cli {
namespace {

constexpr std::size_t longest_line = 1 << 20;

// gzopen() takes a directory for an empty file.
gzFile open_file(const std::string& path) {
    struct stat info;
    gzFile file = nullptr;
    if (::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) {
        errno = EISDIR;
    } else {
        file = ::gzopen(path.c_str(), "re");
    }
    if (file == nullptr) { throw Failure("cannot open " + path + ": " + std::strerror(errno)); }
    return file;
}

}  // namespace

LogLines::LogLines(const std::string& path) : file_(open_file(path)), buffer_(longest_line, '\0') {}

LogLines::~LogLines() { ::gzclose_r(file_); }

std::optional<std::string_view> LogLines::next() {
    std::size_t searched = begin_;
    for (;;) {
        const std::string_view fresh(buffer_.data() + searched, end_ - searched);
        if (const std::size_t length = fresh.find('\n'); length != fresh.npos) {
            const std::size_t start = std::exchange(begin_, searched + length + 1);
            return std::string_view(buffer_.data() + start, searched + length - start);
        }
        const std::size_t kept = end_ - begin_;
        if (!fill()) { break; }
        searched = begin_ + kept;
    }
    if (begin_ == end_) { return std::nullopt; }
    const std::size_t start = std::exchange(begin_, end_);
    return std::string_view(buffer_.data() + start, end_ - start);
}

// Moves what is left to the front and reads on behind it; false at the end, or when it is full.
bool LogLines::fill() {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= std::exchange(begin_, 0);
    if (end_ == buffer_.size()) { return false; }
    const int got = ::gzread(file_, buffer_.data() + end_, static_cast<unsigned>(buffer_.size() - end_));
    if (got > 0) {
        end_ += static_cast<std::size_t>(got);
        return true;
    }
    int error = Z_OK;
    const char* what = ::gzerror(file_, &error);
    if (error != Z_OK) { damage_ = error == Z_ERRNO ? std::strerror(errno) : what; }
    return false;
}

}  // namespace webpush_cli
