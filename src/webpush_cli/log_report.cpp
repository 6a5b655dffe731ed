#include "log_report.h"

#include <unistd.h>

#include <cstdio>

#include "failure.h"
#include "log_figures.h"
#include "log_lines.h"
#include "log_report_output.h"

namespace webpush_cli {
namespace {

void say(const std::string& text) {
    std::fprintf(stderr, "webpush: %s\n", printable_lines(text).c_str());
}

void read_log(LogFigures& figures, const std::string& path) {
    LogLines lines(path);
    figures.begin_file();
    while (const auto line = lines.next()) { figures.take(*line); }
    if (lines.damage().empty()) { return; }
    figures.take_damage();
    say(path + " is damaged (" + lines.damage() + "): counted as far as it could be read");
}

std::string directory_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? "." : path.substr(0, slash + 1) + ".";
}

std::string find_catalogue(const std::vector<std::string>& files) {
    for (const std::string& file : files) {
        for (const char* place : {"/", "/../"}) {
            std::string path = directory_of(file) + place;
            path += webpush::catalogue_file_name;
            if (::access(path.c_str(), R_OK) == 0) { return path; }
        }
    }
    return "";
}

std::string read_whole(const std::string& path) {
    LogLines lines(path);
    std::string text;
    while (const auto line = lines.next()) { text.append(*line) += '\n'; }
    return text;
}

RunNames read_names(const LogReportOptions& options) {
    RunNames names;
    const std::string path =
        options.catalogue.empty() ? find_catalogue(options.files) : options.catalogue;
    if (path.empty()) { return names; }
    webpush::JsonReader reader;
    auto runs = webpush::parse_catalogue(reader, read_whole(path));
    if (!runs.ok()) { throw Failure(path + " is no catalogue: " + runs.error().detail); }
    for (webpush::CatalogueRun& run : *runs) {
        names[{run.site, run.run}] = std::move(run);
    }
    return names;
}

}  // namespace

void report_logs(const Session& session, const LogReportOptions& options) {
    const RunNames names = read_names(options);
    LogFigures figures;
    for (const std::string& file : options.files) { read_log(figures, file); }

    if (session.json) { return session.print(log_report_json(figures, names)); }
    if (!options.csv) { return session.print(log_report_text(session.terminal, figures, names)); }
    session.print(log_report_csv(figures, names));
    if (figures.unreadable() > 0) { say(lines_read(figures)); }
}

}  // namespace webpush_cli
