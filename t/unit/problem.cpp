#include "webpush/problem.h"

#include <set>

#include "files.h"

using namespace webpush;

int main() {
    std::string table;
    std::set<std::string_view> codes;
    for (std::size_t i = 0; i < problem_count; ++i) {
        const ProblemInfo& problem = info(static_cast<Problem>(i));
        table += std::to_string(problem.status) + " " + std::string(problem.code) + ": " +
                 std::string(problem.title) + "\n";
        codes.insert(problem.code);
    }
    is_golden(table, "problems.txt");
    tap::is(codes.size(), problem_count, "codes are distinct");

    tap::is(problem_json({Problem::not_found, "", ""}),
            R"({"title":"There is nothing here.","status":404,"code":"not_found"})",
            "field and detail are left out when empty");
    tap::is(problem_json({Problem::field_type, "subscription.keys.auth", "a \"string\""}),
            R"({"title":"A member has the wrong type.","status":422,"code":"field_type",)"
            R"("field":"subscription.keys.auth","detail":"a \"string\""})",
            "field and detail");

    tap::subtest("refusals of the HTTP server itself", [] {
        for (int status : {400, 403, 404, 405, 409, 413, 415, 429, 500, 503}) {
            tap::is(info(problem_for_status(status)).status, status, std::to_string(status));
        }
        tap::is(info(problem_for_status(414)).code, "bad_request", "any other 4xx");
        tap::ok(problem_json(414).find(R"("status":414,"code":"bad_request")") != std::string::npos,
                "whose body says the status that was sent");
        tap::is(info(problem_for_status(504)).code, "unavailable", "504");
        tap::is(info(problem_for_status(501)).code, "internal", "any other 5xx");
    });
    return tap::done_testing();
}
