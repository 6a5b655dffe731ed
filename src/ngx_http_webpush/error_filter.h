// nginx's own refusals in our locations (413, 403 by "deny", 503 by limit_req ...) as
// problem+json, so that clients meet one format only.
#pragma once

namespace ngx_webpush {

void install_error_filter() noexcept;

}  // namespace ngx_webpush
