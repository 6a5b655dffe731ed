// The numbered migrations, embedded into the program at build time from store/migrations/*.sql
// (file name NNNN_name.sql; the generator is store/migrations/embed).
#pragma once

#include <span>
#include <string_view>

namespace webpushd {

struct Migration {
    int version;            // from the file name, ascending without gaps from 1
    std::string_view name;  // the file name without number and suffix
    std::string_view sql;   // the whole file; both views live for ever
};

// In ascending order of version.
std::span<const Migration> migrations();

}  // namespace webpushd
