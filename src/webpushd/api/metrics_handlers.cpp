#include "handlers.h"
#include "metrics_text.h"

namespace webpushd {
namespace {

Response answer(webpush::PrometheusText& metrics) {
    Response response;
    response.content_type = webpush::prometheus_type;
    response.body = metrics.take();
    return response;
}

}  // namespace

webpush::Result<Response> show_metrics(ApiCall& call) {
    webpush::PrometheusText metrics;
    write_process_metrics(metrics, call.counters);
    write_database_metrics(metrics, call.db);
    write_database_up(metrics, true);
    return answer(metrics);
}

Response metrics_without_database(Counters& counters) {
    webpush::PrometheusText metrics;
    write_process_metrics(metrics, counters);
    write_database_up(metrics, false);
    return answer(metrics);
}

}  // namespace webpushd
