#include "doctor/program.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace webpush_cli::doctor {
namespace {

struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, Close>;

// Files and not pipes: whoever fills one while we read the other would stand still.
std::string content(const File& file) {
    std::string text;
    char buffer[65536];
    std::rewind(file.get());
    for (std::size_t n = 0; (n = std::fread(buffer, 1, sizeof buffer, file.get())) > 0;) {
        text.append(buffer, n);
    }
    return text;
}

int spawn(pid_t& pid, const std::vector<std::string>& command, const File& out, const File& err) {
    std::vector<char*> arguments;
    for (const std::string& argument : command) {
        arguments.push_back(const_cast<char*>(argument.c_str()));  // execve(2) does not write
    }
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t files;
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&files, ::fileno(out.get()), STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&files, ::fileno(err.get()), STDERR_FILENO);
    const int error =
        ::posix_spawnp(&pid, arguments[0], &files, nullptr, arguments.data(), environ);
    ::posix_spawn_file_actions_destroy(&files);
    return error;
}

}  // namespace

ProgramResult run_program(const std::vector<std::string>& command) {
    ProgramResult result;
    const File out(std::tmpfile());
    const File err(std::tmpfile());
    pid_t pid = 0;
    const int error = out && err ? spawn(pid, command, out, err) : errno;
    if (error != 0) {
        result.error = std::strerror(error);
        return result;
    }
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
    if (WIFEXITED(status)) { result.exit = WEXITSTATUS(status); }
    result.out = content(out);
    result.err = content(err);
    return result;
}

}  // namespace webpush_cli::doctor
