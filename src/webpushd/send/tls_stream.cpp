#include "send/tls_stream.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <new>
#include <stdexcept>

namespace webpushd {

namespace {

constexpr unsigned char alpn[] = "\x02h2\x08http/1.1";

}  // namespace

SslContext make_ssl_context(const std::string& ca_file) {
    SslContext context(SSL_CTX_new(TLS_client_method()));
    if (!context) { throw std::bad_alloc(); }
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_alpn_protos(context.get(), alpn, sizeof alpn - 1);
    TlsSessions::prepare(context.get());
    SSL_CTX_set_default_verify_paths(context.get());
    if (!ca_file.empty() && SSL_CTX_load_verify_file(context.get(), ca_file.c_str()) != 1) {
        throw std::runtime_error("cannot read certificates from " + ca_file);
    }
    return context;
}

TlsStream::TlsStream(SSL_CTX* context, const std::string& host, TlsSessions& sessions)
    : ssl_(SSL_new(context)), input_(BIO_new(BIO_s_mem())), output_(BIO_new(BIO_s_mem())) {
    if (!ssl_ || input_ == nullptr || output_ == nullptr) { throw std::bad_alloc(); }
    SSL_set_bio(ssl_.get(), input_, output_);
    SSL_set_connect_state(ssl_.get());
    SSL_set_hostflags(ssl_.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (SSL_set1_host(ssl_.get(), host.c_str()) != 1 ||
        SSL_set_tlsext_host_name(ssl_.get(), host.c_str()) != 1) {
        throw std::bad_alloc();
    }
    sessions.attach(ssl_.get());
}

TlsStream::Status TlsStream::receive(std::string_view octets, std::string& plain) {
    if (!octets.empty()) { BIO_write(input_, octets.data(), static_cast<int>(octets.size())); }
    if (!connected()) {
        ERR_clear_error();
        const int result = SSL_do_handshake(ssl_.get());
        if (result != 1) { return status_of(result); }
    }
    return read_plain(plain);
}

TlsStream::Status TlsStream::read_plain(std::string& plain) {
    char buffer[SSL3_RT_MAX_PLAIN_LENGTH];
    for (;;) {
        ERR_clear_error();
        const int count = SSL_read(ssl_.get(), buffer, sizeof buffer);
        if (count <= 0) { return status_of(count); }
        plain.append(buffer, static_cast<std::size_t>(count));
    }
}

TlsStream::Status TlsStream::send(std::string_view plain) {
    if (plain.empty()) { return Status::going_on; }
    ERR_clear_error();
    const int count = SSL_write(ssl_.get(), plain.data(), static_cast<int>(plain.size()));
    return count > 0 ? Status::going_on : status_of(count);  // a memory BIO takes everything
}

void TlsStream::end() {
    ERR_clear_error();
    if (connected()) { SSL_shutdown(ssl_.get()); }
}

void TlsStream::take_output(std::string& out) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(output_, &data);
    if (size <= 0) { return; }
    out.append(data, static_cast<std::size_t>(size));
    BIO_reset(output_);
}

bool TlsStream::connected() const { return SSL_is_init_finished(ssl_.get()) == 1; }

std::string_view TlsStream::protocol() const {
    const unsigned char* name = nullptr;
    unsigned int size = 0;
    SSL_get0_alpn_selected(ssl_.get(), &name, &size);
    return {reinterpret_cast<const char*>(name), size};
}

std::string TlsStream::problem() const {
    const long verified = SSL_get_verify_result(ssl_.get());
    if (verified != X509_V_OK) { return X509_verify_cert_error_string(verified); }
    return "TLS failed";
}

TlsStream::Status TlsStream::status_of(int result) const {
    switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE: return Status::going_on;
    case SSL_ERROR_ZERO_RETURN: return Status::ended;
    default: return Status::failed;
    }
}

}  // namespace webpushd
