// Files and directories that the daemon makes. All throw std::runtime_error naming the path.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

namespace webpushd {

std::string read_file(const std::string& path);

bool exists(const std::string& path);

// Makes the directory and its parents; `mode` is for those that were missing.
void make_directory(const std::string& path, mode_t mode);

// Replaces the whole file or nothing: written under a temporary name beside it, synced, renamed,
// the directory synced. Readers never see a half. Does nothing when the content is there already.
void write_file(const std::string& path, std::string_view content, mode_t mode);

}  // namespace webpushd
