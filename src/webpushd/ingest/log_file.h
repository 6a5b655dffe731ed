// One log file of the edge while it is being read.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "store/ingest_store.h"
#include "webpush/log_record.h"

namespace webpushd {

class LogFile {
public:
    // Opens it; throws std::runtime_error naming it. Reading goes on at progress.position.
    LogFile(const std::string& directory, webpush::LogKind kind, FileProgress progress);
    ~LogFile();
    LogFile(const LogFile&) = delete;
    LogFile& operator=(const LogFile&) = delete;

    // Hands at most `limit` whole lines, without their '\n', to `take`, and tells how many. Half a
    // line at the end is left alone: its writer may still complete it, or cut it off. When `take`
    // returns false the line stays where reading goes on.
    std::size_t read(std::size_t limit, const std::function<bool(std::string_view)>& take);

    // Whether its writer still has it: the edge holds flock from before it gives the file its name.
    // Ask before read(), so that what came in between is still read before it counts as finished.
    bool held() const;

    // Nothing was left to read.
    bool at_end() const { return at_end_; }

    // To be called when nobody holds it any more and it is at its end: half a line is torn off.
    void finish();

    // From the beginning again, as if it were never read.
    void restart();

    // What is in the database once this round is committed.
    FileProgress progress;
    int number = 0;        // the session's, to tell which file an event came from
    bool warned = false;   // about lines that cannot be read
    bool changed = false;  // since progress was last saved
    int foreign_version = 0;  // of the log format, if it is not ours

    webpush::LogKind kind() const { return kind_; }
    const std::string& path() const { return path_; }

private:
    std::size_t fill();

    std::string path_;
    webpush::LogKind kind_;
    int fd_;
    std::string buffer_;
    std::size_t tail_ = 0;  // octets after the last whole line
    bool at_end_ = false;
};

}  // namespace webpushd
