// Bytes that are wiped when they end: secrets on their way from a file to where they are used.
#pragma once

#include <openssl/crypto.h>

#include <string>
#include <string_view>
#include <utility>

namespace webpush {

// Not to grow: what a string leaves behind when it moves to a larger place is not wiped.
class Secret {
public:
    explicit Secret(std::string bytes) : bytes_(std::move(bytes)) {}
    ~Secret() { wipe(); }
    Secret(Secret&& other) noexcept : bytes_(std::move(other.bytes_)) { other.wipe(); }
    Secret& operator=(Secret&&) = delete;

    std::string& bytes() { return bytes_; }
    std::string_view view() const { return bytes_; }

private:
    // All that there is room for: a string that was cut, or moved from, may still have some.
    void wipe() {
        bytes_.resize(bytes_.capacity());
        OPENSSL_cleanse(bytes_.data(), bytes_.size());
    }

    std::string bytes_;
};

}  // namespace webpush
