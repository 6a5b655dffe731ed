// Who uses a subscription: a person whom the site knows, if somebody vouches for that.
#pragma once

#include <string_view>

#include "ngx.h"
#include "webpush/event_request.h"

namespace ngx_webpush {

// The contact of webpush_contact; "" where nobody is known, or by something that is no contact id.
// Valid as long as the request.
std::string_view contact_of_server(ngx_http_request_t* r);

// A claim of the page: proven by the site's back end, or believed by directive.
bool is_believed(ngx_http_request_t* r, const webpush::Identification& claim);

}  // namespace ngx_webpush
