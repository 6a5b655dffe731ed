#include "catalogue.h"

#include <algorithm>

#include "json_out.h"

namespace webpush {
namespace {

constexpr int format_version = 1;
constexpr std::size_t max_text = 4096;

Error at_line(Error error, std::size_t number) {
    error.detail = "line " + std::to_string(number) + ": " + std::string(info(error.problem).title);
    return error;
}

Result<bool> read_head(const JsonObject& json) {
    const auto version = json.integer("v");
    if (!version.ok()) { return version.error(); }
    const auto what = json.string("catalogue", max_text);
    if (!what.ok()) { return what.error(); }
    if (*version != format_version || *what != "runs") {
        return json.error(Problem::field_invalid, "v");
    }
    return true;
}

Result<CatalogueRun> read_run(const JsonObject& json) {
    const auto run = json.integer("run");
    if (!run.ok()) { return run.error(); }
    const auto site = json.string("site", max_text);
    if (!site.ok()) { return site.error(); }
    const auto campaign = json.integer_or("campaign", 0);
    if (!campaign.ok()) { return campaign.error(); }
    const auto name = json.string_or("name", "", max_text);
    if (!name.ok()) { return name.error(); }
    const auto starts_at = json.string_or("starts_at", "", max_text);
    if (!starts_at.ok()) { return starts_at.error(); }
    return CatalogueRun{*run, std::string(*site), *campaign, std::string(*name),
                        std::string(*starts_at)};
}

}  // namespace

std::string catalogue_file(const std::vector<CatalogueRun>& runs) {
    std::string out;
    JsonWriter head(out);
    head.begin_object();
    head.member("v", format_version);
    head.member("catalogue", "runs");
    head.end_object();
    out += '\n';
    for (const CatalogueRun& run : runs) {
        JsonWriter json(out);
        json.begin_object();
        json.member("run", run.run);
        json.member("site", run.site);
        if (run.campaign != 0) { json.member("campaign", run.campaign); }
        json.member_if("name", run.name);
        json.member("starts_at", run.starts_at);
        json.end_object();
        out += '\n';
    }
    return out;
}

Result<std::vector<CatalogueRun>> parse_catalogue(JsonReader& reader, std::string_view file_text) {
    std::vector<CatalogueRun> runs;
    std::size_t number = 0;
    while (!file_text.empty()) {
        const std::string_view line = file_text.substr(0, file_text.find('\n'));
        file_text.remove_prefix(std::min(line.size() + 1, file_text.size()));
        ++number;
        const auto json = reader.parse(line);
        if (!json.ok()) { return at_line(json.error(), number); }
        if (number == 1) {
            const auto head = read_head(*json);
            if (!head.ok()) { return at_line(head.error(), number); }
            continue;
        }
        auto run = read_run(*json);
        if (!run.ok()) { return at_line(run.error(), number); }
        runs.push_back(std::move(*run));
    }
    return runs;
}

}  // namespace webpush
