// Result<T>: a value or an Error, by value (C++20 has no std::expected). The core reports every
// failure this way; only std::bad_alloc is left to exceptions.
#pragma once

#include <utility>
#include <variant>

#include "problem.h"

namespace webpush {

template <typename T, typename E = Error>
class [[nodiscard]] Result {
public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(E error) : state_(std::in_place_index<1>, std::move(error)) {}

    bool ok() const { return state_.index() == 0; }
    explicit operator bool() const { return ok(); }

    // REQUIRES: ok(). Of a temporary Result the value itself, so that no reference dangles.
    T& value() & { return *std::get_if<0>(&state_); }
    const T& value() const& { return *std::get_if<0>(&state_); }
    T value() && { return std::move(*std::get_if<0>(&state_)); }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    // REQUIRES: !ok()
    E& error() { return *std::get_if<1>(&state_); }
    const E& error() const { return *std::get_if<1>(&state_); }

private:
    std::variant<T, E> state_;
};

}  // namespace webpush
