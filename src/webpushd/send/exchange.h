// One POST to a push service and its answer (RFC 8030 section 5), whatever the HTTP version.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace webpushd {

// Owned by whoever submits it; neither moved nor changed from submit() until finished().
struct Exchange {
    // The request. Views are valid as long as the exchange is under way.
    std::string_view authority;  // host of the endpoint
    std::string_view path;       // with query, byte-exact
    std::shared_ptr<const std::string> authorization;
    std::string ttl;             // seconds
    std::string_view urgency;
    std::string topic;           // "" = no such header
    bool wns_cache = false;      // with X-WNS-Cache-Policy: cache
    std::string body;            // aes128gcm

    // The answer.
    int status = 0;
    std::string answer;          // beginning of the body, at most max_answer octets
    std::size_t answer_size = 0; // octets of the body that have come
    std::string retry_after;
    std::string wns_status;
    std::string wns_error;

    // While under way: the protocol's own.
    std::int32_t stream = 0;
    std::size_t slot = 0;
    std::size_t body_sent = 0;
    std::uint64_t deadline = 0;  // on the loop's clock, ms

    // Forgets the answer, for sending again.
    void reset_answer();
};

inline constexpr std::size_t max_answer = 1024;
// Of longer bodies the rest is not waited for.
inline constexpr std::size_t longest_answer = 65536;

enum class ExchangeEnd {
    answered,     // status and the rest are filled in, the body perhaps in part
    unprocessed,  // the service says that it did nothing with it, or never had the whole of it: safe
                  // to send again at once
    lost,         // no answer; the service may have taken it
};

class ExchangeListener {
public:
    // May submit further exchanges, must not destroy what calls it.
    virtual void finished(Exchange& exchange, ExchangeEnd end) = 0;

protected:
    ~ExchangeListener() = default;
};

// HTTP on one connection: turns exchanges into octets and octets into answers; no I/O.
class HttpProtocol {
public:
    virtual ~HttpProtocol() = default;

    // It knows what the service takes: nothing is submitted before.
    virtual bool ready() const = 0;
    // How many more exchanges it takes now.
    virtual std::size_t room() const = 0;
    // How many are under way.
    virtual std::size_t open() const = 0;
    // No room now and never again: drain it and use another connection.
    virtual bool retired() const = 0;

    // REQUIRES: room() > 0. False when it could not be begun; then it is not under way.
    virtual bool submit(Exchange& exchange) = 0;
    // Appends what is to be sent; false when the connection cannot go on.
    virtual bool write(std::string& out) = 0;
    // Takes what was received; false when the connection cannot go on.
    virtual bool read(std::string_view octets) = 0;
    // Ends exchanges whose deadline has passed; false when the connection cannot go on.
    virtual bool expire(std::uint64_t now) = 0;
    // Takes no more exchanges; those under way go on.
    virtual void drain() = 0;
    // The service has said that it is asked too much.
    virtual bool overloaded() const { return false; }
    // Says goodbye, as far as the protocol knows how.
    virtual void retire() = 0;
    // The connection is gone: ends all that is under way.
    virtual void abort() = 0;
};

}  // namespace webpushd
