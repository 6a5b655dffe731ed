// What a handler gets for one request. Handlers run on the transport's threads, several at a time;
// each call has its own connection and parser.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "counters.h"
#include "http.h"
#include "settings.h"
#include "store/connection.h"
#include "webpush/json_in.h"
#include "webpush/result.h"

namespace webpushd {

struct ApiCall {
    const Request& request;
    std::vector<std::string> parameters;  // the {..} parts of the route's path, in order
    const Settings& settings;
    Counters& counters;
    Connection& db;
    webpush::JsonReader& reader;

    // The body; valid as long as the call. Error: malformed_json.
    webpush::Result<webpush::JsonObject> json() const { return reader.parse(request.body); }

    // The first path parameter as a row's id. Error: not_found, as for an id that no row has.
    webpush::Result<std::int64_t> id() const;

    // The query's "before", the id where the next page of a list begins. Error: field_invalid.
    webpush::Result<std::int64_t> before() const;

    // A query parameter, "" when absent.
    std::string query(const std::string& name) const;
};

// A handler answers or tells why not; it may throw DbError (answered 503) and anything else
// (answered 500).
using Handler = webpush::Result<Response> (*)(ApiCall&);

// A positive number in decimal.
std::optional<std::int64_t> parse_id(std::string_view text);

webpush::Error not_found(std::string detail);

}  // namespace webpushd
