// webpush_status: the counters of all workers, for people, scripts and Prometheus.

#include "answer.h"
#include "conf.h"
#include "endpoints.h"
#include "guard.h"
#include "status_report.h"
#include "status_zone.h"
#include "str.h"
#include "webpush/prometheus_text.h"

namespace ngx_webpush {
namespace {

// Of the argument "format", else of the location; nullopt when it is none that is known.
std::optional<StatusFormat> wanted_format(ngx_http_request_t* r) {
    u_char argument[] = "format";
    ngx_str_t value = ngx_null_string;
    if (ngx_http_arg(r, argument, sizeof(argument) - 1, &value) != NGX_OK) {
        return loc_conf(r).status_format;
    }
    return status_format_from_name(to_view(value));
}

ngx_int_t answer_status(ngx_http_request_t* r) {
    if (!(r->method & (NGX_HTTP_GET | NGX_HTTP_HEAD))) { return refuse_method(r, "GET, HEAD"); }
    ngx_int_t rc = ngx_http_discard_request_body(r);
    if (rc != NGX_OK) { return rc; }

    auto format = wanted_format(r);
    if (!format) { return send_problem(r, {webpush::Problem::bad_request, "format", {}}); }
    StatusReport report = read_status(main_conf(r));
    if (*format == StatusFormat::prometheus) {
        return send_text(r, webpush::prometheus_type, status_prometheus(report));
    }
    return send_text(r, "application/json", status_json(report));
}

}  // namespace

ngx_int_t status_handler(ngx_http_request_t* r) noexcept {
    constexpr ngx_int_t failed = NGX_HTTP_INTERNAL_SERVER_ERROR;
    return guarded(r->connection->log, "status", failed, [r] { return answer_status(r); });
}

}  // namespace ngx_webpush
