// webpush: the command line, a client of webpushd's API.
#include <clocale>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "commands.h"
#include "failure.h"
#include "figures_commands.h"
#include "webpush/version.h"

namespace webpush_cli {
namespace {

constexpr const char* about = "webpush: web push notifications from your own server";

constexpr const char* example =
    "EXAMPLE\n"
    "  webpush site set default --origin https://shop.example --contact mailto:push@shop.example\n"
    "  webpush campaign create --name Opening --title \"We are open\" --target /offers\n"
    "  webpush campaign send 1 --wait\n"
    "  webpush report 1\n";

void add_global_options(CLI::App& app, Session& session) {
    app.footer(example);
    app.fallthrough();  // global options are understood behind the command too
    app.require_subcommand(1);
    app.set_version_flag("--version", "webpush " + std::string(webpush::version));
    app.add_option("--socket", session.socket, "webpushd's admin socket")
        ->envname("WEBPUSH_SOCKET")
        ->capture_default_str();
    app.add_flag("--json", session.json, "print the API's JSON as it is");
}

int fail(const char* message) {
    std::fprintf(stderr, "webpush: %s\n", printable_lines(message).c_str());
    return exit_failed;
}

// "webpush campaign create": the command as far as it was understood.
std::string command_path(const CLI::App& app) {
    std::string path = "webpush";
    for (const CLI::App* at = &app; !at->get_subcommands().empty();) {
        at = at->get_subcommands().front();
        path += " " + at->get_name();
    }
    return path;
}

// Help and version are no errors; the rest is the usage's.
int finish_parsing(const CLI::App& app, const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) { return app.exit(error); }
    std::string what = error.what();
    constexpr bool of_subcommands_too = true;
    const std::vector<std::string> rest = app.remaining(of_subcommands_too);
    if (!rest.empty()) { what = "not understood: \"" + rest.front() + "\""; }
    std::fprintf(stderr, "webpush: %s\nSee: %s --help\n", printable_lines(what).c_str(),
                 command_path(app).c_str());
    return exit_usage;
}

int run(int argc, char** argv) {
    Session session;
    session.terminal = Terminal::detect();
    CLI::App app(about, "webpush");
    add_global_options(app, session);
    add_site_commands(app, session);
    add_keys_command(app, session);
    add_campaign_commands(app, session);
    add_message_commands(app, session);
    add_run_commands(app, session);
    add_report_command(app, session);
    add_status_command(app, session);
    add_metrics_command(app, session);
    add_trace_command(app, session);
    add_doctor_command(app, session);
    try {
        app.parse(argc, argv);
        return 0;
    } catch (const CLI::ParseError& error) {
        return finish_parsing(app, error);
    }
}

}  // namespace
}  // namespace webpush_cli

int main(int argc, char** argv) {
    std::setlocale(LC_CTYPE, "");
    try {
        return webpush_cli::run(argc, argv);
    } catch (const std::exception& error) {
        return webpush_cli::fail(error.what());
    }
}
