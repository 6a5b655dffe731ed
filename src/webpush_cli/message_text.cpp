#include "message_text.h"

#include "answer.h"

namespace webpush_cli {

void print_message(Table& table, const webpush::JsonObject& owner) {
    const auto message = owner.object("message");
    if (!message.ok()) { return; }
    for (const char* member : {"title", "body", "target", "icon", "image", "badge", "language"}) {
        if (message->has(member)) { table.add({member, text(*message, member)}); }
    }
    for (const auto& button : objects(*message, "buttons")) {
        table.add({"button", text(button, "action") + ": " + text(button, "title") + "  " +
                                 text(button, "target")});
    }
}

}  // namespace webpush_cli
