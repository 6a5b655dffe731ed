// All simulated browsers, found by endpoint, and their memory on disk.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

#include "append_file.h"
#include "browser.h"
#include "dice.h"

namespace pushsim {

class Population {
public:
    // Goes on with what `state_path` holds, if it is there. `seed` is for a new one; an existing
    // state keeps its own unless `force_seed`. Throws std::runtime_error.
    Population(const std::string& state_path, std::uint64_t seed, bool force_seed);

    const Dice& dice() const { return dice_; }
    std::deque<Browser>& all() { return browsers_; }
    const std::deque<Browser>& all() const { return browsers_; }

    // Makes browsers until there are `count`. They will subscribe with `application_server_key`, at
    // push services of this `subdomain` (service.h); `now` in unix milliseconds.
    void grow_to(std::size_t count, std::string_view subdomain,
                 const webpush::PublicKey& application_server_key, std::int64_t now);

    // nullptr when nobody has this endpoint.
    Browser* find(const std::string& endpoint);

    // Note what has happened to a browser.
    void acknowledge(Browser& browser);
    void remember(const Browser& browser, std::int64_t run);

    // Writes what is noted to disk.
    void flush() { file_.flush(); }

private:
    std::deque<Browser> browsers_;
    Dice dice_{0};
    std::unordered_map<std::string_view, Browser*> by_endpoint_;  // views into browsers_
    AppendFile file_;
};

}  // namespace pushsim
