// The daemon's figures in the text format of Prometheus. README.md lists them.
#pragma once

#include "counters.h"
#include "store/connection.h"
#include "webpush/prometheus_text.h"

namespace webpushd {

// What this process has done, all its threads together.
void write_process_metrics(webpush::PrometheusText& metrics, Counters& counters);

// What stands in the database, therefore the same from every daemon on it. Throws DbError.
void write_database_metrics(webpush::PrometheusText& metrics, Connection& db);

// Whether the database could be asked.
void write_database_up(webpush::PrometheusText& metrics, bool up);

}  // namespace webpushd
