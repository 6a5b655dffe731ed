#include "campaign_request.h"

#include "duration.h"
#include "webpush/json_out.h"

namespace webpush_cli {
namespace {

std::string check_duration(const std::string& text) {
    if (parse_duration(text)) { return {}; }
    return "not a length of time: \"" + text + "\" (such as 45m, 12h or 3d)";
}

std::string check_button(const std::string& text) {
    const std::size_t comma = text.find(',');
    if (comma != std::string::npos && comma > 0 && comma + 1 < text.size()) { return {}; }
    return "not \"action,title\" or \"action,title,url\": \"" + text + "\"";
}

void write_button(webpush::JsonWriter& json, const std::string& text) {
    const std::size_t first = text.find(',');
    const std::size_t second = text.find(',', first + 1);
    json.begin_object();
    json.member("action", text.substr(0, first));
    json.member("title", text.substr(first + 1, second - first - 1));
    if (second != std::string::npos) { json.member_if("target", text.substr(second + 1)); }
    json.end_object();
}

void write_message(webpush::JsonWriter& json, const CampaignDraft& draft) {
    json.begin_object();
    json.member("title", draft.title);
    json.member_if("body", draft.body);
    json.member("target", draft.target);
    json.member_if("icon", draft.icon);
    json.member_if("image", draft.image);
    json.member_if("badge", draft.badge);
    json.member_if("language", draft.language);
    json.member("silent", draft.silent);
    json.member("require_interaction", draft.require_interaction);
    json.key("buttons");
    json.begin_array();
    for (const std::string& button : draft.buttons) { write_button(json, button); }
    json.end_array();
    json.end_object();
}

}  // namespace

void add_campaign_options(CLI::App& command, CampaignDraft& draft) {
    command.add_option("--site", draft.site, "the site")->capture_default_str();
    command.add_option("--name", draft.name, "what you call it")->required();
    command.add_option("--title", draft.title, "first line of the notification")->required();
    command.add_option("--body", draft.body, "its text");
    command.add_option("--target", draft.target, "page that a click opens: /path or https://...")
        ->required();
    command.add_option("--icon", draft.icon, "small picture: /path or https://...");
    command.add_option("--image", draft.image, "large picture, where browsers show one");
    command.add_option("--badge", draft.badge, "monochrome picture for Android's status bar");
    command.add_option("--language", draft.language, "language of the texts: en, de-AT");
    command.add_option("--button", draft.buttons, "ACTION,TITLE[,URL]; at most two")
        ->check(CLI::Validator(check_button, ""))
        ->take_all();
    command.add_option("--urgency", draft.urgency, "for the device's battery (RFC 8030)")
        ->check(CLI::IsMember({"very-low", "low", "normal", "high"}))
        ->capture_default_str();
    command.add_option("--active-for", draft.active_for, "how long it may still appear: 12h, 3d")
        ->check(CLI::Validator(check_duration, ""))
        ->capture_default_str();
    command.add_flag("--silent", draft.silent, "without sound");
    command.add_flag("--require-interaction", draft.require_interaction,
                     "stays until it is clicked or closed");
}

std::string request_json(const CampaignDraft& draft) {
    std::string request;
    webpush::JsonWriter json(request);
    json.begin_object();
    json.member("site", draft.site);
    json.member("name", draft.name);
    json.member("urgency", draft.urgency);
    json.member("active_seconds", parse_duration(draft.active_for).value_or(0));
    json.key("message");
    write_message(json, draft);
    json.end_object();
    return request;
}

}  // namespace webpush_cli
