// Commands that could not do what was asked. what() is for a person and may have several lines.
#pragma once

#include <stdexcept>

namespace webpush_cli {

inline constexpr int exit_failed = 1;  // refused, or the daemon does not answer
inline constexpr int exit_usage = 2;

class Failure : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// The daemon does not answer; it may do so again later.
class Unreachable : public Failure {
public:
    using Failure::Failure;
};

}  // namespace webpush_cli
