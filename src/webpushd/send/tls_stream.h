// TLS as a client (RFC 8446) between two buffers, by OpenSSL: no I/O of its own.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <string_view>

#include "send/tls_sessions.h"

namespace webpushd {

struct SslContextDeleter {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using SslContext = std::unique_ptr<SSL_CTX, SslContextDeleter>;

// For connections to push services: TLS 1.2 or newer, certificates verified against the system's
// authorities (and those of `ca_file`, "" = none), "h2" offered before "http/1.1". Throws
// std::runtime_error naming the file.
SslContext make_ssl_context(const std::string& ca_file);

class TlsStream {
public:
    // `host` is what the certificate must name, sent as SNI. `sessions` are those of this host: one is
    // resumed, new ones are added; they outlive the stream. `context` is referenced as long as
    // needed. Throws std::bad_alloc.
    TlsStream(SSL_CTX* context, const std::string& host, TlsSessions& sessions);

    enum class Status { going_on, ended, failed };

    // Octets from the network; what they decrypt to is appended to `plain`. Before the handshake is
    // over call it with what has come ("" to begin).
    Status receive(std::string_view octets, std::string& plain);
    // REQUIRES: connected().
    Status send(std::string_view plain);
    // Says that nothing more follows (close_notify).
    void end();

    // Appends octets for the network; look after each of the above.
    void take_output(std::string& out);

    bool connected() const;
    // What ALPN (RFC 7301) chose, "" for nothing. REQUIRES: connected().
    std::string_view protocol() const;
    // Why it failed, for an operator.
    std::string problem() const;

private:
    struct Deleter {
        void operator()(SSL* ssl) const { SSL_free(ssl); }
    };

    Status read_plain(std::string& plain);
    Status status_of(int result) const;

    std::unique_ptr<SSL, Deleter> ssl_;
    BIO* input_;   // owned by ssl_
    BIO* output_;  // owned by ssl_
};

}  // namespace webpushd
