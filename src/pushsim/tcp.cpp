#include "tcp.h"

#include <memory>
#include <utility>

namespace pushsim {
namespace {

struct Write {
    uv_write_t request;
    std::string octets;
};

}  // namespace

// Outlives its Tcp until libuv has let go of it; `user` is null from then on.
struct Tcp::Socket {
    uv_tcp_t handle;
    uv_connect_t connecting;
    User* user;
    char buffer[1 << 16];

    uv_stream_t* stream() { return reinterpret_cast<uv_stream_t*>(&handle); }

    void start_reading() { uv_read_start(stream(), give_buffer, on_read); }

    void end() {
        if (user != nullptr) { user->ended(); }
    }

    static Socket& of(const void* data) { return *static_cast<Socket*>(const_cast<void*>(data)); }

    static void give_buffer(uv_handle_t* handle, std::size_t, uv_buf_t* buffer) {
        Socket& self = of(handle->data);
        *buffer = uv_buf_init(self.buffer, sizeof self.buffer);
    }

    static void on_read(uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer) {
        Socket& self = of(stream->data);
        if (count < 0) { return self.end(); }
        if (count > 0 && self.user != nullptr) {
            self.user->received({buffer->base, static_cast<std::size_t>(count)});
        }
    }

    static void on_connect(uv_connect_t* request, int status) {
        Socket& self = of(request->data);
        if (self.user == nullptr) { return; }
        if (status != 0) { return self.end(); }
        self.start_reading();
        self.user->connected();
    }

    static void on_written(uv_write_t* request, int status) {
        const std::unique_ptr<Write> write(reinterpret_cast<Write*>(request));
        if (status != 0) { of(request->handle->data).end(); }
    }

    static void on_closed(uv_handle_t* handle) { delete static_cast<Socket*>(handle->data); }
};

Tcp::Tcp(uv_loop_t* loop, User& user) : socket_(new Socket{{}, {}, &user, {}}) {
    uv_tcp_init(loop, &socket_->handle);
    socket_->handle.data = socket_;
    socket_->connecting.data = socket_;
}

Tcp::~Tcp() {
    socket_->user = nullptr;
    uv_close(reinterpret_cast<uv_handle_t*>(&socket_->handle), Socket::on_closed);
}

bool Tcp::accept(uv_stream_t* listener) {
    if (uv_accept(listener, socket_->stream()) != 0) { return false; }
    uv_tcp_nodelay(&socket_->handle, 1);
    socket_->start_reading();
    return true;
}

void Tcp::connect(const sockaddr& address) {
    uv_tcp_nodelay(&socket_->handle, 1);
    const int result =
        uv_tcp_connect(&socket_->connecting, &socket_->handle, &address, Socket::on_connect);
    if (result != 0) { socket_->end(); }
}

void Tcp::keep_reading(bool is_read) {
    if (is_read) {
        socket_->start_reading();
    } else {
        uv_read_stop(socket_->stream());
    }
}

void Tcp::write(std::string octets) {
    auto write = std::make_unique<Write>();
    write->octets = std::move(octets);
    uv_buf_t buffer =
        uv_buf_init(write->octets.data(), static_cast<unsigned>(write->octets.size()));
    if (uv_write(&write->request, socket_->stream(), &buffer, 1, Socket::on_written) == 0) {
        static_cast<void>(write.release());  // on_written() takes it back
    }
}

}  // namespace pushsim
