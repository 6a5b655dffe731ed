// webpush report
#include <memory>

#include "answer.h"
#include "commands.h"
#include "failure.h"
#include "log_report.h"
#include "run_report.h"

namespace webpush_cli {
namespace {

constexpr const char* example =
    "webpush report 1\n"
    "  webpush report --campaign 1 --csv\n"
    "  webpush report --log /var/lib/webpush/log/events-*.jsonl";

struct ReportOptions {
    std::int64_t run = 0;
    std::int64_t campaign = 0;
    LogReportOptions logs;
    bool csv = false;
};

// The newest run of a campaign.
std::int64_t run_of(Session& session, std::int64_t campaign) {
    const std::string id = std::to_string(campaign);
    const Answer answer(session.client().get("/v1/campaigns/" + id));
    const auto runs = objects(answer.root(), "runs");
    if (runs.empty()) {
        throw Failure("campaign " + id + " has not been sent yet\nSend it: webpush campaign send " +
                      id);
    }
    return number(runs.front(), "id");
}

void report(Session& session, ReportOptions options) {
    options.logs.csv = options.csv;
    if (!options.logs.files.empty()) { return report_logs(session, options.logs); }
    if (options.campaign != 0) { options.run = run_of(session, options.campaign); }
    const std::string path = "/v1/runs/" + std::to_string(options.run) + "/report";
    const std::string body = session.client().get(path);
    if (session.print_json(body)) { return; }
    const Answer answer(body);
    session.print(options.csv ? run_report_csv(answer.root())
                              : run_report_text(session.terminal, answer.root()));
}

}  // namespace

void add_report_command(CLI::App& app, Session& session) {
    CLI::App* command = add_command(app, "report", "what became of a run", example);
    auto options = std::make_shared<ReportOptions>();
    auto* which = command->add_option_group("which");
    add_id(*which, "RUN", options->run, "the run's number");
    add_id(*which, "--campaign", options->campaign, "the newest run of this campaign");
    which->add_option("--log", options->logs.files,
                      "all that these event logs tell, with visits and how asking went;"
                      " also compressed ones; needs no webpushd");
    which->require_option(1);
    command->add_option("--catalogue", options->logs.catalogue,
                        "with --log: what runs are called, as webpushd wrote it");
    command->add_flag("--csv", options->csv, "for a spreadsheet");
    command->callback([&session, options] { report(session, *options); });
}

}  // namespace webpush_cli
