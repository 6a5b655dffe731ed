// webpush/http_field.h: what fields of requests and answers say.
#include "webpush/http_field.h"

#include "tap.h"

using namespace webpush;

int main() {
    tap::ok(is_json_type("application/json") && is_json_type(" Application/JSON ; charset=utf-8"),
            "application/json, in any case and with parameters");
    tap::ok(!is_json_type("") && !is_json_type("text/json") && !is_json_type("application/jsonl"),
            "other types");

    tap::ok(
        is_prefetch("prefetch") && is_prefetch("\tPrefetch") && is_prefetch("prefetch;prerender"),
        "a load before anybody asked");
    tap::ok(!is_prefetch("") && !is_prefetch("prefetched") && !is_prefetch("prerender;prefetch"),
            "no such load");

    tap::ok(is_origin_of_host("https://Shop.example:8443", "shop.example:8443", true),
            "own origin");
    tap::ok(is_origin_of_host("https://shop.example", "shop.example", false),
            "TLS ended before us");
    tap::ok(is_origin_of_host("http://localhost:80", "localhost:80", false),
            "own origin in the clear");
    tap::ok(!is_origin_of_host("http://shop.example", "shop.example", true), "weaker than we are");
    tap::ok(!is_origin_of_host("https://shop.example:8443", "shop.example", true), "another port");
    tap::ok(!is_origin_of_host("https://shop.example.evil", "shop.example", true), "a longer name");
    tap::ok(!is_origin_of_host("null", "shop.example", true) &&
                !is_origin_of_host("https://", "", true),
            "no origin, no host");

    tap::is(path_on_host("/a?b", "shop.example"), "/a?b", "a path");
    tap::is(path_on_host("https://SHOP.example:8443/a", "shop.example"), "/a", "a URL of the host");
    tap::is(path_on_host("https://other.example/a", "shop.example"), "", "a URL of another host");
    tap::is(path_on_host("https://shop.example", "shop.example"), "", "a URL without a path");
    tap::is(path_on_host("mailto:a@shop.example", "shop.example"), "", "no URL of a host");
    return tap::done_testing();
}
