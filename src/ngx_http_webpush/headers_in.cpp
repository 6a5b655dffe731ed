#include "headers_in.h"

#include "str.h"

namespace ngx_webpush {
namespace {

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
        text.remove_prefix(1);
    }
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
        text.remove_suffix(1);
    }
    return text;
}

}  // namespace

std::string_view header_in(ngx_http_request_t* r, std::string_view name) {
    for (ngx_list_part_t* part = &r->headers_in.headers.part; part; part = part->next) {
        auto* headers = static_cast<ngx_table_elt_t*>(part->elts);
        for (ngx_uint_t i = 0; i < part->nelts; ++i) {
            std::string_view key(reinterpret_cast<char*>(headers[i].lowcase_key),
                                 headers[i].key.len);
            if (key == name) { return to_view(headers[i].value); }
        }
    }
    return {};
}

bool is_json(ngx_http_request_t* r) {
    if (r->headers_in.content_type == nullptr) { return false; }
    std::string_view type = to_view(r->headers_in.content_type->value);
    return equal_ignoring_case(trim(type.substr(0, type.find(';'))), "application/json");
}

bool is_prefetch(ngx_http_request_t* r) {
    for (std::string_view name : {"sec-purpose", "purpose", "x-moz"}) {
        std::string_view purpose = trim(header_in(r, name));
        // "prefetch", or a list that starts with it: "prefetch;prerender"
        if (equal_ignoring_case(trim(purpose.substr(0, purpose.find(';'))), "prefetch")) {
            return true;
        }
    }
    return false;
}

}  // namespace ngx_webpush
