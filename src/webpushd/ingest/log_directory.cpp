#include "ingest/log_directory.h"

#include <dirent.h>

#include <algorithm>
#include <memory>
#include <optional>

namespace webpushd {

namespace {

std::optional<webpush::LogKind> kind_of(std::string_view name) {
    if (!name.ends_with(".jsonl")) { return std::nullopt; }
    if (name.starts_with("subscriptions-")) { return webpush::LogKind::subscription; }
    if (name.starts_with("events-")) { return webpush::LogKind::event; }
    return std::nullopt;
}

}  // namespace

std::vector<LogName> list_logs(const std::string& directory) {
    std::vector<LogName> logs;
    const std::unique_ptr<DIR, int (*)(DIR*)> listing(::opendir(directory.c_str()), ::closedir);
    if (!listing) { return logs; }
    while (const dirent* entry = ::readdir(listing.get())) {
        const auto kind = kind_of(entry->d_name);
        if (kind) { logs.push_back({entry->d_name, *kind}); }
    }
    std::sort(logs.begin(), logs.end(),
              [](const LogName& a, const LogName& b) { return a.file < b.file; });
    return logs;
}

}  // namespace webpushd
