// An HTTP/1.1 answer (RFC 9112) as it comes in, octet by octet.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace pushsim {

class HttpAnswer {
public:
    enum class Progress { more, complete, broken };

    // REQUIRES: not complete. What follows the answer is not looked at: nothing was asked yet.
    Progress take(std::string_view octets);

    int status() const { return status_; }
    const std::string& body() const { return body_; }
    // Header Retry-After, "" when absent.
    const std::string& retry_after() const { return retry_after_; }
    // False when the connection cannot be used for another request: the server said so, or the
    // body has no length given and was not read.
    bool keeps_alive() const { return keeps_alive_; }

private:
    bool read_head(std::string_view head);
    void read_header(std::string_view name, std::string_view value);

    std::string head_;
    bool has_head_ = false;
    int status_ = 0;
    bool has_length_ = false;
    std::size_t length_ = 0;
    bool keeps_alive_ = true;
    std::string retry_after_;
    std::string body_;
};

}  // namespace pushsim
