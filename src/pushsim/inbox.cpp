#include "inbox.h"

#include "webpush/encryption.h"

namespace pushsim {
namespace {

constexpr double longest_pause = 1000;  // ms, before a visitor sees it, and before it is clicked

}  // namespace

Inbox::Inbox(Population& population, Edge& edge, Agenda& agenda, Probabilities probabilities,
             Tally& tally)
    : population_(population),
      edge_(edge),
      agenda_(agenda),
      probabilities_(probabilities),
      tally_(tally) {}

Receipt Inbox::deliver(Browser& browser, std::string_view body) {
    const auto payload = webpush::decrypt(body, browser.keys, webpush::view(browser.auth));
    if (!payload) { ++tally_.errors["not decrypted"]; }
    const auto message = payload ? read_message(reader_, *payload) : std::nullopt;
    if (payload && !message) { ++tally_.errors["not understood"]; }
    if (!message) { return {}; }

    Delivery& delivery = browser.deliveries[message->run];
    const Receipt receipt{message->run, ++delivery.accepted};
    population_.remember(browser, message->run);
    const bool is_seen = roll(Question::show, browser, message->run) < probabilities_.show;
    if (is_seen) {
        agenda_.after(pause(browser, message->run, 0),
                      [this, &browser, message = *message] { display(browser, message); });
    }
    return receipt;
}

void Inbox::display(Browser& browser, const Message& message) {
    Delivery& delivery = browser.deliveries[message.run];
    if (delivery.displayed) { return; }  // silently, in the place of the first copy
    delivery.displayed = true;
    population_.remember(browser, message.run);
    if (webpush::reports_shown(browser.platform)) {
        edge_.report(browser, "shown", message.token, [this, &browser, run = message.run] {
            browser.deliveries[run].shown = true;
            population_.remember(browser, run);
        });
    }
    agenda_.after(pause(browser, message.run, 1),
                  [this, &browser, message] { react(browser, message); });
}

void Inbox::react(Browser& browser, const Message& message) {
    const double reaction = roll(Question::reaction, browser, message.run);
    const double click_or_close = probabilities_.click + probabilities_.close;
    if (reaction < probabilities_.click) {
        click(browser, message);
    } else if (reaction < click_or_close && webpush::reports_shown(browser.platform)) {
        edge_.report(browser, "closed", message.token, [this, &browser, run = message.run] {
            browser.deliveries[run].closed = true;
            population_.remember(browser, run);
        });
    }
}

// Who finds buttons uses one of them in half of the cases.
void Inbox::click(Browser& browser, const Message& message) {
    const double choice = 2 * roll(Question::button, browser, message.run);
    const auto button =
        static_cast<std::size_t>(choice * static_cast<double>(message.buttons.size()));
    const std::string& link =
        button < message.buttons.size() ? message.buttons[button] : message.link;
    edge_.open(browser, link, [this, &browser, run = message.run] {
        ++browser.deliveries[run].clicks;
        population_.remember(browser, run);
    });
}

std::uint64_t Inbox::pause(const Browser& browser, std::int64_t run, std::uint64_t step) const {
    const double roll = population_.dice().roll(
        Question::pace, {browser.index, static_cast<std::uint64_t>(run), step});
    return static_cast<std::uint64_t>(roll * longest_pause);
}

double Inbox::roll(Question question, const Browser& browser, std::int64_t run) const {
    return population_.dice().roll(question, {browser.index, static_cast<std::uint64_t>(run)});
}

}  // namespace pushsim
