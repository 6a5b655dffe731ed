#include "send/courier.h"

#include <algorithm>
#include <ctime>

#include "guard.h"
#include "send/answer_verdict.h"
#include "webpush/hmac.h"

namespace webpushd {

namespace {

// Encryption blocks the loop: after so long, answers are read first.
constexpr std::uint64_t slice_ns = 3'000'000;
constexpr std::size_t messages_a_turn = 16;

// With fewer waiting another job is claimed; and up to the second bound as long as some service that
// was busy has nearly nothing to do, so that a slow one does not hold up the others.
constexpr std::size_t few_waiting = 1000;
constexpr std::size_t many_waiting = 12000;
// Of those who are marked before they are sent.
constexpr std::size_t most_held = 2500;
// What is transactional is claimed apart from that, as long as not more of it waits.
constexpr std::size_t urgent_waiting = 2000;

std::int64_t unix_seconds() { return std::time(nullptr); }

bool is_apple(std::string_view host) { return host.ends_with(".push.apple.com"); }

// A sender that had it before may have sent it: nobody knows.
bool is_in_doubt(const Message& message) {
    if (message.apple) { return message.recipient.begun; }
    return message.job->in_doubt || message.recipient.in_doubt;
}

webpush::EndpointPolicy endpoint_policy(const Settings& settings) {
    webpush::EndpointPolicy policy = webpush::EndpointPolicy::known_services();
    for (const std::string& host : settings.endpoint_hosts) { policy.allow(host); }
    for (const Redirect& redirect : settings.redirects) {
        if (redirect.host != "*") { policy.allow(redirect.host); }
    }
    return policy;
}

std::minstd_rand seeded() {
    std::minstd_rand::result_type seed = 0;
    webpush::random_bytes(&seed, sizeof seed);
    return std::minstd_rand(seed);
}

}  // namespace

Courier::Courier(uv_loop_t* loop, SSL_CTX* ssl, const Settings& settings, JobStore& jobs,
                 OutcomeBatch& batch, Guards& guards, SendCounters& counters,
                 std::function<void(Job&)> emptied)
    : loop_(loop),
      ssl_(ssl),
      batch_(batch),
      guards_(guards),
      counters_(counters),
      emptied_(std::move(emptied)),
      policy_(endpoint_policy(settings)),
      resolver_(loop, settings.redirects),
      composer_(vapid_, counters.encrypted),
      marks_(jobs, *this),
      random_(seeded()) {
    uv_idle_init(loop_, &idle_);
    idle_.data = this;
}

void Courier::take(Job& job) {
    // until all are under way: some may be settled at once, and the last empties the job
    ++job.open;
    for (Message& message : job.messages) { dispatch(message); }
    marks_.go_on();
    if (--job.open == 0) { emptied_(job); }
}

void Courier::dispatch(Message& message) {
    const Recipient& recipient = message.recipient;
    Outcome refused;
    if (recipient.endpoint.empty()) {
        refused.kind = OutcomeKind::dropped;
        refused.reason = "left";
        return record(message, refused);
    }
    if (recipient.key_mismatch) {
        refused.kind = OutcomeKind::key_mismatch;
        refused.reason = "known";
        return record(message, refused);
    }
    const auto endpoint = policy_.check(recipient.endpoint);
    if (!endpoint && webpush::is_dead_endpoint(recipient.endpoint)) {
        refused.kind = OutcomeKind::gone;
        refused.reason = "removed";
        return record(message, refused);
    }
    if (!endpoint) {
        refused.reason = "endpoint";
        return record(message, refused);
    }
    message.authority = endpoint->host;
    message.path = endpoint->target;
    message.apple = is_apple(endpoint->host);
    if (message.apple && recipient.begun) {
        refused.kind = OutcomeKind::dropped;
        refused.reason = "in_doubt";
        return record(message, refused);
    }
    if (message.apple && !stopping_) { return hold(message); }
    may_begin(message);
}

void Courier::hold(Message& message) {
    const Origin& origin = origin_at(message.authority);
    if (origin.takes(message) && marks_.held() < most_held) { return marks_.hold(message); }
    put_off(message, origin.wait_seconds());
}

void Courier::may_begin(Message& message) {
    if (stopping_ || !message.job->may_go_on()) { return give_up(message); }
    origin_at(message.authority).add(message);
    wake();
}

void Courier::put_off_held(const Origin& origin) {
    for (Message* message : marks_.take_held(origin.host())) {
        put_off(*message, origin.wait_seconds());
    }
}

Origin& Courier::origin_at(std::string_view host) {
    const auto found = origins_.find(host);
    if (found != origins_.end()) { return *found->second; }
    const OriginContext context{loop_, ssl_, resolver_, counters_, *this};
    auto origin = std::make_unique<Origin>(context, std::string(host));
    return *origins_.emplace(host, std::move(origin)).first->second;
}

// ---- sending ----

void Courier::wake() {
    if (closed_ || uv_is_active(reinterpret_cast<uv_handle_t*>(&idle_))) { return; }
    uv_idle_start(&idle_, [](uv_idle_t* handle) {
        auto* self = static_cast<Courier*>(handle->data);
        guarded("send", [self] { self->send_slice(); });
    });
}

void Courier::send_slice() {
    const std::uint64_t until = uv_hrtime() + slice_ns;
    bool more = true;
    while (more && uv_hrtime() < until) { more = send_round(until); }
    if (!more) { uv_idle_stop(&idle_); }  // before flush(), which may wake it again
    for (const auto& [host, origin] : origins_) { origin->flush(); }
}

// One turn for each service; false when none of them had anything that it could send.
bool Courier::send_round(std::uint64_t until) {
    bool any = false;
    for (const auto& [host, origin] : origins_) {
        if (batch_.full() || uv_hrtime() >= until) { break; }
        any = origin->send_some(messages_a_turn) > 0 || any;
    }
    return any && !batch_.full();
}

bool Courier::prepare(Message& message) {
    const Job& job = *message.job;
    if (stopping_ || !job.may_go_on() || !job.lease.may_begin(boot_milliseconds())) {
        give_up(message);
        return false;
    }
    const std::int64_t now = unix_seconds();
    if (!message.probe && held_back(message, now)) { return false; }
    const VapidKey* key = job.site->key_for(message.recipient.vapid);
    if (key == nullptr) {
        carry_out(message, decide_no_key(circumstances(message, now)), now);
        return false;
    }
    const auto outcome = composer_.compose(message, std::string(message.authority), *key, now);
    if (outcome) {
        record(message, *outcome);
        return false;
    }
    marks_.sent(message);
    return true;
}

// While its origin is stopped a message waits, but for one that tries whether that is over: to a
// subscription that was accepted before, as what strangers post proves nothing.
bool Courier::held_back(Message& message, std::int64_t now) {
    const std::string origin(message.authority);
    const auto wait = guards_.stopped(origin, message.job->run.site);
    if (!wait) { return false; }
    const bool may_probe = *wait == 0 && message.recipient.was_accepted;
    const auto answered = [this, &message](bool granted) { probe(message, granted); };
    if (may_probe && guards_.take_probe(origin, message.job->run.site, answered)) { return true; }
    carry_out(message, decide_stopped(circumstances(message, now)), now);
    return true;
}

void Courier::probe(Message& message, bool granted) {
    message.probe = granted;
    may_begin(message);
}

// ---- what became of it ----

void Courier::sent(Message& message, ExchangeEnd end) {
    const std::int64_t now = unix_seconds();
    switch (end) {
    case ExchangeEnd::answered: return carry_out(message, judge_answer(message, now), now);
    case ExchangeEnd::unprocessed:
        return carry_out(message, decide_unprocessed(circumstances(message, now)), now);
    case ExchangeEnd::lost:
        return carry_out(message, decide_lost(circumstances(message, now)), now);
    }
}

void Courier::unreachable(Message& message) {
    const std::int64_t now = unix_seconds();
    carry_out(message, decide_unreachable(circumstances(message, now)), now);
}

// One of a chunk goes back with it, without a word about the message itself: however many there are,
// that is one statement. What waits singly has a row already, what is too late ends.
void Courier::put_off(Message& message, std::int64_t wait_seconds) {
    const std::int64_t now = unix_seconds();
    const Job& job = *message.job;
    const bool is_late = now >= job.run.active_until;
    if (job.is_chunk() && !is_late) { return give_back(message, wait_seconds); }
    const Circumstances c = circumstances(message, now);
    const bool out_of_reach = origin_at(message.authority).out_of_reach();
    carry_out(message, out_of_reach ? decide_unreachable(c) : decide_put_off(wait_seconds, c), now);
}

Decision Courier::judge_answer(const Message& message, std::int64_t now) {
    const webpush::Verdict verdict = judge(message);
    origin_at(message.authority).meter().judged(verdict);
    const bool once_more = verdict == webpush::Verdict::refused && !message.mended.token;
    if (message.recipient.was_accepted && !once_more) {
        guards_.answered({std::string(message.authority), message.job->run.site,
                          message.recipient.id, message.probe, verdict});
    }
    return decide_answered(verdict, message.status,
                           webpush::retry_after_seconds(message.retry_after, now),
                           circumstances(message, now));
}

Circumstances Courier::circumstances(const Message& message, std::int64_t now) {
    Circumstances circumstances;
    circumstances.attempt = message.recipient.attempt;
    circumstances.subscription_age = now - message.recipient.created_at;
    circumstances.seconds_left = message.job->run.active_until - now;
    circumstances.jitter = std::uniform_real_distribution<double>(-1, 1)(random_);
    const std::string origin(message.authority);
    circumstances.stopped_for = guards_.stopped(origin, message.job->run.site);
    circumstances.gone_held = guards_.holds_gone(origin);
    circumstances.apple = message.apple;
    circumstances.mended = message.mended;
    return circumstances;
}

void Courier::carry_out(Message& message, const Decision& decision, std::int64_t now) {
    const Job& job = *message.job;
    switch (decision.next) {
    case Next::record: return record(message, decision.outcome);
    case Next::fresh_token:
        message.mended.token = true;
        if (const VapidKey* key = job.site->key_for(message.recipient.vapid)) {
            vapid_.renew(std::string(message.authority), *key, job.site->row.contact, now);
        }
        break;
    case Next::without_topic: message.mended.topic = true; break;
    case Next::with_wns_cache: message.mended.wns_cache = true; break;
    case Next::same_again: ++message.mended.unprocessed; break;
    }
    may_begin(message);
}

void Courier::record(Message& message, Outcome outcome) {
    const Job& job = *message.job;
    OutcomeRow row;
    row.site = job.run.site;
    row.run = job.run.id;
    row.month = job.run.month;
    row.subscription = message.recipient.id;
    row.platform = message.recipient.platform;
    row.chunk = job.chunk.id;
    row.epoch = job.is_chunk() ? job.chunk.epoch : message.recipient.epoch;
    outcome.reduced = message.reduced;
    if (outcome.reason == "origin_stopped") {
        guards_.count({GuardKind::stopped, std::string(message.authority), job.run.site});
    } else if (outcome.reason == "gone_held") {
        guards_.count({GuardKind::gone_held, std::string(message.authority), 0});
    }
    if (outcome.kind != OutcomeKind::deferred) { outcome.attempt = message.recipient.attempt; }
    if (outcome.kind == OutcomeKind::accepted && is_in_doubt(message)) {
        outcome.reason = "in_doubt";  // the report says how many came twice at most
    }
    row.outcome = outcome;
    batch_.add(std::move(row));
    done_with(message);
}

void Courier::give_up(Message& message) { give_back(message, 0); }

void Courier::give_back(Message& message, std::int64_t wait_seconds) {
    Job& job = *message.job;
    job.unsent.push_back({message.recipient.id, message.recipient.epoch});
    job.wait_seconds = std::min(job.wait_seconds, wait_seconds);
    done_with(message);
}

void Courier::done_with(Message& message) {
    message.settled = true;
    message.body = std::string();  // the memory, too
    message.authorization.reset();
    marks_.sent(message);
    Job& job = *message.job;
    if (--job.open == 0) { emptied_(job); }
}

// ---- the whole ----

std::size_t Courier::waiting() const {
    std::size_t waiting = marks_.held();
    for (const auto& [host, origin] : origins_) { waiting += origin->waiting(); }
    return waiting;
}

std::size_t Courier::open() const {
    std::size_t open = 0;
    for (const auto& [host, origin] : origins_) { open += origin->open(); }
    return open;
}

bool Courier::wants_more() const {
    if (stopping_) { return false; }
    const std::size_t count = waiting();
    const auto hungry = [now = uv_now(loop_)](const auto& entry) {
        return entry.second->hungry(now);
    };
    return count < few_waiting ||
           (count < many_waiting && std::any_of(origins_.begin(), origins_.end(), hungry));
}

bool Courier::wants_urgent() const {
    std::size_t urgent = 0;
    for (const auto& [host, origin] : origins_) { urgent += origin->urgent(); }
    return !stopping_ && urgent < urgent_waiting;
}

void Courier::tick() {
    for (const auto& [host, origin] : origins_) {
        origin->tick();
        if (!origin->takes_more()) { put_off_held(*origin); }
    }
    // anybody can make one, with an endpoint below a known suffix
    std::erase_if(origins_, [now = uv_now(loop_)](const auto& entry) {
        return entry.second->forgettable(now);
    });
    marks_.tick();
    wake();
}

void Courier::withdraw_halted() {
    marks_.tick();
    for (const auto& [host, origin] : origins_) {
        const auto halted = [](const Message& message) { return !message.job->may_go_on(); };
        for (Message* message : origin->take_waiting(halted)) { give_up(*message); }
    }
}

void Courier::stop_sending() {
    stopping_ = true;
    marks_.stop();
    for (const auto& [host, origin] : origins_) {
        for (Message* message : origin->take_waiting()) { give_up(*message); }
    }
}

void Courier::close() {
    if (closed_) { return; }
    closed_ = true;
    for (const auto& [host, origin] : origins_) { origin->close(); }
    uv_close(reinterpret_cast<uv_handle_t*>(&idle_), nullptr);
}

bool Courier::closed() const {
    return closed_ && std::all_of(origins_.begin(), origins_.end(),
                                  [](const auto& entry) { return entry.second->closed(); });
}

}  // namespace webpushd
