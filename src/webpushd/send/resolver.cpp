#include "send/resolver.h"

#include <cstring>
#include <memory>

#include "guard.h"
#include "send/address_order.h"
#include "send/address_policy.h"

namespace webpushd {

namespace {

// getaddrinfo() does not tell a name's TTL; the services' own are of this order.
constexpr std::uint64_t keep_ms = 60000;

void append_address(Resolver::Addresses& addresses, const Redirect& redirect) {
    sockaddr_storage address{};
    auto* in4 = reinterpret_cast<sockaddr_in*>(&address);
    auto* in6 = reinterpret_cast<sockaddr_in6*>(&address);
    if (uv_ip4_addr(redirect.address.c_str(), redirect.port, in4) != 0 &&
        uv_ip6_addr(redirect.address.c_str(), redirect.port, in6) != 0) {
        return;
    }
    addresses.push_back(address);
}

Resolver::Addresses public_ones(const addrinfo* found) {
    Resolver::Addresses addresses;
    for (; found != nullptr; found = found->ai_next) {
        if (!is_public_address(*found->ai_addr)) { continue; }
        sockaddr_storage& address = addresses.emplace_back();
        std::memcpy(&address, found->ai_addr, found->ai_addrlen);
    }
    return addresses;
}

}  // namespace

// Frees itself when libuv has called back.
struct Resolver::Lookup {
    uv_getaddrinfo_t request;
    Resolver& resolver;
    std::string host;
    std::function<void(const Addresses&)> done;
};

Resolver::Resolver(uv_loop_t* loop, const std::vector<Redirect>& redirects)
    : loop_(loop), redirects_(redirects) {}

void Resolver::resolve(const std::string& host, std::function<void(const Addresses&)> done) {
    const Addresses redirected = redirected_to(host);
    if (!redirected.empty()) { return done(redirected); }
    std::erase_if(known_, [&](const auto& one) { return uv_now(loop_) >= one.second.expires; });
    const auto known = known_.find(host);
    if (known != known_.end()) { return done(known->second.addresses); }
    auto lookup = std::make_unique<Lookup>(Lookup{{}, *this, host, std::move(done)});
    lookup->request.data = lookup.get();
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    if (uv_getaddrinfo(loop_, &lookup->request, callback, host.c_str(), "443", &hints) == 0) {
        static_cast<void>(lookup.release());  // callback() takes it
    } else {
        lookup->done({});
    }
}

// A host's own redirects come before those of all hosts.
Resolver::Addresses Resolver::redirected_to(const std::string& host) const {
    Addresses own, any;
    for (const Redirect& redirect : redirects_) {
        if (redirect.host == host) { append_address(own, redirect); }
        if (redirect.host == "*") { append_address(any, redirect); }
    }
    return own.empty() ? any : own;
}

void Resolver::callback(uv_getaddrinfo_t* request, int status, addrinfo* found) {
    const std::unique_ptr<Lookup> lookup(static_cast<Lookup*>(request->data));
    guarded("resolver", [&] { lookup->resolver.finish(*lookup, status, found); });
    uv_freeaddrinfo(found);
}

void Resolver::finish(Lookup& lookup, int status, const addrinfo* found) {
    const Addresses addresses =
        status == 0 ? alternate_families(public_ones(found)) : Addresses();
    if (!addresses.empty()) { known_[lookup.host] = {addresses, uv_now(loop_) + keep_ms}; }
    lookup.done(addresses);
}

}  // namespace webpushd
