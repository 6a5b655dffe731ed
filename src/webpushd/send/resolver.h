// Addresses of push services: DNS through libuv's thread pool, or what the operator redirects to.
#pragma once

#include <uv.h>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "settings.h"

namespace webpushd {

class Resolver {
public:
    // Empty: not found, or nothing but addresses that no push service has.
    using Addresses = std::vector<sockaddr_storage>;

    // `loop` and `redirects` outlive the resolver; the resolver outlives its look-ups, that is, it
    // stays until the loop has nothing left to do.
    Resolver(uv_loop_t* loop, const std::vector<Redirect>& redirects);

    // Calls `done` once, from the loop or before it returns.
    void resolve(const std::string& host, std::function<void(const Addresses&)> done);

private:
    struct Lookup;
    struct Entry {
        Addresses addresses;
        std::uint64_t expires = 0;  // on the loop's clock, ms
    };

    Addresses redirected_to(const std::string& host) const;
    void finish(Lookup& lookup, int status, const addrinfo* found);

    static void callback(uv_getaddrinfo_t* request, int status, addrinfo* found);

    uv_loop_t* loop_;
    const std::vector<Redirect>& redirects_;
    std::map<std::string, Entry> known_;
};

}  // namespace webpushd
