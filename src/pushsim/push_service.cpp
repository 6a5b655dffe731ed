#include "push_service.h"

#include <algorithm>

#include "clock.h"
#include "request_check.h"
#include "webpush/base64url.h"
#include "webpush/json_out.h"

namespace pushsim {
namespace {

// Mozilla keeps no message longer (it says what it made of the TTL).
constexpr long long longest_ttl = 2'592'000;
constexpr std::size_t swell = 48 * 1024;

std::string accepted_ttl(std::string_view asked) {
    constexpr std::size_t surely_longer = 9;  // digits
    if (asked.size() >= surely_longer) { return std::to_string(longest_ttl); }
    return std::to_string(std::min(std::stoll(std::string(asked)), longest_ttl));
}

PushAnswer accepted_answer(Service service, const PushRequest& request, std::uint64_t number) {
    const std::string id = std::to_string(number);
    PushAnswer answer;
    answer.headers = {{"location", "https://" + request.authority + "/m/" + id},
                      {"ttl", accepted_ttl(request.header("ttl"))}};
    if (service == Service::apple) { answer.headers.emplace_back("apns-id", id); }
    if (service == Service::windows) {
        answer.headers.emplace_back("x-wns-status", "received");
        answer.headers.emplace_back("x-wns-msg-id", id);
    }
    return answer;
}

// The service takes the message, unless its answer says otherwise.
bool has_answer(Play play) {
    switch (play) {
        case Play::take:
        case Play::status:
        case Play::headers:
        case Play::broken:
        case Play::flood:
        case Play::swell:
        case Play::streams:
        case Play::window:
        case Play::slow: return true;
        default: return false;
    }
}

// Something that the connection does for a time.
bool lasts(Play play) {
    return play == Play::streams || play == Play::window || play == Play::slow;
}

void perform(const Rule& rule, const PushAnswer& answer, const Reply& reply) {
    switch (rule.play) {
        case Play::take:
        case Play::status:
        case Play::swell: return reply.answer(answer);
        case Play::reset: return reply.reset();
        case Play::refuse: return reply.refuse();
        case Play::goaway: return reply.go_away();
        case Play::cut:
        case Play::lose: return reply.cut();
        case Play::stall: return;
        case Play::garbage: return reply.write_garbage();
        case Play::calm: return reply.ask_for_calm();
        case Play::headers: return reply.answer(answer, AnswerEnd::never);
        case Play::broken: return reply.answer(answer, AnswerEnd::broken);
        case Play::flood: return reply.answer(answer, AnswerEnd::endless);
        case Play::streams: reply.allow_streams(rule.streams); break;
        case Play::window: reply.open_window(false); break;
        case Play::slow: reply.keep_reading(false); break;
    }
    reply.answer(answer);
}

void restore(const Reply& reply) {
    reply.allow_streams(std::nullopt);
    reply.open_window(true);
    reply.keep_reading(true);
}

}  // namespace

struct PushService::Post {
    const PushRequest& request;
    const Browser* browser = nullptr;
    Receipt receipt;
    int status = 0;
    std::string_view refused;
    std::string_view play;
};

PushService::PushService(Population& population, Inbox& inbox, Agenda& agenda, AppendFile& posts,
                         std::vector<Rule> rules, Tally& tally)
    : population_(population),
      inbox_(inbox),
      agenda_(agenda),
      posts_(posts),
      rules_(std::move(rules)),
      tally_(tally) {}

void PushService::take(PushRequest request, const Reply& reply) {
    ++tally_.posts;
    const Service service = service_of_host(request.authority).value_or(Service::google);
    Browser* browser = population_.find("https://" + request.authority + request.path);
    if (browser != nullptr) { ++browser->posts; }

    Post post{.request = request, .browser = browser, .receipt = {}, .refused = {}, .play = {}};
    const std::optional<Fault> fault = fault_in(request, service, browser);
    if (fault) {
        refuse(post, service, *fault, reply);
    } else {
        play(post, service, *browser, reply);
    }
    write_down(post);
}

std::optional<Fault> PushService::fault_in(const PushRequest& request, Service service,
                                           const Browser* browser) {
    if (const auto fault = check_headers(request, service)) { return fault; }
    if (browser == nullptr) { return Fault::unknown; }
    const auto fault = vapid_.check(request.header("authorization"), service, request.authority,
                                    browser->bound_key, now_ms() / 1000);
    if (fault) { return fault; }
    return check_body(request, service, *browser, vapid_.key());
}

void PushService::refuse(Post& post, Service service, Fault fault, const Reply& reply) {
    const PushAnswer answer = refusal(service, fault);
    post.status = answer.status;
    post.refused = name(fault);
    ++tally_.errors["refused " + std::string(post.refused)];
    reply.answer(answer);
}

void PushService::play(Post& post, Service service, Browser& browser, const Reply& reply) {
    static const Rule none;
    const Rule* found = find_rule(rules_, population_.dice(), browser, service, tally_.posts);
    const Rule& rule = found == nullptr ? none : *found;
    PushAnswer answer = rule.play == Play::status
                            ? played_answer(service, rule.status)
                            : accepted_answer(service, post.request, tally_.posts);
    const bool taken = rule.play == Play::lose || (has_answer(rule.play) && answer.status < 300);
    if (taken) { post.receipt = inbox_.deliver(browser, post.request.body); }
    if (rule.play == Play::swell) { answer.headers.emplace_back("x-swell", std::string(swell, 'x')); }
    if (found != nullptr) {
        post.play = name(rule.play);
        if (!rule.retry_after.empty()) {
            answer.headers.emplace_back("retry-after", rule.retry_after);
        }
    }
    if (has_answer(rule.play)) { post.status = answer.status; }
    perform_in_time(rule, answer, reply);
}

void PushService::perform_in_time(const Rule& rule, const PushAnswer& answer, const Reply& reply) {
    if (rule.delay == 0 || lasts(rule.play)) { perform(rule, answer, reply); }
    if (rule.delay == 0) { return; }
    if (lasts(rule.play)) { return agenda_.after(rule.delay, [reply] { restore(reply); }); }
    agenda_.after(rule.delay, [rule, answer, reply] { perform(rule, answer, reply); });
}

void PushService::write_down(const Post& post) {
    if (!posts_.wanted()) { return; }
    std::string line;
    webpush::JsonWriter json(line);
    json.begin_object();
    json.member("t", now_ms());
    json.member("authority", post.request.authority);
    json.member("path", post.request.path);
    json.key("headers");
    json.begin_object();
    for (const auto& [name, value] : post.request.headers) {
        json.member(name, value);
    }
    json.end_object();
    json.member("body", webpush::base64url(post.request.body));
    json.member("sub", post.browser == nullptr
                           ? std::string()
                           : webpush::base64url(webpush::view(post.browser->id)));
    json.member("run", post.receipt.run);
    json.member("copy", post.receipt.copy);
    json.member("status", post.status);
    json.member("refused", post.refused);
    json.member("play", post.play);
    json.end_object();
    posts_.append(line);
}

}  // namespace pushsim
