#include "ingest/ingest_session.h"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <variant>

#include "files.h"
#include "log.h"
#include "store/ingest_store.h"
#include "store/site_store.h"
#include "webpush/json_out.h"

namespace webpushd {

namespace {

constexpr std::size_t fair_share = 200;  // lines a round that every file may have at least
constexpr std::int64_t last_time = 253402300799999;  // the end of 9999, where CopyRows ends too

std::int64_t unix_ms() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

std::string keys_loaded(const webpush::FileHeader& header) {
    std::string text;
    webpush::JsonWriter json(text);
    json.begin_object();
    json.key("link");
    webpush::write_key_ids(json, header.keys);
    json.key("identity");
    webpush::write_key_ids(json, header.identity);
    json.end_object();
    return text;
}

}  // namespace

IngestSession::IngestSession(const std::string& conninfo, const Settings& settings,
                             const std::set<LinePlace>& refused, IngestCounters& counters)
    : db_(conninfo, "ingest"),
      settings_(settings),
      refused_(refused),
      counters_(counters),
      source_(settings.edge_id + ":" + settings.log_dir),
      intake_(db_),
      event_logs_(settings),
      store_keeper_(db_, settings),
      key_keeper_(db_, settings) {
    // Of another one nothing will ever come on a cluster that is this machine's alone.
    if (settings.database.empty()) { forget_other_sources(db_, source_); }
    register_source(db_, source_);
    for (FileProgress& progress : load_progress(db_, source_)) {
        known_[progress.file] = std::move(progress);
    }
}

bool IngestSession::round(std::size_t limit) {
    blind_ = false;
    const auto logs = find_logs();
    if (logs && maintaining_.is_due()) { maintain(*logs); }
    if (tidying_.is_due()) { remove_unfinished(settings_.log_dir); }
    store_keeper_.look();
    key_keeper_.look();
    if (finding_sites_.is_due()) { find_sites(); }
    if (logs) { open_new(*logs); }
    // Consent first: nobody is sent to before it is known who left.
    std::size_t lines = read_files(webpush::LogKind::subscription, limit);
    const bool one_by_one = limit == 1;  // so that last_line() is the one that fails
    if (lines == 0 || !one_by_one) { lines += read_files(webpush::LogKind::event, limit); }
    commit();
    close_finished();
    event_logs_.look();
    return lines > 0;
}

bool IngestSession::has_passed(const LinePlace& line) const {
    const auto found = files_.find(line.first);
    return found == files_.end() || found->second->progress.position > line.second;
}

std::optional<std::vector<LogName>> IngestSession::find_logs() {
    try {
        auto logs = list_logs(settings_.log_dir);
        warned_.erase(settings_.log_dir);
        return logs;
    } catch (const std::runtime_error& error) {
        cannot_read(settings_.log_dir, webpush::LogKind::subscription, error.what());
        return std::nullopt;
    }
}

// Said once, tried again every round. Whoever left may stand there, so nobody is sent to meanwhile:
// without a source that is up to date no chunk is loaded.
void IngestSession::cannot_read(const std::string& name, webpush::LogKind kind, std::string_view why) {
    const bool may_hold_leaves = kind == webpush::LogKind::subscription;
    blind_ = blind_ || may_hold_leaves;
    if (!warned_.insert(name).second) { return; }
    log_warn("ingest: {}{}", why, may_hold_leaves ? "; nothing is sent until it can be read" : "");
}

void IngestSession::maintain(const std::vector<LogName>& logs) {
    std::vector<std::string> present;
    for (const LogName& log : logs) { present.push_back(log.file); }
    forget_files(db_, source_, present);
    std::erase_if(closed_, [&](const std::string& name) {
        return !std::binary_search(present.begin(), present.end(), name);
    });
}

// A site that appears brings the lines that were read before it was known.
void IngestSession::find_sites() {
    sites_.clear();
    for (const Site& site : all_sites(db_)) { sites_[site.name] = site.id; }
    for (const auto& [name, file] : files_) {
        const auto& unknown = file->progress.unknown_sites;
        const bool known_now = std::any_of(unknown.begin(), unknown.end(), [&](const auto& site) {
            return sites_.contains(site);
        });
        if (known_now) { file->restart(); }
    }
}

void IngestSession::open_new(const std::vector<LogName>& logs) {
    // What could not be read and was taken away holds up nobody any more.
    std::erase_if(files_, [&](const auto& entry) {
        return warned_.contains(entry.first) && !exists(entry.second->path());
    });
    for (const LogName& log : logs) {
        if (!files_.contains(log.file) && !closed_.contains(log.file)) { open_file(log.file, log.kind); }
    }
}

void IngestSession::open_file(const std::string& name, webpush::LogKind kind) {
    FileProgress progress;
    progress.file = name;
    if (const auto found = known_.find(name); found != known_.end()) { progress = found->second; }
    try {
        auto file = std::make_unique<LogFile>(settings_.log_dir, kind, progress);
        file->number = ++last_number_;
        files_[name] = std::move(file);
        warned_.erase(name);
    } catch (const std::runtime_error& error) {
        if (exists(settings_.log_dir + "/" + name)) { cannot_read(name, kind, error.what()); }
    }
}

std::size_t IngestSession::read_files(webpush::LogKind kind, std::size_t limit) {
    std::vector<LogFile*> open;
    for (const auto& [name, file] : files_) {
        if (file->kind() == kind && !file->progress.complete) { open.push_back(file.get()); }
    }
    const std::size_t share = std::max(limit / std::max<std::size_t>(open.size(), 1), fair_share);
    std::size_t lines = 0;
    for (LogFile* file : open) {
        if (lines < limit) { lines += read_file(*file, std::min(share, limit - lines)); }
    }
    return lines;
}

std::size_t IngestSession::read_file(LogFile& file, std::size_t limit) {
    std::size_t lines = 0;
    try {
        const bool held = file.held();
        if (file.foreign_version == 0) {
            lines = file.read(limit, [&](std::string_view line) { return take(file, line); });
        }
        if (!held && file.at_end()) { file.finish(); }
    } catch (const std::runtime_error& error) {
        cannot_read(file.progress.file, file.kind(), error.what());
    }
    if (file.foreign_version != 0) {
        cannot_read(file.progress.file, file.kind(),
                    file.path() + " is of the log format's version " +
                        std::to_string(file.foreign_version) + ": install a newer webpushd");
    }
    return lines;
}

// False for a line that is to be left where it is.
bool IngestSession::take(LogFile& file, std::string_view line) {
    last_line_ = {file.progress.file, file.progress.position};
    if (refused_.contains(last_line_)) {
        skip(file, "a line that the database does not take");
    } else if (const auto record = webpush::parse_line(reader_, line); record.ok()) {
        ++read_[record->index()];
        std::visit([&](const auto& known) { take_record(file, known); }, *record);
    } else {
        skip(file, "a line that is no record");
    }
    return file.foreign_version == 0;
}

void IngestSession::take_record(LogFile& file, const webpush::FileHeader& header) {
    if (header.version == webpush::log_format_version) {
        file.progress.keys_loaded = keys_loaded(header);
        advance(file, header.started);
    } else {
        file.foreign_version = header.version;
    }
}

void IngestSession::take_record(LogFile& file, const webpush::AliveRecord& record) {
    advance(file, record.time);
}

void IngestSession::take_record(LogFile& file, const webpush::ConsentEventRecord& record) {
    advance(file, record.time);
}

bool IngestSession::advance(LogFile& file, std::int64_t time) {
    if (time < 0 || time > last_time) {
        skip(file, "a time that cannot be");
        return false;
    }
    file.progress.up_to = std::max(file.progress.up_to, time);
    return true;
}

// 0 when there is none of that name.
int IngestSession::site_of(LogFile& file, const std::string& name) {
    if (const auto found = sites_.find(name); found != sites_.end()) { return found->second; }
    skip(file, "a site that is not known (the file is kept)");
    file.progress.unknown_sites.insert(name);
    return 0;
}

void IngestSession::skip(LogFile& file, std::string_view why, std::int64_t lines) {
    file.progress.skipped += lines;
    skipped_ += static_cast<std::uint64_t>(lines);
    if (file.warned) { return; }
    file.warned = true;
    log_warn("ingest: {}: skipped {}; more of this file are only counted", file.path(), why);
}

// What the lines brought and how far they were read, together or not at all.
void IngestSession::commit() {
    bool idle = intake_.empty();
    std::vector<LogFile*> changed;
    for (const auto& [name, file] : files_) {
        if (file->changed) { changed.push_back(file.get()); }
        if (file->progress.complete) { idle = false; }
    }
    if (idle && changed.empty() && !saving_source_.is_due()) { return; }

    intake_.prepare(settings_.activity_months);
    Transaction transaction(db_);
    // Nothing is lost with a position that only says how far there was nothing.
    if (idle) { db_.query("SET LOCAL synchronous_commit = off"); }
    apply_records();
    for (const LogFile* file : changed) { save_progress(db_, source_, file->progress); }
    if (const auto behind = lag()) {
        save_source(db_, source_, *behind);
    } else {
        register_source(db_, source_);
    }
    transaction.commit();
    for (LogFile* file : changed) { file->changed = false; }
    count();
}

void IngestSession::count() {
    for (std::size_t kind = 0; kind < read_.size(); ++kind) {
        counters_.records[kind].add(std::exchange(read_[kind], 0));
    }
    counters_.skipped.add(std::exchange(skipped_, 0));
}

void IngestSession::apply_records() {
    const LeftOut left_out = intake_.apply();
    skip(left_out.of_unknown_run, "events of a run that is not known");
    skip(left_out.out_of_time, "visits or events of months that are not kept");
}

void IngestSession::skip(const std::map<int, std::int64_t>& left_out, std::string_view why) {
    for (const auto& [name, file] : files_) {
        const auto found = left_out.find(file->number);
        if (found != left_out.end()) { skip(*file, why, found->second); }
    }
}

// How long ago the slowest subscription log, of those that are written to or not yet read to the
// end, was up to date. Nothing when that cannot be told.
std::optional<std::int64_t> IngestSession::lag() const {
    if (blind_) { return std::nullopt; }
    const std::int64_t now = unix_ms();
    std::int64_t slowest = now;
    for (const auto& [name, file] : files_) {
        if (file->kind() != webpush::LogKind::subscription || file->progress.complete) { continue; }
        const bool begun = file->progress.up_to != 0;
        if (!begun && !file->at_end()) { return std::nullopt; }
        const bool waits_for_site = !file->held() && file->at_end();
        if (waits_for_site || !begun) { continue; }
        slowest = std::min(slowest, file->progress.up_to);
    }
    return now - slowest;
}

void IngestSession::close_finished() {
    for (auto at = files_.begin(); at != files_.end();) {
        const LogFile& file = *at->second;
        if (!file.progress.complete) {
            ++at;
            continue;
        }
        if (file.kind() == webpush::LogKind::subscription) {
            put_away(file.path(), file.progress.skipped);
        } else {
            event_logs_.add(at->first);
        }
        closed_.insert(at->first);
        at = files_.erase(at);
    }
}

}  // namespace webpushd
