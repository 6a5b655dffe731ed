// A log file of the edge while it grows: whatever is in it, each whole line is handed over once and in
// order, and what follows the last one is torn. The first octet of the input tells how much of the
// rest is there at first.
#include "ingest/log_file.h"

#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "fuzz.h"

namespace {

constexpr const char* file_name = "events-web1-1-2-3.jsonl";

class Directory {
public:
    Directory() : path_((std::filesystem::temp_directory_path() / "fuzz-XXXXXX").string()) {
        require(::mkdtemp(path_.data()) != nullptr);
    }
    ~Directory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;
    const std::string& path() const { return path_; }

    void write(std::string_view text, std::ios::openmode mode) const {
        std::ofstream(path_ + "/" + file_name, std::ios::binary | mode) << text;
    }

private:
    std::string path_;
};

// To its present end, a few lines a time. Every third time a line is not taken, and comes again.
void read_on(webpushd::LogFile& log, std::string& read) {
    int calls = 0;
    do {
        log.read(5, [&](std::string_view line) {
            if (++calls % 3 == 0) { return false; }
            read.append(line).append("\n");
            return true;
        });
    } while (!log.at_end());
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Directory directory;
    std::string_view text = input(data, size);
    if (text.empty()) { return 0; }
    const auto first = static_cast<unsigned char>(text.front());
    text.remove_prefix(1);
    const std::size_t cut = text.size() * first / 255;

    directory.write(text.substr(0, cut), std::ios::trunc);
    webpushd::FileProgress progress;
    progress.file = file_name;
    webpushd::LogFile log(directory.path(), webpush::LogKind::event, progress);
    std::string read;
    read_on(log, read);
    directory.write(text.substr(cut), std::ios::app);
    read_on(log, read);
    log.finish();

    const std::size_t whole = text.rfind('\n') + 1;  // npos + 1 is 0
    require(read == text.substr(0, whole));
    require(log.progress.position == static_cast<std::int64_t>(whole));
    require(log.progress.torn == (whole < text.size()) && log.progress.complete);
    return 0;
}
