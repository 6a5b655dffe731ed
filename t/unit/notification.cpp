#include "files.h"
#include "webpush/notification_json.h"
#include "webpush/payload.h"
#include "webpush/token.h"

using namespace webpush;

namespace {

Notification good() {
    Notification notification;
    notification.title = "Red shoes";
    notification.target = "/sale";
    return notification;
}

// Field of the refusal, "" when taken.
template <typename Change>
std::string fault(Change change) {
    Notification notification = good();
    change(notification);
    const auto checked = check_notification(notification);
    return checked.ok() ? "" : checked.error().field;
}

std::string target_fault(const std::string& target) {
    return fault([&](Notification& n) { n.target = target; });
}

void buttons() {
    using Buttons = std::vector<Button>;
    const auto with = [](const Buttons& list) {
        return fault([&](Notification& n) { n.buttons = list; });
    };
    tap::is(with({{"a", "A", "/a"}, {"b", "B", ""}}), "", "two, one without a target of its own");
    tap::is(with({{"a", "A", ""}, {"b", "B", ""}, {"c", "C", ""}}), "buttons", "three");
    tap::is(with({{"a", "A", ""}, {"a", "B", ""}}), "buttons[1].action", "twice the same action");
    tap::is(with({{"", "A", ""}}), "buttons[0].action", "no action");
    tap::is(with({{"a b", "A", ""}}), "buttons[0].action", "odd action");
    tap::is(with({{std::string(32, 'a'), "A", ""}}), "", "longest action");
    tap::is(with({{std::string(33, 'a'), "A", ""}}), "buttons[0].action", "too long");
    tap::is(with({{"a", "", ""}}), "buttons[0].title", "no title");
    tap::is(with({{"a", "A", "b"}}), "buttons[0].target", "odd target");
}

void json() {
    const std::string all =
        R"({"title":"T","body":"B\nC","target":"/t","icon":"/i","image":"https://a.example/i",)"
        R"("badge":"/b","language":"de","silent":true,"require_interaction":true,)"
        R"("buttons":[{"action":"a","title":"A","target":"/a"},{"action":"b","title":"B"}]})";
    JsonReader reader;
    const auto notification = read_notification(*reader.parse(all));
    if (!tap::ok(notification.ok(), "is read")) { return; }
    std::string again;
    JsonWriter writer(again);
    write_notification(writer, *notification);
    tap::is(again, all, "and written the same");

    const auto refused = [&](const std::string& text) {
        const auto result = read_notification(*reader.parse(text));
        return result.ok() ? "" : result.error().field;
    };
    tap::is(refused(R"({"target":"/t"})"), "title", "title is required");
    tap::is(refused(R"({"title":"T"})"), "target", "target too");
    tap::is(refused(R"({"title":"T","target":"t"})"), "target", "and checked");
    tap::is(refused(R"({"title":"T","target":"/t","silent":1})"), "silent", "types are");
    tap::is(refused(R"({"title":"T","target":"/t","buttons":[{"action":"a"}]})"),
            "buttons[0].title", "down to the buttons");
}

}  // namespace

int main() {
    tap::subtest("texts", [] {
        tap::is(fault([](Notification&) {}), "", "the least");
        tap::is(fault([](Notification& n) { n.title = ""; }), "title", "no title");
        tap::is(fault([](Notification& n) { n.title = "a\nb"; }), "title", "a title of two lines");
        tap::is(fault([](Notification& n) { n.body = "a\nb"; }), "", "a body of two lines");
        tap::is(fault([](Notification& n) { n.body = "a\x01"; }), "body", "control character");
        tap::is(fault([](Notification& n) { n.language = "pt-BR"; }), "", "language");
        tap::is(fault([](Notification& n) { n.language = "pt_BR"; }), "language",
                "no language tag");
    });
    tap::subtest("targets", [] {
        for (const char* target :
             {"/", "/a?b=c#d", "https://partner.example", "https://partner.example/a",
              "https://partner.example:8443/a", "/schuhe/größe"}) {
            tap::is(target_fault(target), "", target);
        }
        for (const char* target :
             {"", "a", "//evil.example/", "/\\evil.example", "/a b", "/a\r\nX: y",
              "http://a.example/", "javascript:alert(1)", "https://", "https:///a",
              "https://a@b.example/", "data:text/html,x"}) {
            tap::is(target_fault(target), "target", tap::shown(target));
        }
        tap::is(target_fault("/" + std::string(max_target_length - 1, 'a')), "", "longest");
        tap::is(target_fault("/" + std::string(max_target_length, 'a')), "target", "too long");
        tap::is(fault([](Notification& n) { n.icon = "icon.png"; }), "icon", "icon");
        tap::is(fault([](Notification& n) { n.image = "http://a.example/"; }), "image", "image");
        tap::is(fault([](Notification& n) { n.badge = "//a"; }), "badge", "badge");
    });
    tap::subtest("buttons", buttons);
    tap::subtest("as JSON", json);
    return tap::done_testing();
}
