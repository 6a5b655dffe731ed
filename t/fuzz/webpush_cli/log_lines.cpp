// Files of logs, plain or compressed. Lines are the file's text however it is stored; of a damaged file
// what can be read, and that it is damaged.
#include "log_lines.h"

#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "fuzz.h"

namespace {

class TemporaryFile {
public:
    TemporaryFile() : path_((std::filesystem::temp_directory_path() / "fuzz-XXXXXX").string()) {
        const int fd = ::mkstemp(path_.data());
        require(fd >= 0);
        ::close(fd);
    }
    ~TemporaryFile() { ::unlink(path_.c_str()); }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    const std::string& path() const { return path_; }

    void store(std::string_view octets) const {
        std::ofstream(path_, std::ios::binary | std::ios::trunc) << octets;
    }
    void store_compressed(std::string_view octets) const {
        const gzFile file = ::gzopen(path_.c_str(), "wb1");
        require(octets.empty() ||
                ::gzwrite(file, octets.data(), static_cast<unsigned>(octets.size())) > 0);
        require(::gzclose(file) == Z_OK);
    }

private:
    std::string path_;
};

struct Read {
    std::string text;
    bool damaged = false;
};

Read read(const TemporaryFile& file) {
    webpush_cli::LogLines lines(file.path());
    Read result;
    while (const auto line = lines.next()) {
        result.text.append(*line).append("\n");
    }
    result.damaged = !lines.damage().empty();
    return result;
}

std::string with_end(std::string_view text) {
    const bool whole = text.empty() || text.ends_with('\n');
    return std::string(text) + (whole ? "" : "\n");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const TemporaryFile file;
    const std::string_view octets = input(data, size);
    file.store(octets);
    const Read stored = read(file);
    if (!octets.starts_with("\x1f\x8b")) {
        require(!stored.damaged && stored.text == with_end(octets));
    }
    file.store_compressed(octets);
    const Read compressed = read(file);
    require(!compressed.damaged && compressed.text == with_end(octets));
    return 0;
}
