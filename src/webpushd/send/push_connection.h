// One connection to a push service: TCP, TLS, then HTTP/2 or, where ALPN leaves nothing else,
// HTTP/1.1.
//
// Ownership: its origin's. It may be destroyed only within connection_closed(), which comes exactly
// once, after close() or by itself when the connection ends, and which is its last act.
#pragma once

#include <uv.h>

#include <memory>
#include <string>

#include "send/exchange.h"
#include "send/tls_stream.h"

namespace webpushd {

class PushConnection;

struct ConnectionEnd {
    bool worked = false;      // it brought at least one answer
    bool overloaded = false;  // the service has said that it is asked too much
    std::string problem;      // why it ended, "" when as wanted
};

class ConnectionListener : public ExchangeListener {
public:
    // Exchanges are taken from now on.
    virtual void connection_open(PushConnection& connection) = 0;
    // It had no room and has some now: the service has allowed more.
    virtual void connection_has_room(PushConnection& connection) = 0;
    virtual void connection_closed(PushConnection& connection, const ConnectionEnd& end) = 0;

protected:
    ~ConnectionListener() = default;
};

class PushConnection : public ExchangeListener {
public:
    // Begins to connect. `loop`, `context`, `sessions` (the host's) and `listener` outlive it; `host`
    // is checked against the certificate whatever the address.
    PushConnection(uv_loop_t* loop, SSL_CTX* context, const std::string& host,
                   const sockaddr_storage& address, TlsSessions& sessions,
                   ConnectionListener& listener);
    PushConnection(const PushConnection&) = delete;
    PushConnection& operator=(const PushConnection&) = delete;

    // Exchanges were taken, once.
    bool was_open() const { return was_open_; }
    bool connecting() const { return state_ == State::connecting; }
    std::size_t room() const;
    std::size_t open() const { return protocol_ ? protocol_->open() : 0; }

    // As HttpProtocol's; sent with the next flush().
    bool submit(Exchange& exchange);
    void flush();
    // Once a second or so: deadlines of exchanges and of connecting, end of idle connections.
    void tick(std::uint64_t now);
    // Ends it; what is under way is lost.
    void close(const std::string& problem);

private:
    enum class State { connecting, open, closing };

    void finished(Exchange& exchange, ExchangeEnd end) override;
    void expire(std::uint64_t now);
    void on_connected(int status);
    void on_read(ssize_t count, const char* data);
    void on_written(int status);
    void choose_protocol();
    void opened();
    void send_output();
    void start_write();
    void closed();

    ConnectionListener& listener_;
    State state_ = State::connecting;
    TlsStream tls_;
    std::unique_ptr<HttpProtocol> protocol_;  // from TLS's handshake on
    std::string problem_;
    bool was_open_ = false;
    bool worked_ = false;
    bool writing_ = false;
    std::uint64_t deadline_;      // of connecting, then of the handshake
    std::uint64_t last_used_ = 0;
    std::uint64_t last_answer_ = 0;
    std::string plain_;           // scratch: decrypted, or to be encrypted
    std::string unsent_;          // encrypted, waiting for the write under way
    std::string in_write_;        // libuv reads from it until on_written()
    char received_[16384];
    uv_tcp_t tcp_;
    uv_connect_t connect_;
    uv_write_t write_;
};

}  // namespace webpushd
