// Chance from a seed. A roll depends on what it is about, never on the order in which things
// happen, so that the same seed gives the same visitors whatever the timing was.
#pragma once

#include <cstdint>
#include <initializer_list>

namespace pushsim {

// What a roll is about, so that two questions about the same browser are independent.
enum class Question : std::uint64_t {
    platform,
    region,
    share,
    chance,
    show,
    reaction,
    button,
    pace
};

class Dice {
public:
    explicit Dice(std::uint64_t seed) : seed_(seed) {}

    std::uint64_t seed() const { return seed_; }

    // Uniform in [0, 1).
    double roll(Question question, std::initializer_list<std::uint64_t> about) const {
        std::uint64_t state = mix(seed_ ^ mix(static_cast<std::uint64_t>(question)));
        for (const std::uint64_t part : about) {
            state = mix(state ^ mix(part));
        }
        return static_cast<double>(state >> 11) * 0x1p-53;
    }

private:
    // The finalizer of SplitMix64 (Steele, Lea, Flood 2014) over the golden ratio's step.
    static std::uint64_t mix(std::uint64_t x) {
        x += 0x9e3779b97f4a7c15;
        x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
        x = (x ^ x >> 27) * 0x94d049bb133111eb;
        return x ^ x >> 31;
    }

    std::uint64_t seed_;
};

}  // namespace pushsim
