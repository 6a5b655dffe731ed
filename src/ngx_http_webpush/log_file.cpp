#include "log_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace ngx_webpush {
namespace {

SystemError failed(const char* call) { return {errno, call}; }

mode_t mode_of(webpush::LogKind kind) {
    return kind == webpush::LogKind::subscription ? 0600 : 0640;
}

std::uint64_t count_records(std::string_view lines) {
    std::uint64_t count = 0;
    while (!lines.empty()) {
        if (lines.starts_with(R"({"k":)") && !lines.starts_with(R"({"k":"alive")")) { ++count; }
        lines.remove_prefix(lines.find('\n') + 1);
    }
    return count;
}

}  // namespace

webpush::Result<std::unique_ptr<LogFile>, SystemError> LogFile::create(
    const std::string& directory, const webpush::FileHeader& header) {
    std::string path = directory + "/" + webpush::log_file_name(header);
    std::string temporary = path + ".new";
    std::string first_line;
    webpush::append_line(first_line, header);

    int fd = ::open(temporary.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC,
                    mode_of(header.log));
    if (fd < 0) { return failed("open()"); }
    std::unique_ptr<LogFile> file(new LogFile(fd, directory, std::move(path)));

    SystemError error;
    if (::fchmod(fd, mode_of(header.log)) != 0) {  // whatever the umask is
        error = failed("fchmod()");
    } else if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
        error = failed("flock()");
    } else {
        error = file->append(first_line);
    }
    if (!error) { error = file->publish(temporary); }
    ::unlink(temporary.c_str());
    if (error) { return error; }
    return file;
}

LogFile::LogFile(int fd, std::string directory, std::string path)
    : fd_(fd), directory_(std::move(directory)), path_(std::move(path)) {}

// Unlike rename(), link() refuses a name that is taken.
SystemError LogFile::publish(const std::string& temporary) {
    return ::link(temporary.c_str(), path_.c_str()) == 0 ? SystemError{} : failed("link()");
}

LogFile::~LogFile() {
    ::close(fd_);  // which also unlocks
}

SystemError LogFile::append(std::string_view lines) {
    std::size_t written = 0;
    SystemError error;
    while (written < lines.size() && !error) {
        ssize_t n = ::write(fd_, lines.data() + written, lines.size() - written);
        if (n >= 0) {
            written += static_cast<std::size_t>(n);
        } else if (errno != EINTR) {
            error = failed("write()");
        }
    }

    std::size_t whole = lines.substr(0, written).rfind('\n') + 1;  // npos + 1 == 0
    length_ += whole;
    records_ += count_records(lines.substr(0, whole));
    if (whole < written && ::ftruncate(fd_, static_cast<off_t>(length_)) != 0) { broken_ = true; }
    return error;
}

SystemError LogFile::sync() {
    SystemError error;
    if (::fdatasync(fd_) != 0) { error = failed("fdatasync()"); }
    if (!error && !named_durably_) { error = sync_name(); }
    if (!error) { error = find(); }
    broken_ = broken_ || error;
    return error;
}

SystemError LogFile::find() const {
    struct stat info;
    return ::stat(path_.c_str(), &info) == 0 ? SystemError{} : failed("stat()");
}

// fdatasync() of a new file promises its contents, not its directory entry.
SystemError LogFile::sync_name() {
    int fd = ::open(directory_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) { return failed("open()"); }
    SystemError error;
    // EINVAL: a file system that knows no sync of directories.
    if (::fsync(fd) != 0 && errno != EINVAL) { error = failed("fsync()"); }
    ::close(fd);
    named_durably_ = !error;
    return error;
}

}  // namespace ngx_webpush
