#include "api.h"

#include <exception>
#include <utility>

#include "handlers.h"
#include "log.h"
#include "router.h"
#include "webpush/http_field.h"

namespace webpushd {
namespace {

using webpush::Problem;

Response method_not_allowed(const std::string& allow) {
    Response response = problem_response({Problem::method_not_allowed, "", "allowed: " + allow});
    response.headers.emplace_back("Allow", allow);
    return response;
}

}  // namespace

Api::Api(const Context& context) : context_(context), pool_(context.conninfo) {}

Response Api::answer(const Request& request) {
    try {
        Response response = route(request);
        database_away_ = false;
        return response;
    } catch (const DbError& error) {
        return answer_to(request, error);
    } catch (const std::exception& error) {
        log_error("api: {} {}: {}", request.method, request.path, error.what());
        return problem_response({Problem::internal, "", "the log of webpushd says more"});
    }
}

Response Api::answer_to(const Request& request, const DbError& error) {
    context_.counters->api_database_errors.fetch_add(1, std::memory_order_relaxed);
    if (error.sqlstate().starts_with("22")) {  // data exception: U+0000 in a text, say
        return problem_response({Problem::field_invalid, "", "the database cannot keep this text"});
    }
    if (!database_away_.exchange(true)) { log_error("api: {}", error.what()); }
    if (find_route(api_routes(), request.method, request.path).handler == show_metrics) {
        return metrics_without_database(*context_.counters);
    }
    return problem_response({Problem::unavailable, "", "the database does not answer"});
}

Response Api::route(const Request& request) {
    RouteMatch match = find_route(api_routes(), request.method, request.path);
    if (match.allow.empty()) { return problem_response(not_found("no such path")); }
    if (match.handler == nullptr) { return method_not_allowed(match.allow); }
    if (!request.body.empty() && !webpush::is_json_type(request.content_type)) {
        return problem_response({Problem::content_type_unsupported, "", "send application/json"});
    }

    const DbPool::Lease db = pool_.take();
    webpush::JsonReader reader;
    ApiCall call{request, std::move(match.parameters), context_.settings, *context_.counters, *db,
                 reader};
    auto response = match.handler(call);
    return response.ok() ? std::move(*response) : problem_response(response.error());
}

}  // namespace webpushd
