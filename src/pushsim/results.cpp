#include "results.h"

#include "webpush/base64url.h"
#include "webpush/json_out.h"

namespace pushsim {
namespace {

using webpush::JsonWriter;

void add(RunResult& result, const Delivery& delivery) {
    result.accepted += delivery.accepted > 0 ? 1 : 0;
    result.shown += delivery.shown ? 1 : 0;
    result.closed += delivery.closed ? 1 : 0;
    result.clicked += delivery.clicks > 0 ? 1 : 0;
    result.clicks += delivery.clicks;
}

void write_members(JsonWriter& json, const RunResult& result) {
    json.member("accepted", result.accepted);
    json.member("shown", result.shown);
    json.member("closed", result.closed);
    json.member("clicked", result.clicked);
    json.member("clicks", result.clicks);
}

void append_outcome(std::string& out, const Browser& browser, std::int64_t run,
                    const Delivery& delivery) {
    JsonWriter json(out);
    json.begin_object();
    json.member("sub", webpush::base64url(webpush::view(browser.id)));
    json.member("run", run);
    json.member("accepted", delivery.accepted);
    json.member("shown", delivery.shown ? 1 : 0);
    json.member("closed", delivery.closed ? 1 : 0);
    json.member("clicks", delivery.clicks);
    json.end_object();
    out += '\n';
}

}  // namespace

Results count(const Population& population) {
    Results results;
    for (const Browser& browser : population.all()) {
        results.subscribed += browser.asked ? 1 : 0;
        results.acknowledged += browser.acknowledged ? 1 : 0;
        for (const auto& [run, delivery] : browser.deliveries) {
            add(results.total, delivery);
            add(results.runs[run], delivery);
        }
    }
    return results;
}

std::string summary(const Results& results, const Population& population, const Tally& tally) {
    std::string out;
    JsonWriter json(out);
    json.begin_object();
    json.member("seed", std::to_string(population.dice().seed()));
    json.member("browsers", population.all().size());
    json.member("subscribed", results.subscribed);
    json.member("acknowledged", results.acknowledged);
    json.member("posts", tally.posts);
    json.member("pending", tally.pending);
    write_members(json, results.total);
    json.key("runs");
    json.begin_object();
    for (const auto& [run, result] : results.runs) {
        json.key(std::to_string(run));
        json.begin_object();
        write_members(json, result);
        json.end_object();
    }
    json.end_object();
    json.key("errors");
    json.begin_object();
    for (const auto& [kind, number] : tally.errors) {
        json.member(kind, number);
    }
    json.end_object();
    json.end_object();
    out += '\n';
    return out;
}

std::string outcomes(const Population& population) {
    std::string out;
    for (const Browser& browser : population.all()) {
        for (const auto& [run, delivery] : browser.deliveries) {
            append_outcome(out, browser, run, delivery);
        }
    }
    return out;
}

}  // namespace pushsim
