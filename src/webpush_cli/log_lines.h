// The lines of one file, plain or compressed with gzip, read as a stream.
#pragma once

#include <zlib.h>

#include <optional>
#include <string>
#include <string_view>

namespace webpush_cli {

class LogLines {
public:
    // Throws Failure naming the file when it cannot be opened.
    explicit LogLines(const std::string& path);
    ~LogLines();
    LogLines(const LogLines&) = delete;
    LogLines& operator=(const LogLines&) = delete;

    // The next line without its '\n', valid until the next call; nullopt at the end. A last line may
    // lack its '\n'. What is longer than a megabyte comes in pieces: it is no line of ours.
    std::optional<std::string_view> next();

    // After the end: why not all could be read (compressed data that is damaged or cut off).
    const std::string& damage() const { return damage_; }

private:
    bool fill();

    gzFile file_;
    std::string buffer_;
    std::size_t begin_ = 0;  // of what is not handed out yet
    std::size_t end_ = 0;    // of what was read
    std::string damage_;
};

}  // namespace webpush_cli
