#include "key_file.h"

#include <pwd.h>
#include <sys/stat.h>

#include <cstdio>

namespace ngx_webpush {
namespace {

constexpr off_t max_file_size = 64 * 1024;

class Descriptor {
public:
    explicit Descriptor(ngx_fd_t fd) : fd_(fd) {}
    ~Descriptor() {
        if (fd_ != NGX_INVALID_FILE) { ngx_close_file(fd_); }
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ngx_fd_t fd() const { return fd_; }

private:
    ngx_fd_t fd_;
};

std::nullopt_t unreadable(ngx_conf_t* cf, const char* call, const std::string& path) {
    ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno, "%s \"%s\" failed", call, path.c_str());
    return std::nullopt;
}

// As nginx will choose it: the directive "user" may be missing, or not have been read yet.
uid_t worker_user(ngx_conf_t* cf) {
    void* conf = ngx_get_conf(cf->cycle->conf_ctx, ngx_core_module);
    uid_t user = static_cast<ngx_core_conf_t*>(conf)->user;
    if (user != static_cast<uid_t>(NGX_CONF_UNSET_UINT)) { return user; }
    const passwd* entry = ::getpwnam(NGX_USER);
    return entry != nullptr ? entry->pw_uid : ::geteuid();
}

void warn_of_access(ngx_conf_t* cf, const std::string& path, const ngx_file_info_t& info,
                    Readers readers) {
    char mode[8];
    std::snprintf(mode, sizeof mode, "%04o", static_cast<unsigned>(info.st_mode & 07777));
    if (readers == Readers::owner_and_group && (info.st_mode & S_IROTH)) {
        ngx_conf_log_error(NGX_LOG_WARN, cf, 0, "secret file \"%s\" is readable by others, mode %s",
                           path.c_str(), mode);
    }
    if (info.st_mode & S_IWOTH) {
        ngx_conf_log_error(NGX_LOG_WARN, cf, 0, "file \"%s\" is writable by others, mode %s",
                           path.c_str(), mode);
    }
    bool is_own = info.st_uid == 0 || info.st_uid == ::geteuid();
    if (!is_own && info.st_uid != worker_user(cf)) {
        ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                           "file \"%s\" belongs to user %d, neither root nor the worker processes' user",
                           path.c_str(), static_cast<int>(info.st_uid));
    }
}

}  // namespace

std::optional<webpush::Secret> read_key_file(ngx_conf_t* cf, const std::string& path,
                                             Readers readers) {
    // Not to wait for a writer where there is a pipe.
    constexpr int flags = NGX_FILE_RDONLY | NGX_FILE_NONBLOCK;
    Descriptor file(ngx_open_file(path.c_str(), flags, NGX_FILE_OPEN, 0));
    if (file.fd() == NGX_INVALID_FILE) { return unreadable(cf, ngx_open_file_n, path); }

    ngx_file_info_t info;
    if (ngx_fd_info(file.fd(), &info) == NGX_FILE_ERROR) {
        return unreadable(cf, ngx_fd_info_n, path);
    }
    const char* refusal = nullptr;
    if (!ngx_is_file(&info)) { refusal = "not a regular file"; }
    if (info.st_size > max_file_size) { refusal = "too large"; }
    if (refusal != nullptr) {
        refuse_key_file(cf, path, refusal);
        return std::nullopt;
    }
    warn_of_access(cf, path, info, readers);

    webpush::Secret text(std::string(static_cast<std::size_t>(info.st_size), '\0'));
    std::string& bytes = text.bytes();
    ssize_t size = bytes.empty() ? 0 : ngx_read_fd(file.fd(), bytes.data(), bytes.size());
    if (size < 0) { return unreadable(cf, ngx_read_fd_n, path); }
    bytes.resize(static_cast<std::size_t>(size));
    return text;
}

void refuse_key_file(ngx_conf_t* cf, const std::string& path, const char* why) {
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "invalid file \"%s\": %s", path.c_str(), why);
}

}  // namespace ngx_webpush
