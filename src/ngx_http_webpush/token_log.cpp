#include "token_log.h"

#include "webpush/token.h"

namespace ngx_webpush {

void log_token(ngx_http_request_t* r, [[maybe_unused]] const char* what, std::string_view token,
               [[maybe_unused]] bool verifies) {
    if (!(r->connection->log->log_level & NGX_LOG_DEBUG_HTTP)) { return; }
    if (auto key = webpush::claimed_key(token)) {
        ngx_log_debug3(NGX_LOG_DEBUG_HTTP, r->connection->log, 0, "webpush: %s of link key %d %s",
                       what, int{*key}, verifies ? "verifies" : "does not verify");
    } else {
        ngx_log_debug1(NGX_LOG_DEBUG_HTTP, r->connection->log, 0, "webpush: malformed %s", what);
    }
}

}  // namespace ngx_webpush
