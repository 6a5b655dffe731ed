// PostgreSQL array parameters in text form: '{1,2}', '{"a","b"}'.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "webpush/octets.h"

namespace webpushd {

class ArrayText {
public:
    void add(std::int64_t number);
    void add(std::string_view text);  // quoted and escaped
    void add(const webpush::SubscriptionId& id);

    // The whole literal; the array is empty again.
    std::string take();

private:
    void separate();

    std::string text_ = "{";
};

}  // namespace webpushd
