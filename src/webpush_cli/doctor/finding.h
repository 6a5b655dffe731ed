// What `webpush doctor` says about one thing that it looked at.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace webpush_cli::doctor {

enum class State {
    ok,
    skipped,  // could not be looked at, because of something that has a finding of its own
    warning,  // works, but not as well as it could
    problem,  // does not work
};

struct Finding {
    State state = State::ok;
    std::string group;   // "logs"
    std::string what;    // "nginx writes"
    std::string found;   // "www-data may write to /var/lib/webpush/log"
    std::string advice;  // what to do; empty for ok and skipped
};

using Findings = std::vector<Finding>;

// Adds findings of one group to a list that outlives it.
class Group {
public:
    Group(Findings& findings, std::string name) : findings_(findings), name_(std::move(name)) {}

    void ok(std::string what, std::string found) { add(State::ok, what, found, ""); }
    void skipped(std::string what, std::string why) { add(State::skipped, what, why, ""); }
    void warning(std::string what, std::string found, std::string advice) {
        add(State::warning, what, found, advice);
    }
    void problem(std::string what, std::string found, std::string advice) {
        add(State::problem, what, found, advice);
    }

private:
    void add(State state, std::string& what, std::string& found, std::string advice) {
        findings_.push_back({state, name_, std::move(what), std::move(found), std::move(advice)});
    }

    Findings& findings_;
    std::string name_;
};

int count(const Findings& findings, State state);

}  // namespace webpush_cli::doctor
