// Reads one HTTP/1.1 answer (RFC 9112) in whatever pieces it comes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "send/exchange.h"

namespace webpushd {

class Http1Answer {
public:
    enum class Progress { incomplete, complete, invalid };

    // Takes octets from the front of `input` into `exchange`.
    Progress take(std::string_view& input, Exchange& exchange);
    // The status is final and all fields have come: enough of an answer when the connection ends.
    bool has_head() const { return part_ != Part::head; }
    // Whether another request may follow on the connection, once complete.
    bool keeps_alive() const { return keep_alive_; }

private:
    enum class Part { head, sized_body, unsized_body, chunk_size, chunk, trailer, done };

    Progress take_lines(std::string_view& input, Exchange& exchange);
    void take_octets(std::string_view& input, Exchange& exchange);
    bool take_line(std::string_view line, Exchange& exchange);
    bool take_status_line(std::string_view line, Exchange& exchange);
    bool take_field(std::string_view line, Exchange& exchange);
    bool take_length(std::string_view value);
    bool take_chunk_size(std::string_view line);
    void finish_head(Exchange& exchange);

    Part part_ = Part::head;
    std::string line_;  // as far as it has come
    std::size_t head_size_ = 0;
    std::uint64_t left_ = 0;
    bool sized_ = false;
    bool chunked_ = false;
    bool keep_alive_ = true;
};

}  // namespace webpushd
