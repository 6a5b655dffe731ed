// Rules of the push service: what they say, and whom they fit.
#include "rule.h"

#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "tap.h"

using pushsim::Browser;
using pushsim::Dice;
using pushsim::Play;
using pushsim::Rule;
using pushsim::Service;

namespace {

bool is_refused(std::string_view text) {
    try {
        pushsim::parse_rule(text);
        return false;
    } catch (const std::runtime_error&) { return true; }
}

Browser browser(std::size_t index, webpush::Platform platform) {
    Browser made;
    made.index = index;
    made.platform = platform;
    made.endpoint = "https://fcm.googleapis.com/fcm/send/token" + std::to_string(index);
    made.posts = 1;
    return made;
}

bool fits(std::string_view rule, const Browser& one, std::uint64_t request = 1) {
    return find_rule({pushsim::parse_rule(rule)}, Dice(7), one, Service::google, request) !=
           nullptr;
}

// Of a thousand browsers, those that the rule fits.
std::set<std::size_t> chosen(std::string_view rule, std::uint64_t request) {
    std::set<std::size_t> indexes;
    for (std::size_t i = 0; i < 1000; ++i) {
        if (fits(rule, browser(i, webpush::Platform::samsung), request)) { indexes.insert(i); }
    }
    return indexes;
}

void parsing() {
    const Rule rule =
        pushsim::parse_rule("platform=samsung,status=503,retry-after=2,first=1,delay=30");
    tap::ok(rule.platform == webpush::Platform::samsung, "platform");
    tap::ok(rule.play == Play::status, "a status is played");
    tap::is(rule.status, 503, "status");
    tap::is(rule.retry_after, "2", "Retry-After");
    tap::is(rule.first, 1, "first");
    tap::is(rule.delay, 30u, "delay");
    tap::ok(pushsim::parse_rule("service=apple,delay=5").play == Play::take, "only later");
    tap::ok(pushsim::parse_rule("lose").play == Play::lose, "a word");
    const Rule streams = pushsim::parse_rule("streams=0,delay=9");
    tap::ok(streams.play == Play::streams && streams.streams == 0, "a setting");
    for (const char* word : {"reset", "refuse", "goaway", "cut", "stall", "lose", "garbage", "calm", "headers",
                             "break", "flood", "swell", "window", "slow"}) {
        tap::is(name(pushsim::parse_rule(word).play), word, std::string("a word: ") + word);
    }
    for (const char* bad : {"moon=full", "status=ok", "status=99", "share=2", "platform=pager",
                            "service=pager", "explode", "streams=-1", "streams", "first=0", "delay=1s", ","}) {
        tap::ok(is_refused(bad), std::string("refused: ") + bad);
    }
}

void fitting() {
    const Browser one = browser(4, webpush::Platform::samsung);
    tap::ok(fits("platform=samsung,reset", one), "its platform");
    tap::ok(!fits("platform=opera,reset", one), "another platform");
    tap::ok(fits("service=google,reset", one), "its service");
    tap::ok(!fits("service=apple,reset", one), "another service");
    tap::ok(fits("endpoint=token4,reset", one), "its endpoint");
    tap::ok(!fits("endpoint=token5,reset", one), "another endpoint");

    Browser again = browser(4, webpush::Platform::samsung);
    again.posts = 2;
    tap::ok(fits("first=1,reset", one) && !fits("first=1,reset", again), "the first only");

    const std::vector<Rule> rules{pushsim::parse_rule("platform=opera,status=410"),
                                  pushsim::parse_rule("status=429"),
                                  pushsim::parse_rule("status=500")};
    const Rule* found = find_rule(rules, Dice(7), one, Service::google, 1);
    tap::is(found == nullptr ? 0 : found->status, 429, "the first that fits counts");
}

void choosing() {
    const auto share = chosen("share=0.1,reset", 1);
    tap::ok(share.size() > 60 && share.size() < 140, "a share of the browsers");
    tap::ok(share == chosen("share=0.1,reset", 2), "always the same");
    tap::ok(chosen("share=0,reset", 1).empty(), "share 0: none");
    tap::is(chosen("share=1,reset", 1).size(), 1000u, "share 1: all");

    int hit = 0;
    for (std::uint64_t request = 0; request < 1000; ++request) {
        hit += fits("chance=0.1,reset", browser(4, webpush::Platform::samsung), request) ? 1 : 0;
    }
    tap::ok(hit > 60 && hit < 140, "some of one browser's requests");
}

}  // namespace

int main() {
    tap::subtest("what a rule says", parsing);
    tap::subtest("whom it fits", fitting);
    tap::subtest("by chance, from the seed", choosing);
    return tap::done_testing();
}
