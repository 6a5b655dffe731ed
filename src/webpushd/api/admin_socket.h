// The admin socket: a Unix stream socket for root and the daemon's own user.
#pragma once

#include <string>

namespace webpushd {

// Makes the socket with mode 0600, in the place of one that nobody listens at any more, and
// listens. Throws std::runtime_error naming the path.
int listen_at_admin_socket(const std::string& path);

// Whether the process at the other end is root's or of this process's own user (SO_PEERCRED,
// unix(7)): the mode of the socket's file alone is one chmod away from open.
bool is_own_peer(int socket);

}  // namespace webpushd
