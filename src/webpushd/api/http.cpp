#include "http.h"

namespace webpushd {

Response problem_response(const webpush::Error& error) {
    Response response;
    response.status = webpush::info(error.problem).status;
    response.content_type = "application/problem+json";
    response.body = webpush::problem_json(error);
    return response;
}

}  // namespace webpushd
