// A request and its answer, without the HTTP library: what the transport (http_server.h) makes and
// sends, and what handlers see.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "webpush/problem.h"

namespace webpushd {

struct Request {
    std::string method;
    std::string path;  // percent-decoded, without the query
    std::map<std::string, std::string> query;
    std::string content_type;
    std::string idempotency_key;  // header Idempotency-Key, "" when absent
    std::string body;
};

struct Response {
    int status = 200;
    std::string body;
    std::string content_type = "application/json";
    std::vector<std::pair<std::string, std::string>> headers;
};

Response problem_response(const webpush::Error& error);

}  // namespace webpushd
