// A TCP connection on the loop.
#pragma once

#include <uv.h>

#include <string>
#include <string_view>

namespace pushsim {

class Tcp {
public:
    class User {
    public:
        virtual void connected() {}
        virtual void received(std::string_view octets) = 0;
        // Closed by the other side, or failed. Nothing follows.
        virtual void ended() = 0;

    protected:
        ~User() = default;
    };

    // `user` is told until the Tcp is destroyed, which may happen in any of its functions.
    Tcp(uv_loop_t* loop, User& user);
    // Closes. What was written before still goes out as far as the kernel takes it at once.
    ~Tcp();
    Tcp(const Tcp&) = delete;
    Tcp& operator=(const Tcp&) = delete;

    // Takes the next connection of a listening socket; false when there is none after all.
    bool accept(uv_stream_t* listener);
    // Then connected() or ended() is told.
    void connect(const sockaddr& address);
    void write(std::string octets);
    // False: what comes stays in the kernel, until it takes no more either.
    void keep_reading(bool is_read);

private:
    struct Socket;

    Socket* socket_;  // freed by its close callback
};

}  // namespace pushsim
