#include "send/tls_sessions.h"

#include "guard.h"

namespace webpushd {

namespace {

// Servers send two or so with each connection, and there are few connections.
constexpr std::size_t most_kept = 8;

}  // namespace

void TlsSessions::prepare(SSL_CTX* context) {
    SSL_CTX_set_session_cache_mode(context,
                                   SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL_STORE);
    SSL_CTX_sess_set_new_cb(context, on_new);
}

void TlsSessions::attach(SSL* ssl) {
    SSL_set_app_data(ssl, this);
    while (!sessions_.empty() && SSL_SESSION_is_resumable(sessions_.back().get()) != 1) {
        sessions_.pop_back();
    }
    if (sessions_.empty()) { return; }
    SSL_SESSION* newest = sessions_.back().get();
    SSL_set_session(ssl, newest);  // with a reference of its own
    if (SSL_SESSION_get_protocol_version(newest) >= TLS1_3_VERSION) { sessions_.pop_back(); }
}

// 1: the reference is ours now.
int TlsSessions::on_new(SSL* ssl, SSL_SESSION* session) {
    auto* self = static_cast<TlsSessions*>(SSL_get_app_data(ssl));
    Session owned(session);
    guarded("tls", [&] { self->keep(std::move(owned)); });
    return 1;
}

void TlsSessions::keep(Session session) {
    sessions_.push_back(std::move(session));
    if (sessions_.size() > most_kept) { sessions_.pop_front(); }
}

}  // namespace webpushd
