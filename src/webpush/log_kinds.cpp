#include "log_kinds.h"

namespace webpush {

std::string_view name(ConsentKind kind) {
    switch (kind) {
        case ConsentKind::subscribe: return "subscribe";
        case ConsentKind::refresh: return "refresh";
        case ConsentKind::unsubscribe: return "unsubscribe";
    }
    return "";
}

std::string_view name(EventKind kind) {
    switch (kind) {
        case EventKind::shown: return "shown";
        case EventKind::closed: return "closed";
        case EventKind::click: return "click";
    }
    return "";
}

std::string_view name(ConsentChange change) {
    return change == ConsentChange::subscribed ? "subscribed" : "left";
}

std::string_view name(PromptStep step) {
    switch (step) {
        case PromptStep::shown: return "shown";
        case PromptStep::accepted: return "accepted";
        case PromptStep::dismissed: return "dismissed";
        case PromptStep::granted: return "granted";
        case PromptStep::denied: return "denied";
        case PromptStep::undecided: return "default";
    }
    return "";
}

std::optional<PromptStep> prompt_step_from_name(std::string_view text) {
    for (PromptStep step : {PromptStep::shown, PromptStep::accepted, PromptStep::dismissed,
                            PromptStep::granted, PromptStep::denied, PromptStep::undecided}) {
        if (text == name(step)) { return step; }
    }
    return std::nullopt;
}

}  // namespace webpush
