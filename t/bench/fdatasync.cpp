// How long the disk takes to make a batch durable: fdatasync FILE
//
// Appends 8 kB and syncs, 200 times, to a new FILE that is removed again. Prints
//
//   median_ns <of one fdatasync>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <iostream>
#include <string>
#include <vector>

namespace {

constexpr std::size_t batch = 8192;
constexpr int syncs = 200;

// -1 on an error.
std::int64_t timed_sync(int fd) {
    static const std::string octets(batch, 'x');
    if (write(fd, octets.data(), octets.size()) != static_cast<ssize_t>(octets.size())) {
        return -1;
    }
    const auto begin = std::chrono::steady_clock::now();
    if (fdatasync(fd) != 0) { return -1; }
    const auto took = std::chrono::steady_clock::now() - begin;
    return std::chrono::duration_cast<std::chrono::nanoseconds>(took).count();
}

}  // namespace

int main(int argc, char** argv) {
    const int fd = argc == 2 ? open(argv[1], O_WRONLY | O_CREAT | O_EXCL | O_APPEND, 0600) : -1;
    std::vector<std::int64_t> times;
    for (int i = 0; i < syncs && fd != -1; ++i) {
        times.push_back(timed_sync(fd));
    }
    if (fd == -1 || std::count(times.begin(), times.end(), -1) != 0) {
        std::perror("fdatasync FILE");
        return 1;
    }
    unlink(argv[1]);
    std::sort(times.begin(), times.end());
    std::cout << "median_ns " << times[times.size() / 2] << '\n';
    return 0;
}
