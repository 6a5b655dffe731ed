#include "run_state.h"

#include "answer.h"

namespace webpush_cli {

std::string state_text(const webpush::JsonObject& run) {
    const std::string state = text(run, "state");
    const std::string reason = text(run, "pause_reason");
    const std::string detail = text(run, "pause_detail");
    if (reason.empty()) { return state; }
    if (reason == "asked") { return state + " (as asked)"; }
    return state + " (" + (detail.empty() ? reason : detail) + ")";
}

std::string owner_text(const webpush::JsonObject& run) {
    const std::int64_t campaign = number(run, "campaign");
    if (campaign != 0) { return "campaign " + std::to_string(campaign); }
    return "message " + std::to_string(number(run, "message"));
}

}  // namespace webpush_cli
