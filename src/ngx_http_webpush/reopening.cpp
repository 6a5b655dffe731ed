#include "reopening.h"

#include <string>

#include "guard.h"
#include "str.h"
#include "worker.h"

namespace ngx_webpush {
namespace {

// A worker that ends flushes, too; by then no line follows, and no new file.
void on_flush(ngx_open_file_t* file, ngx_log_t*) {
    const auto* conf = static_cast<MainConf*>(file->data);
    if (conf->worker != nullptr) { conf->worker->begin_new_files(); }
}

}  // namespace

ngx_int_t watch_reopening(ngx_conf_t* cf, MainConf& conf) noexcept {
    return guarded(cf->log, "reopening", NGX_ERROR, [&]() -> ngx_int_t {
        std::string path = std::string(to_view(conf.log_dir->name)) + "/.reopen";
        ngx_str_t name = copy_to_pool(cf->pool, path);
        conf.reopening = ngx_conf_open_file(cf->cycle, &name);
        if (conf.reopening == nullptr) { return NGX_ERROR; }
        conf.reopening->data = &conf;
        conf.reopening->flush = on_flush;
        return NGX_OK;
    });
}

// nginx does so itself, but only at the first reopening: an instance of that user that shares the
// directory could not start before.
ngx_int_t share_reopening(ngx_cycle_t* cycle, const MainConf& conf) noexcept {
    const auto& core = *reinterpret_cast<ngx_core_conf_t*>(
        ngx_get_conf(cycle->conf_ctx, ngx_core_module));
    ngx_file_info_t info;
    bool is_shared = geteuid() != 0 || core.user == static_cast<ngx_uid_t>(NGX_CONF_UNSET_UINT) ||
                     (ngx_fd_info(conf.reopening->fd, &info) == 0 && info.st_uid == core.user);
    if (is_shared || fchown(conf.reopening->fd, core.user, static_cast<gid_t>(-1)) == 0) {
        return NGX_OK;
    }
    ngx_log_error(NGX_LOG_EMERG, cycle->log, ngx_errno, "chown(\"%V\", %d) failed",
                  &conf.reopening->name, core.user);
    return NGX_ERROR;
}

}  // namespace ngx_webpush
