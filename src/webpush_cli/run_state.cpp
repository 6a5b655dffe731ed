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

}  // namespace webpush_cli
