// One append-only log file of one worker, from its creation until it is closed.
//
// A reader sees the file under its name only when it is locked (flock) and has its header line; it
// may delete it when it is unlocked, because then nobody writes any more. Only whole lines stay:
// after a failed write the file is cut back to its last line end, never further, because a reader
// may already have taken the lines before it.
//
// No nginx in here: append() and sync() also run in the commit thread, one thread at a time.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "webpush/log_record.h"
#include "webpush/result.h"

namespace ngx_webpush {

// A failed system call. code == 0: nothing failed.
struct SystemError {
    int code = 0;
    const char* call = "";

    explicit operator bool() const { return code != 0; }
};

class LogFile {
public:
    // Makes the file that webpush::log_file_name() names; EEXIST when there is one already.
    // Mode 0600 for the subscription log, 0640 for the event log.
    static webpush::Result<std::unique_ptr<LogFile>, SystemError> create(
        const std::string& directory, const webpush::FileHeader& header);

    ~LogFile();
    LogFile(const LogFile&) = delete;
    LogFile& operator=(const LogFile&) = delete;

    // Appends whole lines, each ending in '\n'. On an error some of the first lines may have
    // stayed.
    SystemError append(std::string_view lines);

    // Makes everything appended durable, the file's name included. Fails when somebody has removed
    // or renamed the file, as then no reader finds it.
    SystemError sync();

    // What is wrong with the file's name, as above.
    SystemError find() const;

    // Give the file up: a torn line could not be cut off, or a sync failed, after which nobody
    // knows what is on the disk (the kernel forgets failed pages, a retry would lie).
    bool broken() const { return broken_; }
    std::uint64_t length() const { return length_; }
    // Lines but for the first one and heartbeats.
    std::uint64_t records() const { return records_; }
    const std::string& path() const { return path_; }

private:
    LogFile(int fd, std::string directory, std::string path);
    SystemError publish(const std::string& temporary);
    SystemError sync_name();

    int fd_;
    std::string directory_;
    std::string path_;
    std::uint64_t length_ = 0;
    std::uint64_t records_ = 0;
    bool named_durably_ = false;
    bool broken_ = false;
};

}  // namespace ngx_webpush
