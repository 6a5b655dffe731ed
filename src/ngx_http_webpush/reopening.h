// New log files at nginx's signal to reopen them (USR1, `nginx -s reopen`).
//
// nginx tells a module of it only by flushing, in each process, the files that nginx itself opened for
// the module. The logs are none of those, as each worker names its own: so there is a file ".reopen"
// beside them that nothing is ever written to, for the sake of the call.
#pragma once

#include "conf.h"
#include "ngx.h"

namespace ngx_webpush {

// Has nginx open the file, with the configuration's others. `conf` must live as long as the cycle.
ngx_int_t watch_reopening(ngx_conf_t* cf, MainConf& conf) noexcept;

// Gives it to the user of the workers, who open it again; to be called as init_module.
ngx_int_t share_reopening(ngx_cycle_t* cycle, const MainConf& conf) noexcept;

}  // namespace ngx_webpush
