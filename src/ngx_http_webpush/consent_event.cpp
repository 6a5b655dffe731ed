#include "consent_event.h"

#include <string>

#include "clock.h"
#include "guard.h"
#include "request_context.h"
#include "worker.h"

namespace ngx_webpush {

void record_consent_event(ngx_http_request_t* r, webpush::ConsentChange change) noexcept {
    guarded(r->connection->log, "event record", [=] {
        Worker* worker = main_conf(r).worker;
        std::string line;
        webpush::append_line(line, webpush::ConsentEventRecord{
                                       now_ms(), loc_conf(r).site->name, change,
                                       request_context(r, true)->subscription});
        worker->events().append(line);
    });
}

}  // namespace ngx_webpush
