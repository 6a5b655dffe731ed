// Reads a file of keys while nginx reads its configuration.
#pragma once

#include <optional>
#include <string>

#include "ngx.h"
#include "webpush/secret.h"

namespace ngx_webpush {

enum class Readers { anybody, owner_and_group };

// The file's text, or nullopt after an [emerg] that names the file. Who may read it, and whose it is,
// is not for nginx to decide: if others could read what they should not, could write to it, or own
// it, there is a [warn].
std::optional<webpush::Secret> read_key_file(ngx_conf_t* cf, const std::string& path,
                                             Readers readers);

// "invalid file ...", an [emerg].
void refuse_key_file(ngx_conf_t* cf, const std::string& path, const char* why);

}  // namespace ngx_webpush
