#include "tls_stream.h"

#include <openssl/err.h>

#include <new>
#include <stdexcept>

namespace pushsim {
namespace {

constexpr unsigned char h2[] = "\x02h2";

int choose_h2(SSL*, const unsigned char** chosen, unsigned char* chosen_size,
              const unsigned char* offered, unsigned int offered_size, void*) {
    unsigned char* found = nullptr;
    const int result =
        SSL_select_next_proto(&found, chosen_size, h2, sizeof h2 - 1, offered, offered_size);
    *chosen = found;
    return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

}  // namespace

SslContext make_server_context(const std::string& certificate, const std::string& key) {
    SslContext context(SSL_CTX_new(TLS_server_method()));
    if (!context) { throw std::bad_alloc(); }
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_alpn_select_cb(context.get(), choose_h2, nullptr);
    if (SSL_CTX_use_certificate_chain_file(context.get(), certificate.c_str()) != 1) {
        throw std::runtime_error("cannot read a certificate from " + certificate);
    }
    if (SSL_CTX_use_PrivateKey_file(context.get(), key.c_str(), SSL_FILETYPE_PEM) != 1) {
        throw std::runtime_error("cannot read the certificate's key from " + key);
    }
    return context;
}

TlsStream::TlsStream(SSL_CTX* context)
    : ssl_(SSL_new(context)), input_(BIO_new(BIO_s_mem())), output_(BIO_new(BIO_s_mem())) {
    if (!ssl_ || input_ == nullptr || output_ == nullptr) { throw std::bad_alloc(); }
    SSL_set_bio(ssl_.get(), input_, output_);
    SSL_set_accept_state(ssl_.get());
}

bool TlsStream::receive(std::string_view octets, std::string& plain) {
    BIO_write(input_, octets.data(), static_cast<int>(octets.size()));
    char buffer[SSL3_RT_MAX_PLAIN_LENGTH];
    for (;;) {
        ERR_clear_error();
        const int count = SSL_read(ssl_.get(), buffer, sizeof buffer);  // shakes hands first
        if (count <= 0) { return goes_on(count); }
        plain.append(buffer, static_cast<std::size_t>(count));
    }
}

void TlsStream::send(std::string_view plain) {
    ERR_clear_error();
    SSL_write(ssl_.get(), plain.data(), static_cast<int>(plain.size()));  // memory takes everything
}

std::string TlsStream::take_output() {
    char* data = nullptr;
    const long size = BIO_get_mem_data(output_, &data);
    std::string out(data, static_cast<std::size_t>(size > 0 ? size : 0));
    BIO_reset(output_);
    return out;
}

bool TlsStream::goes_on(int result) const {
    const int error = SSL_get_error(ssl_.get(), result);
    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
}

}  // namespace pushsim
