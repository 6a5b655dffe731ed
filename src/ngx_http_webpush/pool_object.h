// C++ objects that an nginx pool owns.
#pragma once

#include <new>
#include <utility>

#include "ngx.h"

namespace ngx_webpush {

// Makes a T that is destroyed with the pool; without the destructor call every reload would leak
// what configuration objects hold. Throws std::bad_alloc.
template <typename T, typename... Args>
T* make_in_pool(ngx_pool_t* pool, Args&&... args) {
    ngx_pool_cleanup_t* cleanup = ngx_pool_cleanup_add(pool, 0);
    if (cleanup == nullptr) { throw std::bad_alloc(); }
    T* object = new T(std::forward<Args>(args)...);
    cleanup->data = object;
    cleanup->handler = [](void* data) { delete static_cast<T*>(data); };
    return object;
}

}  // namespace ngx_webpush
