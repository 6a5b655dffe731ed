#include "inbox.h"

#include <utility>

#include "webpush/encryption.h"

namespace pushsim {
namespace {

constexpr double longest_pause = 1000;  // ms, before a visitor sees it, and before it is clicked

}  // namespace

// Counted as long as anything of it is to come: a pause, an answer of the edge.
struct Inbox::Visit {
    Visit(Browser& of, Message what, Tally& counted)
        : browser(of), message(std::move(what)), tally(counted) {
        ++tally.pending;
    }
    ~Visit() { --tally.pending; }
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;

    Delivery& delivery() const { return browser.deliveries[message.run]; }

    Browser& browser;
    Message message;
    Tally& tally;
};

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
        const auto visit = std::make_shared<const Visit>(browser, *message, tally_);
        agenda_.after(pause(browser, message->run, 0), [this, visit] { display(visit); });
    }
    return receipt;
}

void Inbox::display(const SharedVisit& visit) {
    Browser& browser = visit->browser;
    const Message& message = visit->message;
    if (visit->delivery().displayed) { return; }  // silently, in the place of the first copy
    visit->delivery().displayed = true;
    population_.remember(browser, message.run);
    if (webpush::reports_shown(browser.platform)) {
        edge_.report(browser, "shown", message.token, [this, visit] {
            visit->delivery().shown = true;
            population_.remember(visit->browser, visit->message.run);
        });
    }
    agenda_.after(pause(browser, message.run, 1), [this, visit] { react(visit); });
}

void Inbox::react(const SharedVisit& visit) {
    Browser& browser = visit->browser;
    const Message& message = visit->message;
    const double reaction = roll(Question::reaction, browser, message.run);
    const double click_or_close = probabilities_.click + probabilities_.close;
    if (reaction < probabilities_.click) {
        click(visit);
    } else if (reaction < click_or_close && webpush::reports_shown(browser.platform)) {
        edge_.report(browser, "closed", message.token, [this, visit] {
            visit->delivery().closed = true;
            population_.remember(visit->browser, visit->message.run);
        });
    }
}

// Who finds buttons uses one of them in half of the cases.
void Inbox::click(const SharedVisit& visit) {
    Browser& browser = visit->browser;
    const Message& message = visit->message;
    const double choice = 2 * roll(Question::button, browser, message.run);
    const auto button =
        static_cast<std::size_t>(choice * static_cast<double>(message.buttons.size()));
    const std::string& link =
        button < message.buttons.size() ? message.buttons[button] : message.link;
    edge_.open(browser, link, [this, visit] {
        ++visit->delivery().clicks;
        population_.remember(visit->browser, visit->message.run);
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
