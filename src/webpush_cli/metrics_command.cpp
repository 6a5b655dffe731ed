// webpush metrics
#include "commands.h"
#include "figures_commands.h"

namespace webpush_cli {

// Nothing but what the daemon says, so that it can be written to a file for an exporter.
void add_metrics_command(CLI::App& app, Session& session) {
    CLI::App* command =
        add_command(app, "metrics", "webpushd's figures for Prometheus",
                    "webpush metrics >/var/lib/prometheus/node-exporter/webpush.prom");
    command->callback([&session] { session.print(session.client().get("/v1/metrics")); });
}

}  // namespace webpush_cli
