// Names of what the edge records: they stand in requests and in log lines, and never change.
#pragma once

#include <optional>
#include <string_view>

namespace webpush {

// subscribe and refresh carry the subscription; only subscribe is consent.
enum class ConsentKind { subscribe, refresh, unsubscribe };
std::string_view name(ConsentKind kind);

// What became of a notification.
enum class EventKind { shown, closed, click };
std::string_view name(EventKind kind);

// What the event log says of consent, by ids only.
enum class ConsentChange { subscribed, left };
std::string_view name(ConsentChange change);

// How asking goes: the site's own form is shown, accepted or dismissed; then the browser's question
// is answered: permission granted, denied or left at default.
enum class PromptStep { shown, accepted, dismissed, granted, denied, undecided };
std::string_view name(PromptStep step);  // undecided is "default", as the Permissions API says
std::optional<PromptStep> prompt_step_from_name(std::string_view name);

}  // namespace webpush
