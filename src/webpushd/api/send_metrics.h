// The part of metrics_text.h that is about sending.
#pragma once

#include "counters.h"
#include "webpush/prometheus_text.h"

namespace webpushd {

// `total`: of all sender threads.
void write_send_metrics(webpush::PrometheusText& metrics, const SendCounters& total);

}  // namespace webpushd
