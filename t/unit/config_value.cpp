// webpush/config_value.h: what an operator may set. That nginx refuses the rest is t/10-conf-edge.t's.
#include "webpush/config_value.h"

#include <string>

#include "tap.h"

using namespace webpush;

int main() {
    tap::ok(is_site_name("a") && is_site_name("shop-2") && is_site_name(std::string(63, 'x')), "site names");
    tap::ok(!is_site_name("") && !is_site_name("-a") && !is_site_name("Shop") && !is_site_name("a/b") &&
                !is_site_name("..") && !is_site_name(std::string(64, 'x')),
            "no site names");

    tap::ok(is_edge_id("web1.shop_EU-2") && is_edge_id(std::string(64, 'x')), "edge ids");
    tap::ok(!is_edge_id("") && !is_edge_id("a/b") && !is_edge_id("a b") && !is_edge_id(std::string(65, 'x')),
            "no edge ids");

    tap::ok(is_origin("https://shop.example") && is_origin("http://[::1]:8080"), "origins");
    tap::ok(!is_origin("shop.example") && !is_origin("https://") && !is_origin("https://shop.example/") &&
                !is_origin("https://Shop.example"),
            "no origins");

    tap::ok(is_endpoint_host(".push.example") && is_endpoint_host("push.example"), "endpoint hosts");
    tap::ok(!is_endpoint_host("") && !is_endpoint_host("push.example:443"), "no endpoint hosts");

    tap::ok(is_redirect_target("/gone?x#y") && is_redirect_target("https://shop.example"), "targets");
    tap::ok(!is_redirect_target("") && !is_redirect_target("shop") && !is_redirect_target("/a b") &&
                !is_redirect_target("/a\r\nSet-Cookie:b") && !is_redirect_target("ftp://x"),
            "no targets");
    return tap::done_testing();
}
