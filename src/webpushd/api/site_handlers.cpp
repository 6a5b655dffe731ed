#include <utility>

#include "handlers.h"
#include "members.h"
#include "site_input.h"
#include "site_keys.h"
#include "store/site_store.h"
#include "webpush/json_out.h"

namespace webpushd {
namespace {

using webpush::JsonWriter;
using webpush::Problem;
using webpush::Result;

webpush::Error no_such_site(const std::string& name) { return not_found("no site " + name); }

void write_site(JsonWriter& json, const Site& site) {
    json.begin_object();
    json.member("name", site.name);
    json.member("origin", site.origin);
    json.member("push_path", site.push_path);
    json.member("contact", site.contact);
    json.member("vapid", site.vapid);
    json.member("consent_version", site.prompt.consent_version);
    json.key("prompt");
    json.begin_object();
    json.member("title", site.prompt.title);
    json.member("text", site.prompt.text);
    json.member("accept", site.prompt.accept);
    json.member("later", site.prompt.later);
    json.member("auto", site.prompt.automatic);
    json.end_object();
    json.end_object();
}

Response site_response(int status, const Site& site) {
    Response response;
    response.status = status;
    JsonWriter json(response.body);
    write_site(json, site);
    return response;
}

// Two that ask for the same new name at once: the database lets one of them have it.
Result<Site> insert_unless_taken(ApiCall& call, const Site& site) {
    const webpush::Error taken{Problem::conflict, "name", "there is a site with this name"};
    if (find_site(call.db, site.name)) { return taken; }
    const std::string id = make_site_keys(call.settings, site.name);
    const SiteKeys keys = load_site_keys(call.settings, site.name);
    try {
        return insert_site(call.db, site, {id, keys.find_vapid(id)->pair.public_key});
    } catch (const DbError& error) {
        if (error.sqlstate() == unique_violation) { return taken; }
        throw;
    }
}

}  // namespace

Result<Response> list_sites(ApiCall& call) {
    Response response;
    JsonWriter json(response.body);
    json.begin_object();
    json.key("sites");
    json.begin_array();
    for (const Site& site : all_sites(call.db)) { write_site(json, site); }
    json.end_array();
    json.end_object();
    return response;
}

Result<Response> create_site(ApiCall& call) {
    const auto json = call.json();
    if (!json.ok()) { return json.error(); }
    if (auto error = unknown_member(*json, {"name", "origin", "push_path", "contact",
                                            "consent_version", "prompt"})) {
        return *error;
    }
    const auto given = json->string("name", 255);
    if (!given.ok()) { return given.error(); }
    auto name = check_site_name(*given);
    if (!name.ok()) { return name.error(); }
    Site site;
    site.name = std::move(*name);
    auto changed = apply_changes(std::move(site), *json);
    if (!changed.ok()) { return changed.error(); }

    Transaction transaction(call.db);
    const auto inserted = insert_unless_taken(call, *changed);
    if (!inserted.ok()) { return inserted.error(); }
    // Before the commit: when the files cannot be written, there is no such site.
    write_edge_files(call.settings, *inserted);
    transaction.commit();
    Response response = site_response(201, *inserted);
    response.headers.emplace_back("Location", "/v1/sites/" + inserted->name);
    return response;
}

Result<Response> show_site(ApiCall& call) {
    const auto site = find_site(call.db, call.parameters.front());
    if (!site) { return no_such_site(call.parameters.front()); }
    return site_response(200, *site);
}

Result<Response> change_site(ApiCall& call) {
    const auto json = call.json();
    if (!json.ok()) { return json.error(); }
    if (auto error = unknown_member(*json, {"origin", "push_path", "contact", "consent_version",
                                            "prompt"})) {
        return *error;
    }
    Transaction transaction(call.db);
    auto site = lock_site(call.db, call.parameters.front());
    if (!site) { return no_such_site(call.parameters.front()); }
    const auto changed = apply_changes(std::move(*site), *json);
    if (!changed.ok()) { return changed.error(); }

    update_site(call.db, *changed);
    // Before the commit: when the files cannot be written, nothing has changed.
    write_edge_files(call.settings, *changed);
    transaction.commit();
    return site_response(200, *changed);
}

}  // namespace webpushd
