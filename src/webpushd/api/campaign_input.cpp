#include "campaign_input.h"

#include <algorithm>
#include <string_view>

#include "members.h"
#include "store/site_store.h"
#include "webpush/json_out.h"
#include "webpush/notification_json.h"

namespace webpushd {
namespace {

using webpush::Error;
using webpush::JsonObject;
using webpush::Problem;
using webpush::Result;

constexpr std::size_t max_name = 200;
constexpr int min_active_seconds = 60;
constexpr std::string_view urgencies[] = {"very-low", "low", "normal", "high"};  // RFC 8030 5.3

std::optional<Error> read_site(const JsonObject& json, std::string& to) {
    const auto site = json.string_or("site", default_site, max_name);
    if (!site.ok()) { return site.error(); }
    to = *site;
    return std::nullopt;
}

std::optional<Error> read_name(const JsonObject& json, std::string& to) {
    const auto name = json.string("name", max_name);
    if (!name.ok()) { return name.error(); }
    if (name->empty()) { return json.error(Problem::field_invalid, "name", "must not be empty"); }
    to = *name;
    return std::nullopt;
}

std::optional<Error> read_urgency(const JsonObject& json, std::string& to) {
    const auto urgency = json.string_or("urgency", to, max_name);
    if (!urgency.ok()) { return urgency.error(); }
    if (std::find(std::begin(urgencies), std::end(urgencies), *urgency) == std::end(urgencies)) {
        return json.error(Problem::field_invalid, "urgency", "very-low, low, normal or high");
    }
    to = *urgency;
    return std::nullopt;
}

std::optional<Error> read_audience(const JsonObject& json) {
    const auto audience = json.string_or("audience", "all", max_name);
    if (!audience.ok()) { return audience.error(); }
    if (*audience != "all") {
        return json.error(Problem::field_invalid, "audience", "the only audience is \"all\"");
    }
    return std::nullopt;
}

std::optional<Error> read_active_seconds(const JsonObject& json, int& to) {
    const auto seconds = json.integer_or("active_seconds", to);
    if (!seconds.ok()) { return seconds.error(); }
    if (*seconds < min_active_seconds || *seconds > max_active_seconds) {
        return json.error(Problem::field_invalid, "active_seconds",
                          "60 to 2419200, which are 28 days");
    }
    to = static_cast<int>(*seconds);
    return std::nullopt;
}

std::optional<Error> read_content(const JsonObject& json, std::string& content) {
    const auto message = json.object("message");
    if (!message.ok()) { return message.error(); }
    if (auto error = unknown_member(*message, {"title", "body", "target", "icon", "image", "badge",
                                               "language", "silent", "require_interaction",
                                               "buttons"})) {
        return error;
    }
    const auto notification = webpush::read_notification(*message);
    if (!notification.ok()) { return notification.error(); }
    webpush::JsonWriter writer(content);
    webpush::write_notification(writer, *notification);
    return std::nullopt;
}

}  // namespace

Result<Campaign> read_campaign(const JsonObject& json) {
    if (auto error = unknown_member(json, {"site", "name", "audience", "urgency", "active_seconds",
                                           "message"})) {
        return *error;
    }
    Campaign campaign;
    if (auto error = read_site(json, campaign.site_name)) { return *error; }
    if (auto error = read_name(json, campaign.name)) { return *error; }
    if (auto error = read_audience(json)) { return *error; }
    if (auto error = read_urgency(json, campaign.urgency)) { return *error; }
    if (auto error = read_active_seconds(json, campaign.active_seconds)) { return *error; }
    if (auto error = read_content(json, campaign.content)) { return *error; }
    return campaign;
}

Result<StoredMessage> read_message(const JsonObject& json) {
    if (auto error = unknown_member(json, {"site", "name", "urgency", "active_seconds",
                                           "message"})) {
        return *error;
    }
    StoredMessage message;
    if (auto error = read_site(json, message.site_name)) { return *error; }
    if (auto error = read_name(json, message.name)) { return *error; }
    if (auto error = read_urgency(json, message.urgency)) { return *error; }
    if (auto error = read_active_seconds(json, message.active_seconds)) { return *error; }
    if (auto error = read_content(json, message.content)) { return *error; }
    return message;
}

}  // namespace webpushd
