// VAPID tokens, signed once and used for hours: push services cache their check (RFC 8292 section
// 3), Apple asks for at most one an hour, and a signature costs more than half an encryption.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>

#include "site_keys.h"

namespace webpushd {

// One thread at a time; one instance a sender thread. Times are unix seconds.
class VapidCache {
public:
    using Authorization = std::shared_ptr<const std::string>;

    // The Authorization header for the push service at `host`. Valid for 12 h when made, renewed
    // at half its life.
    Authorization get(const std::string& host, const VapidKey& key, const std::string& contact,
                      std::int64_t now);

    // The service has refused the present one: makes another, unless that was done within the last
    // hour, when the clock or the token's age cannot be why.
    void renew(const std::string& host, const VapidKey& key, const std::string& contact,
               std::int64_t now);

private:
    using Id = std::tuple<std::string, std::string, std::string>;  // host, key id, contact
    struct Entry {
        Authorization authorization;
        std::int64_t made = 0;
        std::int64_t refused = 0;  // when it was last renewed for being refused
    };

    static void sign(Entry& entry, const std::string& host, const VapidKey& key,
                     const std::string& contact, std::int64_t now);

    std::map<Id, Entry> entries_;
};

}  // namespace webpushd
