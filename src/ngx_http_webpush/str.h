// Between nginx's strings and the standard library's.
#pragma once

#include <cstring>
#include <new>
#include <string_view>

#include "ngx.h"

namespace ngx_webpush {

// Valid as long as the nginx string's memory.
inline std::string_view to_view(const ngx_str_t& text) {
    return {reinterpret_cast<const char*>(text.data), text.len};
}

// A NUL-terminated copy in the pool; throws std::bad_alloc like everything else in C++ here.
inline ngx_str_t copy_to_pool(ngx_pool_t* pool, std::string_view text) {
    auto* data = static_cast<u_char*>(ngx_pnalloc(pool, text.size() + 1));
    if (data == nullptr) { throw std::bad_alloc(); }
    std::memcpy(data, text.data(), text.size());
    data[text.size()] = '\0';
    return {text.size(), data};
}

}  // namespace ngx_webpush
