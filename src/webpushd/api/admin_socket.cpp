#include "admin_socket.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace webpushd {
namespace {

constexpr int backlog = 64;

// Closes on destruction unless released.
class Socket {
public:
    Socket() : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {}
    ~Socket() {
        if (fd_ >= 0) { ::close(fd_); }
    }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    int fd() const { return fd_; }
    int release() { return std::exchange(fd_, -1); }

private:
    int fd_;
};

[[noreturn]] void fail(const std::string& path, const char* what) {
    throw std::runtime_error("admin socket " + path + ": " + what);
}

sockaddr_un address_of(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) { fail(path, "the path is too long"); }
    std::memcpy(address.sun_path, path.data(), path.size());
    return address;
}

bool somebody_listens(const sockaddr_un& address) {
    const Socket probe;
    return ::connect(probe.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

// A killed daemon leaves its socket's file behind.
void remove_stale(const std::string& path, const sockaddr_un& address) {
    struct stat info;
    if (::lstat(path.c_str(), &info) != 0) { return; }
    if (!S_ISSOCK(info.st_mode)) { fail(path, "there is a file that is no socket"); }
    if (somebody_listens(address)) { fail(path, "another webpushd listens there"); }
    ::unlink(path.c_str());
}

}  // namespace

int listen_at_admin_socket(const std::string& path) {
    const sockaddr_un address = address_of(path);
    remove_stale(path, address);
    Socket socket;
    // Before bind(), so that the file never exists with another mode (unix(7) takes the socket's).
    if (socket.fd() < 0 || ::fchmod(socket.fd(), 0600) != 0 ||
        ::bind(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(socket.fd(), backlog) != 0) {
        fail(path, std::strerror(errno));
    }
    return socket.release();
}

bool is_own_peer(int socket) {
    ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) { return false; }
    return peer.uid == 0 || peer.uid == ::geteuid();
}

}  // namespace webpushd
