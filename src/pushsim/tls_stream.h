// TLS as a server (RFC 8446) between two buffers, by OpenSSL: no I/O of its own. Only "h2" is
// chosen by ALPN (RFC 7301); who does not offer it is refused.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <string_view>

namespace pushsim {

struct SslContextDeleter {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using SslContext = std::unique_ptr<SSL_CTX, SslContextDeleter>;

// PEM files: a certificate chain and its key. Throws std::runtime_error naming the file.
SslContext make_server_context(const std::string& certificate, const std::string& key);

class TlsStream {
public:
    // References the context as long as needed. Throws std::bad_alloc.
    explicit TlsStream(SSL_CTX* context);

    // Octets from the network; what they decrypt to is appended to `plain`. False when the
    // connection is over.
    bool receive(std::string_view octets, std::string& plain);
    bool connected() const { return SSL_is_init_finished(ssl_.get()) == 1; }
    // REQUIRES: connected(), plain is not empty.
    void send(std::string_view plain);
    // What is to go to the network; look after each of the above.
    std::string take_output();

private:
    struct Deleter {
        void operator()(SSL* ssl) const { SSL_free(ssl); }
    };

    bool goes_on(int result) const;

    std::unique_ptr<SSL, Deleter> ssl_;
    BIO* input_;   // owned by ssl_
    BIO* output_;  // owned by ssl_
};

}  // namespace pushsim
