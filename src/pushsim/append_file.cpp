#include "append_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace pushsim {
namespace {

constexpr std::size_t many = 1 << 16;
constexpr mode_t owner_only = 0600;  // keys and endpoints are in these files

[[noreturn]] void fail(const std::string& path) {
    throw std::runtime_error(path + ": " + std::strerror(errno));
}

void write_all(int fd, const std::string& path, std::string_view content) {
    while (!content.empty()) {
        const ssize_t count = ::write(fd, content.data(), content.size());
        if (count < 0 && errno != EINTR) { fail(path); }
        if (count > 0) { content.remove_prefix(static_cast<std::size_t>(count)); }
    }
}

}  // namespace

AppendFile::AppendFile(std::string path) : path_(std::move(path)) {
    if (path_.empty()) { return; }
    fd_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, owner_only);
    if (fd_ < 0) { fail(path_); }
}

AppendFile::~AppendFile() {
    if (fd_ >= 0) { ::close(fd_); }
}

void AppendFile::append(std::string_view line) {
    if (fd_ < 0) { return; }
    pending_ += line;
    pending_ += '\n';
    if (pending_.size() >= many) { flush(); }
}

void AppendFile::flush() { write_all(fd_, path_, std::exchange(pending_, {})); }

void replace_file(const std::string& path, std::string_view content) {
    const std::string beside = path + ".new";
    const int fd = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0) { fail(beside); }
    write_all(fd, beside, content);
    ::close(fd);
    if (::rename(beside.c_str(), path.c_str()) != 0) { fail(path); }
}

std::string read_if_there(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) { return {}; }
    if (fd < 0) { fail(path); }
    std::string content;
    char buffer[1 << 16];
    ssize_t count = 0;
    while ((count = ::read(fd, buffer, sizeof buffer)) > 0) {
        content.append(buffer, static_cast<std::size_t>(count));
    }
    ::close(fd);
    if (count < 0) { fail(path); }
    return content;
}

}  // namespace pushsim
