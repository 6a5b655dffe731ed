// What may be set on a site, over the API. What is accepted is accepted again and changes nothing, and
// is fit for the edge.
#include "api/site_input.h"

#include "fuzz.h"
#include "webpush/config_value.h"
#include "webpush/json_out.h"

namespace {

using webpushd::Site;

std::string written(const Site& site) {
    std::string text;
    webpush::JsonWriter json(text);
    json.begin_object();
    json.member_if("origin", site.origin);
    json.member_if("push_path", site.push_path);
    json.member_if("contact", site.contact);
    json.member_if("consent_version", site.prompt.consent_version);
    json.key("prompt");
    json.begin_object();
    json.member("title", site.prompt.title);
    json.member("text", site.prompt.text);
    json.member("accept", site.prompt.accept);
    json.member("later", site.prompt.later);
    json.member("auto", site.prompt.automatic);
    json.end_object();
    json.end_object();
    return text;
}

void is_fit(const Site& site) {
    require(site.origin.empty() || webpush::is_origin(site.origin));
    require(webpush::is_redirect_target(site.push_path) && site.push_path.ends_with('/'));
    for (const std::string& text : {site.prompt.title, site.prompt.text, site.prompt.accept}) {
        require(!text.empty() && webpush::is_utf8(text));
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static webpush::JsonReader reader;
    const std::string_view text = input(data, size);
    const auto name = webpushd::check_site_name(text);
    require(name.ok() == webpush::is_site_name(text));
    require(!webpushd::check_origin(text) || webpush::is_origin(text));

    const auto json = reader.parse(text);
    if (!json) { return 0; }
    const auto site = webpushd::apply_changes(Site(), *json);
    if (!site) { return 0; }
    is_fit(*site);
    const auto again = reader.parse(written(*site));
    require(again.ok());
    const auto same = webpushd::apply_changes(Site(), *again);
    require(same.ok() && written(*same) == written(*site));
    return 0;
}
