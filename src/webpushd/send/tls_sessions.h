// TLS sessions of one host, for resumption (RFC 8446 section 2.2): a handshake without certificates
// and their verification, which was done when the session was made.
#pragma once

#include <openssl/ssl.h>

#include <deque>
#include <memory>

namespace webpushd {

class TlsSessions {
public:
    // Once for a context: its connections' sessions go to those that they are attached to.
    static void prepare(SSL_CTX* context);

    // Before the handshake: resumes the newest session if there is one. TLS 1.3's are for one
    // connection each, so that nobody can link them. Outlives `ssl`.
    void attach(SSL* ssl);

    std::size_t size() const { return sessions_.size(); }

private:
    struct Deleter {
        void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
    };
    using Session = std::unique_ptr<SSL_SESSION, Deleter>;

    static int on_new(SSL* ssl, SSL_SESSION* session);
    void keep(Session session);

    std::deque<Session> sessions_;  // the newest last
};

}  // namespace webpushd
