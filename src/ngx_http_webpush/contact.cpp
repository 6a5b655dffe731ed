#include "contact.h"

#include "complex_value.h"
#include "conf.h"

namespace ngx_webpush {

std::string_view contact_of_server(ngx_http_request_t* r) {
    std::string_view contact = value_of(r, loc_conf(r).contact);
    if (contact.empty() || webpush::is_contact_id(contact)) { return contact; }
    ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                  "webpush: the value of \"webpush_contact\" is no contact id");
    return {};
}

bool is_believed(ngx_http_request_t* r, const webpush::Identification& claim) {
    const LocConf& conf = loc_conf(r);
    bool is_proven = conf.site->identity_keys.verify(claim.proof, conf.site->name, claim.contact);
    ngx_log_debug2(NGX_LOG_DEBUG_HTTP, r->connection->log, 0,
                   "webpush: contact of the page is %sproven, unsigned ones are %s",
                   is_proven ? "" : "not ", conf.contact_unsigned ? "believed" : "refused");
    return is_proven || conf.contact_unsigned;
}

}  // namespace ngx_webpush
