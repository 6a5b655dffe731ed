// Child processes that end with this one. For the main thread only: the kernel tells a child about
// the end of the *thread* that forked it.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace webpushd {

// Makes orphans of our children come to us instead of to init, so that end_children() finds them.
void adopt_orphans();

// Starts command[0] (a path) with a clean environment and no signal blocked; it gets SIGINT when
// this process dies. Its stdin and stdout are /dev/null, stderr is ours; with `output` stdout is
// that descriptor. Throws std::runtime_error when there is no process to be had.
pid_t spawn(const std::vector<std::string>& command, int output = -1);

// Waits for its end and returns the wait status, 0 = success.
int wait_for(pid_t child);

// What it writes to stdout; "" when it fails.
std::string output_of(const std::vector<std::string>& command);

// A wait status in words: "exit status 1", "signal 9".
std::string describe_status(int status);

// SIGKILL to every child and adopted orphan; returns when all are gone.
void end_children();

}  // namespace webpushd
