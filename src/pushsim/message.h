// What a service worker reads of a payload (src/webpush/payload.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "webpush/json_in.h"

namespace pushsim {

struct Message {
    std::int64_t run = 0;
    std::string token;                 // delivery token
    std::string link;                  // what a click opens
    std::vector<std::string> buttons;  // what a click on each of them opens
};

// nullopt when it is no payload of ours.
std::optional<Message> read_message(webpush::JsonReader& reader, std::string_view payload);

}  // namespace pushsim
