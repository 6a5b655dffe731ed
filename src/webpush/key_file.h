// How a file of secret keys (link_keys.h, contact_proof.h) changes, without a moment in which somebody
// uses a key that another does not know yet:
//
//   1 A            one key, in use
//   1 A / 2 B      another waits behind it, until everybody knows it: its id follows that of the first
//   2 B / 1 A      then it comes first and is used; the former one still verifies
//   2 B / 3 C      the next change drops it
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace webpush {

// Id of the key that waits.
std::optional<int> waiting_key(std::string_view file_text);

// The file with a new random key waiting behind its first one; its comments stay. REQUIRES: the file
// can be read, no key waits.
std::string with_waiting_key(std::string_view file_text);

// The file with its waiting key first. REQUIRES: one waits.
std::string with_waiting_key_first(std::string_view file_text);

// "0" to "255", as ids are written in such files.
std::optional<int> parse_key_id(std::string_view digits);

}  // namespace webpush
