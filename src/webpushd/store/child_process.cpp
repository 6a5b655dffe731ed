#include "store/child_process.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>

namespace webpushd {

namespace {

constexpr int exec_failed = 127;

// HOME and the like would make libpq inside the server look into somebody's home directory; an
// inherited locale need not be installed.
constexpr const char* clean_environment[] = {"LC_ALL=C", "PATH=/usr/bin:/bin", "TZ=UTC", nullptr};

// Between fork and exec: only what is async-signal-safe, as other threads may hold locks.
[[noreturn]] void become(char* const* arguments, pid_t parent, int output) {
    ::prctl(PR_SET_PDEATHSIG, SIGINT);
    if (::getppid() != parent) { ::_exit(exec_failed); }
    // What is ignored would stay so: a shell's background jobs ignore SIGINT, and a server that is
    // told to stop before it has its handlers would never know.
    for (const int signal : {SIGINT, SIGTERM, SIGQUIT, SIGHUP, SIGPIPE}) {
        std::signal(signal, SIG_DFL);
    }
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    const int null = ::open("/dev/null", O_RDWR);
    ::dup2(null, STDIN_FILENO);
    ::dup2(output >= 0 ? output : null, STDOUT_FILENO);
    ::execve(arguments[0], arguments, const_cast<char* const*>(clean_environment));
    ::_exit(exec_failed);
}

// The fourth field of /proc/<pid>/stat, after a name in brackets that may hold anything.
pid_t parent_of(const char* pid) {
    std::ifstream in(std::string("/proc/") + pid + "/stat");
    const std::string line((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    const std::size_t bracket = line.rfind(')');
    if (bracket == std::string::npos || bracket + 4 > line.size()) { return 0; }
    return std::atoi(line.c_str() + bracket + 4);
}

std::vector<pid_t> children() {
    std::vector<pid_t> found;
    const std::unique_ptr<DIR, int (*)(DIR*)> listing(::opendir("/proc"), ::closedir);
    while (const dirent* entry = listing ? ::readdir(listing.get()) : nullptr) {
        const pid_t pid = std::atoi(entry->d_name);
        if (pid > 0 && parent_of(entry->d_name) == ::getpid()) { found.push_back(pid); }
    }
    return found;
}

}  // namespace

void adopt_orphans() { ::prctl(PR_SET_CHILD_SUBREAPER, 1); }

pid_t spawn(const std::vector<std::string>& command, int output) {
    std::vector<char*> arguments;
    for (const std::string& word : command) { arguments.push_back(const_cast<char*>(word.c_str())); }
    arguments.push_back(nullptr);
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child < 0) { throw std::runtime_error(std::string("cannot fork: ") + std::strerror(errno)); }
    if (child == 0) { become(arguments.data(), parent, output); }
    return child;
}

int wait_for(pid_t child) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    return status;
}

std::string output_of(const std::vector<std::string>& command) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) { return ""; }
    const pid_t child = spawn(command, ends[1]);
    ::close(ends[1]);
    std::string output;
    char piece[512];
    for (ssize_t got; (got = ::read(ends[0], piece, sizeof piece)) > 0;) {
        output.append(piece, static_cast<std::size_t>(got));
    }
    ::close(ends[0]);
    return wait_for(child) == 0 ? output : "";
}

std::string describe_status(int status) {
    if (WIFSIGNALED(status)) { return "signal " + std::to_string(WTERMSIG(status)); }
    return "exit status " + std::to_string(WEXITSTATUS(status));
}

void end_children() {
    for (const pid_t child : children()) { ::kill(child, SIGKILL); }
    while (::waitpid(-1, nullptr, 0) > 0 || errno == EINTR) {}
}

}  // namespace webpushd
