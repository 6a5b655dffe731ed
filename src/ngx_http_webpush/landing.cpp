#include "landing.h"

#include "answer_log.h"
#include "click_targets.h"
#include "conf.h"
#include "guard.h"
#include "landing_tally.h"
#include "str.h"
#include "webpush/http_field.h"
#include "worker.h"

namespace ngx_webpush {
namespace {

// Not what switched protocols (101): how long such a connection lived says nothing of a page.
constexpr ngx_uint_t least_class = 2;
constexpr ngx_uint_t greatest_class = 5;

// The path that a redirect to the host that was asked leads to; otherwise "". nginx keeps a path or,
// for HTTP/2, the URL that it has made of it.
std::string_view redirect_path(ngx_http_request_t* r) {
    if (r->headers_out.location == nullptr) { return {}; }
    return webpush::path_on_host(to_view(r->headers_out.location->value),
                                 to_view(r->headers_in.server));
}

bool is_landing(ngx_http_request_t* r, const Site& site, ClickTargets& targets) {
    if (r->method != NGX_HTTP_GET || !targets.contains(site.name, to_view(r->unparsed_uri))) {
        return false;
    }
    // Who is redirected has not landed yet: the page after it counts, too.
    targets.note(site.name, redirect_path(r));
    return true;
}

void count_answer(ngx_http_request_t* r, const LocConf& conf, Worker& worker,
                  ClickTargets& targets) {
    ngx_uint_t answer_class = status_class(status_of(r));
    if (answer_class < least_class || answer_class > greatest_class) { return; }
    bool of_clicks = is_landing(r, *conf.site, targets);
    bool of_all = conf.landing == landing_all;
    if (!of_clicks && !of_all) { return; }

    ngx_msec_t took = response_time(r);
    ngx_log_debug4(NGX_LOG_DEBUG_HTTP, r->connection->log, 0,
                   "webpush: answer %uixx in %M ms counts%s%s", answer_class, took,
                   of_clicks ? " for clicks" : "", of_all ? " for all" : "");
    LandingTally& tally = worker.landings();
    if (of_clicks) { tally.count(*conf.site, true, answer_class, took); }
    if (of_all) { tally.count(*conf.site, false, answer_class, took); }
}

}  // namespace

ngx_int_t log_landing(ngx_http_request_t* r) noexcept {
    const LocConf& conf = loc_conf(r);
    bool is_candidate = r == r->main && conf.landing != landing_off && conf.handler == nullptr;
    Worker* worker = is_candidate ? main_conf(r).worker : nullptr;
    ClickTargets* targets = worker != nullptr ? worker->click_targets() : nullptr;
    if (targets != nullptr) {
        guarded(r->connection->log, "landing", [&] { count_answer(r, conf, *worker, *targets); });
    }
    return NGX_OK;
}

}  // namespace ngx_webpush
