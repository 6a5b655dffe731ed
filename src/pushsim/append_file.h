// A file of lines that only grows.
#pragma once

#include <string>
#include <string_view>

namespace pushsim {

// Lines are gathered and written at flush(), or when there are many. Throws std::runtime_error
// naming the path.
class AppendFile {
public:
    // Does nothing at all for path "".
    explicit AppendFile(std::string path);
    ~AppendFile();
    AppendFile(const AppendFile&) = delete;
    AppendFile& operator=(const AppendFile&) = delete;

    bool wanted() const { return fd_ >= 0; }
    // `line` without its end.
    void append(std::string_view line);
    void flush();

private:
    std::string path_;
    int fd_ = -1;
    std::string pending_;
};

// Replaces the whole file or nothing: readers never see a half. Throws std::runtime_error.
void replace_file(const std::string& path, std::string_view content);

// "" when there is none. Throws std::runtime_error when it cannot be read.
std::string read_if_there(const std::string& path);

}  // namespace pushsim
