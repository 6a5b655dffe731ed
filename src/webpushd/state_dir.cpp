#include "state_dir.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "files.h"

namespace webpushd {

namespace {

[[noreturn]] void fail(const std::string& what) {
    throw std::runtime_error(what + ": " + std::strerror(errno));
}

const passwd& account(const std::string& user) {
    const passwd* entry = ::getpwnam(user.c_str());
    if (entry == nullptr) { throw std::runtime_error("there is no user " + user + " (--user)"); }
    return *entry;
}

void own(const std::string& path, const Settings& settings) {
    if (::geteuid() != 0) { return; }
    const passwd& to = account(settings.user);
    if (::lchown(path.c_str(), to.pw_uid, to.pw_gid) != 0) {
        fail("cannot give " + path + " to " + settings.user);
    }
}

// Below the state directory everything is ours; a directory elsewhere only if we made it.
void prepare(const std::string& path, mode_t mode, const Settings& settings) {
    const bool below = path == settings.state_dir || path.starts_with(settings.state_dir + "/");
    const bool ours = below || !exists(path);
    make_directory(path, mode);
    if (ours) { own(path, settings); }
}

std::string first_line(int fd) {
    char text[32] = "";
    const ssize_t got = ::pread(fd, text, sizeof text - 1, 0);
    const std::string content(text, got > 0 ? static_cast<std::size_t>(got) : 0);
    return content.substr(0, content.find('\n'));
}

}  // namespace

void prepare_directories(const Settings& settings) {
    prepare(settings.state_dir, 0755, settings);
    prepare(settings.state_dir + "/run", 0755, settings);
    prepare(settings.state_dir + "/keys", 0700, settings);
    prepare(settings.edge_dir, 0755, settings);
    prepare(settings.log_dir, 0750, settings);
}

void drop_root(const std::string& user) {
    if (::geteuid() != 0) { return; }
    const passwd& to = account(user);
    if (::initgroups(user.c_str(), to.pw_gid) != 0 ||
        ::setresgid(to.pw_gid, to.pw_gid, to.pw_gid) != 0 ||
        ::setresuid(to.pw_uid, to.pw_uid, to.pw_uid) != 0) {
        fail("cannot become " + user);
    }
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

InstanceLock::InstanceLock(const std::string& state_dir) {
    const std::string path = state_dir + "/webpushd.lock";
    fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd_ < 0) { fail("cannot open " + path); }
    if (::flock(fd_, LOCK_EX | LOCK_NB) != 0) {
        const std::string holder = first_line(fd_);
        ::close(fd_);
        throw std::runtime_error("another webpushd (process " + holder + ") already runs on " +
                                 state_dir);
    }
    const std::string pid = std::to_string(::getpid()) + "\n";
    if (::ftruncate(fd_, 0) != 0 || ::pwrite(fd_, pid.data(), pid.size(), 0) < 0) {
        ::close(fd_);
        fail("cannot write " + path);
    }
}

InstanceLock::~InstanceLock() { ::close(fd_); }

}  // namespace webpushd
