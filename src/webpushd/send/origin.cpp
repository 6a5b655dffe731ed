#include "send/origin.h"

#include <algorithm>
#include <utility>

#include "guard.h"
#include "log.h"

namespace webpushd {

namespace {

// Few connections with many streams each: what push services ask for.
constexpr std::size_t max_connections = 4;
constexpr std::uint64_t answer_within_ms = 30000;
constexpr std::uint64_t first_pause_ms = 1000;
constexpr std::uint64_t longest_pause_ms = 60000;

}  // namespace

Origin::Origin(const OriginContext& context, std::string host)
    : context_(context), host_(std::move(host)) {}

std::size_t Origin::open() const {
    std::size_t open = 0;
    for (const auto& connection : connections_) { open += connection->open(); }
    return open;
}

void Origin::add(Message& message) {
    message.authority = host_;
    if (uv_now(context_.loop) < retry_at_) { return context_.owner.unreachable(message); }
    waiting_.push_back(&message);
}

std::size_t Origin::send_some(std::size_t limit) {
    std::size_t looked_at = 0;
    PushConnection* connection = with_room();
    while (connection != nullptr && !waiting_.empty() && looked_at < limit) {
        Message& message = *waiting_.front();
        waiting_.pop_front();
        ++looked_at;
        if (!context_.owner.prepare(message)) { continue; }
        message.deadline = uv_now(context_.loop) + answer_within_ms;
        if (!connection->submit(message)) { waiting_.push_front(&message); }
        if (connection->room() == 0) { connection = with_room(); }
    }
    if (wants_connection()) { connect(); }
    return looked_at;
}

std::deque<Message*> Origin::take_waiting() { return std::exchange(waiting_, {}); }

void Origin::flush() {
    for (const auto& connection : connections_) { connection->flush(); }
}

void Origin::tick() {
    const std::uint64_t now = uv_now(context_.loop);
    for (const auto& connection : connections_) { connection->tick(now); }
}

void Origin::close() {
    closing_ = true;
    for (const auto& connection : connections_) { connection->close(""); }
}

// ---- connections ----

PushConnection* Origin::with_room() const {
    for (const auto& connection : connections_) {
        if (connection->room() > 0) { return connection.get(); }
    }
    return nullptr;
}

bool Origin::wants_connection() const {
    if (waiting_.empty() || closing_ || resolving_ || with_room() != nullptr) { return false; }
    return connections_.size() < max_connections && !connecting();
}

bool Origin::connecting() const {
    return std::any_of(connections_.begin(), connections_.end(),
                       [](const auto& connection) { return connection->connecting(); });
}

void Origin::connect() {
    resolving_ = true;
    context_.resolver.resolve(host_, [this](const Resolver::Addresses& addresses) {
        resolving_ = false;
        if (!closing_) { connect_to(addresses); }
    });
}

void Origin::connect_to(const Resolver::Addresses& addresses) {
    if (addresses.empty()) { return failed("no address"); }
    const sockaddr_storage& address = addresses[next_address_++ % addresses.size()];
    connections_.push_back(
        std::make_unique<PushConnection>(context_.loop, context_.ssl, host_, address, *this));
}

void Origin::connection_open(PushConnection&) {
    context_.owner.room_made();
}

void Origin::connection_closed(PushConnection& connection, bool worked,
                               const std::string& problem) {
    const std::string why = problem;  // may live in the connection
    std::erase_if(connections_, [&](const auto& one) { return one.get() == &connection; });
    if (closing_) { return; }
    if (!worked && !why.empty()) { return failed(why); }
    context_.owner.room_made();  // for what still waits, on another connection
}

// Without a pause, a service that hangs up at once would be called again and again. While another
// connection works or is being made, that one decides.
void Origin::failed(const std::string& problem) {
    if (with_room() != nullptr || connecting() || open() > 0) { return; }
    if (failures_ == 0) { log_warn("{}: not reachable: {}", host_, problem); }
    const std::uint64_t pause =
        std::min(longest_pause_ms, first_pause_ms << std::min(failures_, 10));
    ++failures_;
    retry_at_ = uv_now(context_.loop) + pause;
    for (Message* message : take_waiting()) { context_.owner.unreachable(*message); }
}

void Origin::finished(Exchange& exchange, ExchangeEnd end) {
    if (end == ExchangeEnd::answered && failures_ > 0) {
        log_info("{}: reachable again", host_);
        failures_ = 0;
    }
    context_.owner.sent(static_cast<Message&>(exchange), end);
    if (!waiting_.empty()) { context_.owner.room_made(); }
}

}  // namespace webpushd
