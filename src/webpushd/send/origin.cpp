#include "send/origin.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "guard.h"
#include "log.h"
#include "send/job.h"

namespace webpushd {

namespace {

// Few connections with many streams each: what push services ask for.
constexpr std::size_t max_connections = 4;
constexpr std::uint64_t answer_within_ms = 30000;
constexpr std::uint64_t first_pause_ms = 1000;
constexpr std::uint64_t longest_pause_ms = 60000;
// After ENHANCE_YOUR_CALM.
constexpr std::uint64_t calm_pause_ms = 10000;
// A service that takes no more connections is asked for another one so often.
constexpr std::uint64_t refused_pause_ms = 10000;
constexpr std::uint64_t lately_ms = 5000;
constexpr std::uint64_t forget_after_ms = 120000;
// No answer at all for so long, with something to answer: it may never come, others need the room.
constexpr std::uint64_t silent_after_ms = 10000;
// More than two chunks, so that a service that is alone is never put off for being slow.
constexpr std::size_t most_waiting = 2500;
constexpr std::size_t nearly_none = 256;
constexpr std::uint64_t usual_answer_ms = 2000;
constexpr std::uint64_t shortest_wait_ms = 5000;
constexpr std::uint64_t longest_wait_ms = 300000;

bool same_address(const sockaddr_storage& a, const sockaddr_storage& b) {
    return std::memcmp(&a, &b, sizeof a) == 0;
}

}  // namespace

Origin::Origin(const OriginContext& context, std::string host)
    : context_(context), host_(std::move(host)), meter_(context_.counters, host_) {}

std::size_t Origin::open() const {
    std::size_t open = 0;
    for (const auto& connection : connections_) { open += connection->open(); }
    return open;
}

bool Origin::hungry(std::uint64_t now) const {
    return !held_up() && waiting_.size() < nearly_none && now < last_used_ + lately_ms;
}

// What is held up is remembered until what was put off has come back.
bool Origin::forgettable(std::uint64_t now) const {
    const std::uint64_t after = held_up() ? 2 * longest_wait_ms : forget_after_ms;
    return waiting_.empty() && connections_.empty() && !resolving_ && now >= retry_at_ &&
           now >= last_used_ + after;
}

bool Origin::takes_more() const {
    if (!held_up()) { return waiting_.size() < most_waiting; }
    return !paused() && waiting_.empty() && open() == 0;
}

bool Origin::takes(const Message& message) const {
    const bool urgent = message.job->run.run_class == RunClass::transactional;
    return takes_more() || (urgent && !held_up());
}

// What is put off comes back only a few times more often than this doubles.
std::int64_t Origin::wait_seconds() const {
    const std::uint64_t now = uv_now(context_.loop);
    const bool is_tried = held_up() && now < alive_at_ + usual_answer_ms;
    const std::uint64_t wait = is_tried ? 0 : (now - behind_since_) / 2;
    return static_cast<std::int64_t>(std::clamp(wait, shortest_wait_ms, longest_wait_ms) / 1000);
}

void Origin::add(Message& message) {
    message.authority = host_;
    last_used_ = uv_now(context_.loop);
    if (waiting_.empty() && !held_up()) { behind_since_ = last_used_; }
    if (!takes(message)) { return context_.owner.put_off(message, wait_seconds()); }
    if (waiting_.empty() && open() == 0) { alive_at_ = last_used_; }
    waiting_.add(message);
}

std::size_t Origin::send_some(std::size_t limit) {
    std::size_t looked_at = 0;
    PushConnection* connection = with_room();
    while (connection != nullptr && !waiting_.empty() && looked_at < limit) {
        Message& message = waiting_.take_next();
        ++looked_at;
        if (!context_.owner.prepare(message)) { continue; }
        message.deadline = uv_now(context_.loop) + answer_within_ms;
        if (!connection->submit(message)) { waiting_.put_back(message); }
        if (connection->room() == 0) { connection = with_room(); }
    }
    if (wants_connection()) { connect(); }
    return looked_at;
}

void Origin::flush() {
    for (const auto& connection : connections_) { connection->flush(); }
}

void Origin::tick() {
    const std::uint64_t now = uv_now(context_.loop);
    for (const auto& connection : connections_) { connection->tick(now); }
    look_for_silence(now);
    meter_.show({waiting_.size(), open(), connections_.size()});
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
    return connections_.size() < max_connections && !connecting() && !paused();
}

bool Origin::paused() const {
    const bool worth_it = failures_ > 0 || !connections_.empty();
    return worth_it && uv_now(context_.loop) < retry_at_;
}

bool Origin::connecting() const {
    return std::any_of(connections_.begin(), connections_.end(),
                       [](const auto& connection) { return connection->connecting(); });
}

void Origin::connect() {
    resolving_ = true;
    context_.resolver.resolve(host_, [this](const Resolver::Addresses& addresses) {
        resolving_ = false;
        if (closing_) { return; }
        if (addresses.empty()) { return failed("no address", first_pause_ms); }
        prepare_addresses(addresses);
        connect_to_next();
    });
}

// Which worked last comes first, the others in the resolver's order.
void Origin::prepare_addresses(Resolver::Addresses addresses) {
    std::stable_partition(addresses.begin(), addresses.end(), [this](const auto& address) {
        return same_address(address, worked_last_);
    });
    std::reverse(addresses.begin(), addresses.end());
    untried_ = std::move(addresses);
}

void Origin::connect_to_next() {
    connecting_to_ = untried_.back();
    untried_.pop_back();
    connections_.push_back(std::make_unique<PushConnection>(context_.loop, context_.ssl, host_,
                                                            connecting_to_, sessions_, *this));
}

void Origin::connection_open(PushConnection&) {
    worked_last_ = connecting_to_;
    untried_.clear();
    context_.owner.room_made();
}

void Origin::connection_has_room(PushConnection&) {
    if (!waiting_.empty()) { context_.owner.room_made(); }
}

void Origin::connection_closed(PushConnection& connection, const ConnectionEnd& end) {
    const bool was_open = connection.was_open();
    std::erase_if(connections_, [&](const auto& one) { return one.get() == &connection; });
    if (closing_) { return; }
    if (!was_open && !untried_.empty()) { return connect_to_next(); }
    if (end.overloaded) { return calm_down(); }
    if (!end.worked && !end.problem.empty()) { return failed(end.problem, first_pause_ms); }
    context_.owner.room_made();  // for what still waits, on another connection
}

// Told also where failed() has nothing to tell: it is known to be out of reach, or another connection is
// there.
void Origin::calm_down() {
    constexpr const char* problem = "it is asked too much, it says";
    const bool told_by_failed = failures_ == 0 && connections_.empty();
    if (!told_by_failed && !paused()) { log_warn("{}: {}", host_, problem); }
    failed(problem, calm_pause_ms);
}

// Without a pause, a service that hangs up at once would be called again and again. While another
// connection is there, that one decides what becomes of the messages.
void Origin::failed(const std::string& problem, std::uint64_t shortest_pause) {
    if (!connections_.empty()) {
        retry_at_ = uv_now(context_.loop) + refused_pause_ms;
        return;
    }
    if (failures_ == 0) { log_warn("{}: not reachable: {}", host_, problem); }
    const std::uint64_t pause =
        std::min(longest_pause_ms, shortest_pause << std::min(failures_, 10));
    ++failures_;
    retry_at_ = uv_now(context_.loop) + pause;
    if (failures_ > 1) { return put_off_waiting(); }
    for (Message* message : take_waiting()) { context_.owner.unreachable(*message); }
}

// ---- whether it answers ----

void Origin::look_for_silence(std::uint64_t now) {
    const bool has_to_do = !waiting_.empty() || open() > 0;
    if (!has_to_do || now < alive_at_ + silent_after_ms) { return; }
    if (!std::exchange(silent_, true)) {
        log_warn("{}: no answer for {} s: what is for it waits", host_, silent_after_ms / 1000);
    }
    put_off_waiting();
}

void Origin::put_off_waiting() {
    for (Message* message : take_waiting()) { context_.owner.put_off(*message, wait_seconds()); }
}

void Origin::note_answer() {
    alive_at_ = uv_now(context_.loop);
    if (!held_up()) { return; }
    log_info("{}: {} again", host_, failures_ > 0 ? "reachable" : "answers");
    failures_ = 0;
    silent_ = false;
}

void Origin::note_end(const Exchange& exchange, ExchangeEnd end) {
    switch (end) {
    case ExchangeEnd::answered:
        note_answer();
        return meter_.answered(uv_now(context_.loop) + answer_within_ms - exchange.deadline);
    case ExchangeEnd::unprocessed: return meter_.unprocessed();
    case ExchangeEnd::lost: return meter_.lost();
    }
}

void Origin::finished(Exchange& exchange, ExchangeEnd end) {
    note_end(exchange, end);
    context_.owner.sent(static_cast<Message&>(exchange), end);
    if (!waiting_.empty()) { context_.owner.room_made(); }
}

}  // namespace webpushd
