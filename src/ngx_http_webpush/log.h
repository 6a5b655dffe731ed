// One of a worker's two logs: a sequence of files, opened when first needed, replaced when they are
// full, old or broken. What goes wrong is logged, at most once a second, and once more when it is over.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "counters.h"
#include "log_file.h"
#include "ngx.h"
#include "space_floor.h"
#include "throttle.h"
#include "webpush/log_record.h"

namespace ngx_webpush {

struct LogLimits {
    std::uint64_t max_size = 0;  // octets
    ngx_msec_t max_age = 0;
};

class Log {
public:
    // `header` is what every file's first line says but its sequence number. References and
    // `errors` must outlive the log.
    Log(std::string directory, webpush::FileHeader header, LogLimits limits, SpaceFloor& floor,
        LogCounters& counters, ngx_log_t* errors);

    // The file to append to now, a new one where needed; nullptr when none can be opened, which is
    // tried once a second. The file lives until the next call of a member.
    LogFile* open();

    // Appends a record without a sync: survives the worker, not a power cut. False after logging,
    // or where room is short.
    bool append(std::string_view line);

    // The same of several lines, as far as the disk takes them: returns how many octets are there, of whole
    // lines from the first one on.
    std::size_t append_some(std::string_view lines);

    // A heartbeat, which may use the last room, as it makes readers go on. Also leaves a file that
    // they will not find.
    void append_heartbeat(std::string_view line);

    // To be asked for every record: a refusal is counted.
    bool has_room();

    // The next line begins a new file.
    void leave_file() { left_ = true; }

    // What became of the use of open()'s file; leaves it when it is broken.
    void finished(const SystemError& error);

private:
    std::size_t write(std::string_view lines);
    bool is_used_up() const;
    void open_next();
    void count_written();
    void report(const SystemError& error, const std::string& path);

    std::string directory_;
    webpush::FileHeader header_;
    LogLimits limits_;
    SpaceFloor& floor_;
    LogCounters& counters_;
    ngx_log_t* errors_;
    std::unique_ptr<LogFile> file_;
    ngx_msec_t opened_ = 0;
    ngx_msec_t next_attempt_ = ngx_current_msec;
    bool left_ = false;
    std::uint64_t counted_bytes_ = 0;  // of file_
    std::uint64_t counted_records_ = 0;
    Throttle throttle_;
    bool told_ = false;  // that it fails
};

}  // namespace ngx_webpush
