// Rows in the text format of COPY, made for Connection::copy_in().
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "webpush/octets.h"

namespace webpushd {

// Usage: rows.integer(7); rows.text("a"); rows.end_row(); the columns in the order of the COPY.
class CopyRows {
public:
    void integer(std::int64_t number);
    void boolean(bool truth);
    // NUL octets, which PostgreSQL's text cannot hold, are left out.
    void text(std::string_view value);
    void octets(std::string_view value);  // bytea
    // jsonb, from JSON text; \u0000, which it cannot hold either, is left out.
    void json(std::string_view value);
    void id(const webpush::SubscriptionId& value);
    // timestamptz from unix milliseconds; REQUIRES: within the years 1970 to 9999.
    void time(std::int64_t milliseconds);
    void null();
    void end_row();

    const std::string& data() const { return data_; }
    std::int64_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    void clear();

private:
    void separate();

    std::string data_;
    std::int64_t size_ = 0;
    bool row_started_ = false;
};

}  // namespace webpushd
