#include "rule.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>

namespace pushsim {
namespace {

struct PlayName {
    Play play;
    std::string_view name;
};

constexpr std::array<PlayName, 14> plays{{
    {Play::reset, "reset"},
    {Play::refuse, "refuse"},
    {Play::goaway, "goaway"},
    {Play::cut, "cut"},
    {Play::stall, "stall"},
    {Play::lose, "lose"},
    {Play::garbage, "garbage"},
    {Play::calm, "calm"},
    {Play::headers, "headers"},
    {Play::broken, "break"},
    {Play::flood, "flood"},
    {Play::swell, "swell"},
    {Play::window, "window"},
    {Play::slow, "slow"},
}};

[[noreturn]] void refuse(std::string_view part) {
    throw std::runtime_error("rule: not understood: \"" + std::string(part) + "\"");
}

template <typename Number>
Number number(std::string_view part, std::string_view value, Number lowest, Number highest) {
    Number result{};
    const char* end = value.data() + value.size();
    const auto parsed = std::from_chars(value.data(), end, result);
    const bool good = parsed.ec == std::errc() && parsed.ptr == end;
    if (!good || result < lowest || result > highest) { refuse(part); }
    return result;
}

bool take_word(Rule& rule, std::string_view word) {
    const auto* found = std::find_if(plays.begin(), plays.end(),
                                     [word](const PlayName& entry) { return entry.name == word; });
    if (found == plays.end()) { return false; }
    rule.play = found->play;
    return true;
}

void take_pair(Rule& rule, std::string_view part, std::string_view key, std::string_view value) {
    if (key == "platform") {
        rule.platform = webpush::platform_from_name(value);
        if (*rule.platform == webpush::Platform::unknown) { refuse(part); }
    } else if (key == "service") {
        rule.service = service_from_name(value);
        if (!rule.service) { refuse(part); }
    } else if (key == "endpoint") {
        rule.endpoint = value;
    } else if (key == "share") {
        rule.share = number(part, value, 0.0, 1.0);
    } else if (key == "chance") {
        rule.chance = number(part, value, 0.0, 1.0);
    } else if (key == "first") {
        rule.first = number(part, value, 1, 1'000'000);
    } else if (key == "status") {
        rule.play = Play::status;
        rule.status = number(part, value, 200, 599);
    } else if (key == "streams") {
        rule.play = Play::streams;
        rule.streams = number<std::uint32_t>(part, value, 0, 1'000'000);
    } else if (key == "delay") {
        rule.delay = number<std::uint64_t>(part, value, 0, 3'600'000);
    } else if (key == "retry-after") {
        rule.retry_after = value;
    } else {
        refuse(part);
    }
}

bool fits(const Rule& rule, std::uint64_t number_of_rule, const Dice& dice, const Browser& browser,
          Service service, std::uint64_t request) {
    return (!rule.platform || *rule.platform == browser.platform) &&
           (!rule.service || *rule.service == service) &&
           browser.endpoint.find(rule.endpoint) != std::string::npos &&
           (rule.first == 0 || browser.posts <= rule.first) &&
           dice.roll(Question::share, {number_of_rule, browser.index}) < rule.share &&
           dice.roll(Question::chance, {number_of_rule, request}) < rule.chance;
}

}  // namespace

std::string_view name(Play play) {
    if (play == Play::take) { return "take"; }
    if (play == Play::status) { return "status"; }
    if (play == Play::streams) { return "streams"; }
    return std::find_if(plays.begin(), plays.end(), [play](const PlayName& entry) {
               return entry.play == play;
           })->name;
}

Rule parse_rule(std::string_view text) {
    Rule rule;
    while (!text.empty()) {
        const std::string_view part = text.substr(0, text.find(','));
        text.remove_prefix(std::min(part.size() + 1, text.size()));
        const std::size_t equals = part.find('=');
        if (equals != part.npos) {
            take_pair(rule, part, part.substr(0, equals), part.substr(equals + 1));
        } else if (!take_word(rule, part)) {
            refuse(part);
        }
    }
    return rule;
}

const Rule* find_rule(const std::vector<Rule>& rules, const Dice& dice, const Browser& browser,
                      Service service, std::uint64_t request) {
    for (std::size_t i = 0; i < rules.size(); ++i) {
        if (fits(rules[i], i, dice, browser, service, request)) { return &rules[i]; }
    }
    return nullptr;
}

}  // namespace pushsim
