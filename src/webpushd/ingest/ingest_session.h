// Ingest over one database connection: everything known here is as the database has it, so after
// any failure the session is thrown away and a new one starts where the last commit was.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ingest/event_log_keeper.h"
#include "ingest/intake.h"
#include "ingest/interval.h"
#include "ingest/key_keeper.h"
#include "ingest/log_directory.h"
#include "ingest/log_file.h"
#include "ingest/store_keeper.h"
#include "counters.h"
#include "settings.h"
#include "store/connection.h"
#include "webpush/json_in.h"

namespace webpushd {

// A line of a file: its name, and where the line begins.
using LinePlace = std::pair<std::string, std::int64_t>;

class IngestSession {
public:
    // `refused` are lines that the database does not take; it and `counters` outlive the session.
    IngestSession(const std::string& conninfo, const Settings& settings,
                  const std::set<LinePlace>& refused, IngestCounters& counters);

    // Reads at most `limit` lines of each kind of log and commits what they bring, together with
    // the positions. Tells whether there was anything. Throws DbError.
    bool round(std::size_t limit);

    // The line read last.
    const LinePlace& last_line() const { return last_line_; }

    // Whether that line is done with: taken, skipped, or its file closed. Ask after a round.
    bool has_passed(const LinePlace& line) const;

private:
    std::optional<std::vector<LogName>> find_logs();
    void open_new(const std::vector<LogName>& logs);
    void open_file(const std::string& name, webpush::LogKind kind);
    void find_sites();
    void maintain(const std::vector<LogName>& logs);
    void cannot_read(const std::string& name, webpush::LogKind kind, std::string_view why);

    std::size_t read_files(webpush::LogKind kind, std::size_t limit);
    std::size_t read_file(LogFile& file, std::size_t limit);
    bool take(LogFile& file, std::string_view line);
    void take_record(LogFile& file, const webpush::FileHeader& header);
    void take_record(LogFile& file, const webpush::AliveRecord& record);
    // For reports made of logs alone; the subscription log tells more.
    void take_record(LogFile& file, const webpush::ConsentEventRecord& record);
    template <typename Record>
    void take_record(LogFile& file, const Record& record) {
        if (!advance(file, record.time)) { return; }
        const int site = site_of(file, record.site);
        if (site != 0) {
            intake_.add(site, record, {file.number, file.progress.file, file.progress.position});
        }
    }
    bool advance(LogFile& file, std::int64_t time);
    int site_of(LogFile& file, const std::string& name);
    void skip(LogFile& file, std::string_view why, std::int64_t lines = 1);

    void commit();
    void count();
    void apply_records();
    void skip(const std::map<int, std::int64_t>& left_out, std::string_view why);
    std::optional<std::int64_t> lag() const;
    void close_finished();

    Connection db_;
    const Settings& settings_;
    const std::set<LinePlace>& refused_;
    IngestCounters& counters_;
    std::array<std::uint64_t, IngestCounters::kinds> read_{};  // since the last commit, by kind
    std::uint64_t skipped_ = 0;                                // the same
    std::string source_;
    Intake intake_;
    webpush::JsonReader reader_;

    std::map<std::string, int, std::less<>> sites_;
    std::map<std::string, FileProgress> known_;                // from earlier sessions
    std::map<std::string, std::unique_ptr<LogFile>> files_;    // not finished yet
    std::set<std::string> closed_;                             // finished
    std::set<std::string> warned_;  // of these was said that they cannot be read
    bool blind_ = false;            // nobody knows who left: something cannot be read in this round
    LinePlace last_line_;
    int last_number_ = 0;
    EventLogKeeper event_logs_;
    StoreKeeper store_keeper_;
    KeyKeeper key_keeper_;
    Interval finding_sites_{std::chrono::seconds(1)};
    Interval maintaining_{std::chrono::hours(1)};
    Interval tidying_{std::chrono::minutes(1)};
    Interval saving_source_{std::chrono::milliseconds(250)};
};

}  // namespace webpushd
