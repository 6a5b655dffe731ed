#include "files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace webpushd {

namespace {

[[noreturn]] void fail(const std::string& what, const std::string& path) {
    throw std::runtime_error(what + " " + path + ": " + std::strerror(errno));
}

class File {
public:
    File(const std::string& path, int flags, mode_t mode = 0)
        : fd_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {
        if (fd_ < 0) { fail("cannot open", path); }
    }
    ~File() { ::close(fd_); }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    int fd() const { return fd_; }

private:
    int fd_;
};

void write_all(int fd, std::string_view content, const std::string& path) {
    while (!content.empty()) {
        const ssize_t written = ::write(fd, content.data(), content.size());
        if (written < 0 && errno == EINTR) { continue; }
        if (written < 0) { fail("cannot write", path); }
        content.remove_prefix(static_cast<std::size_t>(written));
    }
}

std::string parent_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) { return "."; }
    return slash == 0 ? "/" : path.substr(0, slash);
}

void sync_directory(const std::string& path) {
    const File directory(path, O_RDONLY | O_DIRECTORY);
    if (::fsync(directory.fd()) != 0) { fail("cannot sync", path); }
}

bool has_content(const std::string& path, std::string_view content) {
    std::ifstream in(path, std::ios::binary);
    if (!in) { return false; }
    const std::string present((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    return present == content;
}

}  // namespace

std::string read_file(const std::string& path) {
    const File file(path, O_RDONLY);
    std::string content;
    char piece[8192];
    for (;;) {
        const ssize_t got = ::read(file.fd(), piece, sizeof piece);
        if (got < 0 && errno == EINTR) { continue; }
        if (got < 0) { fail("cannot read", path); }
        if (got == 0) { return content; }
        content.append(piece, static_cast<std::size_t>(got));
    }
}

bool exists(const std::string& path) {
    struct stat info;
    return ::stat(path.c_str(), &info) == 0;
}

void make_directory(const std::string& path, mode_t mode) {
    if (exists(path)) { return; }
    make_directory(parent_of(path), 0755);
    if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST) { fail("cannot make directory", path); }
    if (::chmod(path.c_str(), mode) != 0) { fail("cannot set the mode of", path); }
}

void write_file(const std::string& path, std::string_view content, mode_t mode) {
    if (has_content(path, content)) { return; }
    const std::string temporary = path + ".new";
    ::unlink(temporary.c_str());
    {
        const File file(temporary, O_WRONLY | O_CREAT | O_EXCL, mode);
        if (::fchmod(file.fd(), mode) != 0) { fail("cannot set the mode of", temporary); }
        write_all(file.fd(), content, temporary);
        if (::fsync(file.fd()) != 0) { fail("cannot sync", temporary); }
    }
    if (::rename(temporary.c_str(), path.c_str()) != 0) { fail("cannot rename to", path); }
    sync_directory(parent_of(path));
}

}  // namespace webpushd
