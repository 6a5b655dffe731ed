// webpush_event: what happened in a browser, one event or a batch, checked and written to the log
// that each belongs to.

#include "answer.h"
#include "endpoints.h"
#include "event_lines.h"
#include "request.h"
#include "request_context.h"
#include "str.h"
#include "webpush/json_out.h"
#include "worker.h"

namespace ngx_webpush {
namespace {

using webpush::Problem;

// A batch of webpush::max_event_batch receipts has some 6 kB, one of events with a few properties
// each some 15 kB. Within two of nginx's default body buffers, mostly within one.
constexpr std::size_t max_event_body = 32 * 1024;

// Of one event: {"id":..}, {} where nobody knows the browser.
std::string answer_to_one(ngx_http_request_t* r) {
    const RequestContext& context = *request_context(r, true);
    std::string text;
    webpush::JsonWriter json(text);
    json.begin_object();
    if (context.has_subscription) { json.member_octets("id", webpush::view(context.subscription)); }
    json.end_object();
    return text;
}

void write_refusal(webpush::JsonWriter& json, std::size_t index, const webpush::Error& error) {
    json.begin_object();
    json.member("index", index);
    json.member("code", webpush::info(error.problem).code);
    json.member_if("field", error.field);
    json.end_object();
}

// Takes what is good of a batch and tells the rest: a sender that got its batch back for one bad
// event would send it again for ever.
std::string add_batch(ngx_http_request_t* r, const webpush::EventRequests& requests,
                      EventLines& lines) {
    std::size_t accepted = 0;
    std::optional<webpush::Error> first_refusal;
    std::string refused_text;
    webpush::JsonWriter refused_json(refused_text);
    refused_json.begin_array();
    EventResult* results = note_batch(r, requests.events.size());
    for (std::size_t i = 0; i < requests.events.size(); ++i) {
        const auto& event = requests.events[i];
        auto refusal = event ? lines.add(*event) : std::optional(event.error());
        results[i] = {event ? kind_of(*event) : RequestKind::event,
                      refusal ? refused(refusal->problem) : Outcome::accepted};
        if (!refusal) {
            ++accepted;
            continue;
        }
        write_refusal(refused_json, i, *refusal);
        if (!first_refusal) { first_refusal = std::move(refusal); }
    }
    refused_json.end_array();

    request_context(r, true)->has_run = false;  // of many runs is of none
    if (accepted == 0) { note_outcome(r, refused(first_refusal->problem)); }
    std::string text;
    webpush::JsonWriter json(text);
    json.begin_object();
    json.member("accepted", accepted);
    json.key("refused");
    json.raw(refused_text);
    json.end_object();
    return text;
}

ngx_int_t finish(ngx_http_request_t* r, ngx_uint_t status) {
    const RequestContext& context = *request_context(r, true);
    if (context.outcome == Outcome::undecided) { note_outcome(r, Outcome::accepted); }
    return send_json(r, status, to_view(context.answer));
}

ngx_int_t finish_written(ngx_http_request_t* r) { return finish(r, NGX_HTTP_ACCEPTED); }

ngx_int_t finish_durable(ngx_http_request_t* r) {
    std::string_view lines = to_view(request_context(r, true)->event_lines);
    if (!lines.empty() && !main_conf(r).worker->events().append(lines)) {
        return answer_unavailable(r);
    }
    return finish(r, NGX_HTTP_OK);
}

// First what must be durable, and only then the event log: whoever is refused because of the disk
// sends all of it again, and a profile set twice is the same, while an event would count twice.
ngx_int_t store(ngx_http_request_t* r, const EventLines& lines, const std::string& answer) {
    Worker& worker = *main_conf(r).worker;
    RequestContext& context = *request_context(r, true);
    context.answer = copy_to_pool(r->pool, answer);
    if (!lines.subscriptions().empty()) {
        context.event_lines = copy_to_pool(r->pool, lines.events());
        return worker.subscriptions().submit(r, lines.subscriptions(), finish_durable);
    }
    if (lines.events().empty()) { return finish_written(r); }
    EventRound& round = worker.event_round();
    bool waits = round.submit(r, lines.events(), finish_written, answer_unavailable);
    return waits ? parked : answer_unavailable(r);
}

ngx_int_t record_events(ngx_http_request_t* r, std::string_view body) {
    Worker* worker = main_conf(r).worker;
    if (worker == nullptr) { return send_problem(r, {Problem::log_unavailable, {}, {}}); }
    auto requests = webpush::parse_events(worker->json(), body);
    if (!requests) { return send_problem(r, requests.error()); }

    EventLines lines(r);
    if (requests->batch) {
        note_kind(r, RequestKind::batch);
        std::string answer = add_batch(r, *requests, lines);
        return store(r, lines, answer);
    }
    const auto& event = requests->events.front();
    if (!event) { return send_problem(r, event.error()); }
    note_kind(r, kind_of(*event));
    if (auto refusal = lines.add(*event)) { return send_problem(r, *refusal); }
    return store(r, lines, answer_to_one(r));
}

}  // namespace

ngx_int_t event_handler(ngx_http_request_t* r) noexcept {
    return accept_post<record_events, max_event_body>(r);
}

}  // namespace ngx_webpush
