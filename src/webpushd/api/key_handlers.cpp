#include <algorithm>
#include <optional>
#include <utility>

#include "handlers.h"
#include "log.h"
#include "members.h"
#include "site_keys.h"
#include "store/key_store.h"
#include "store/site_store.h"
#include "webpush/json_out.h"

namespace webpushd {
namespace {

using webpush::JsonWriter;
using webpush::Problem;
using webpush::Result;

webpush::Error no_such_site(const std::string& name) { return not_found("no site " + name); }

void write_vapid_keys(JsonWriter& json, ApiCall& call, const Site& site, const SiteKeys& keys) {
    json.member("vapid", site.vapid);
    json.key("vapid_keys");  // the current one first
    json.begin_array();
    std::vector<VapidKeyUse> uses = vapid_key_uses(call.db, site.id);
    std::stable_partition(uses.begin(), uses.end(),
                          [&](const VapidKeyUse& use) { return use.id == site.vapid; });
    for (const VapidKeyUse& use : uses) {
        json.begin_object();
        json.member("id", use.id);
        json.member("public_key", use.public_key);
        json.member("created_at", use.created_at);
        json.member("subscriptions", use.subscriptions);
        json.member("here", keys.find_vapid(use.id) != nullptr);
        json.end_object();
    }
    json.end_array();
}

void write_files(JsonWriter& json, const Settings& settings, const Site& site) {
    const std::string directory = settings.edge_dir + "/" + site.name;
    json.key("files");
    json.begin_object();
    json.member("edge_dir", settings.edge_dir);
    json.member("log_dir", settings.log_dir);
    json.member("link_keys", directory + "/link.keys");
    json.member("identity_keys", directory + "/identity.keys");
    json.member("vapid_keys", directory + "/vapid.keys");
    json.member("config", directory + "/public/config.json");
    json.end_object();
}

// Keys that are not used before every edge has loaded them.
void write_waiting(JsonWriter& json, ApiCall& call, const Site& site) {
    json.key("waiting_keys");
    json.begin_array();
    for (const SecretKind kind : {SecretKind::link, SecretKind::identity}) {
        const auto id = waiting_key(call.settings, site.name, kind);
        if (!id) { continue; }
        const KeyLoads loads = key_loads(call.db, site.name, kind, *id);
        json.begin_object();
        json.member("kind", file_word(kind));
        json.member("id", *id);
        json.member("logs_with", loads.loaded);
        json.member("logs_without", loads.waiting);
        json.end_object();
    }
    json.end_array();
}

Response keys_response(ApiCall& call, const Site& site) {
    const SiteKeys keys = load_site_keys(call.settings, site.name);
    Response response;
    JsonWriter json(response.body);
    json.begin_object();
    json.member("site", site.name);
    json.member("push_path", site.push_path);
    write_vapid_keys(json, call, site, keys);
    json.key("link_keys");  // the signing one first
    json.begin_array();
    for (const auto& key : keys.link.all()) {
        json.value(std::int64_t{key.id});
    }
    json.end_array();
    write_waiting(json, call, site);
    write_files(json, call.settings, site);
    json.end_object();
    return response;
}

// The private half first: what is subscribed with it can be sent to, whatever happens then.
void rotate_vapid(ApiCall& call, Site& site) {
    const VapidKey key = add_vapid_key(call.settings, site.name);
    set_current_vapid_key(call.db, site, {key.id, key.pair.public_key});
    log_info("site {}: VAPID key {} takes the place of {}", site.name, key.id, site.vapid);
    site.vapid = key.id;
}

std::optional<webpush::Error> rotate_secret(ApiCall& call, const Site& site, SecretKind kind) {
    if (waiting_key(call.settings, site.name, kind)) {
        return webpush::Error{Problem::conflict, "kind",
                              "the last new key still waits for an edge that has not loaded it"};
    }
    add_waiting_key(call.settings, site.name, kind);
    return std::nullopt;
}

std::optional<webpush::Error> rotate(ApiCall& call, Site& site, std::string_view kind) {
    if (kind == "vapid") {
        rotate_vapid(call, site);
        return std::nullopt;
    }
    return rotate_secret(call, site, kind == "link" ? SecretKind::link : SecretKind::identity);
}

}  // namespace

Result<Response> show_site_keys(ApiCall& call) {
    const auto site = find_site(call.db, call.parameters.front());
    if (!site) { return no_such_site(call.parameters.front()); }
    return keys_response(call, *site);
}

Result<Response> rotate_site_keys(ApiCall& call) {
    const auto json = call.json();
    if (!json.ok()) { return json.error(); }
    if (auto error = unknown_member(*json, {"kind"})) { return *error; }
    const auto kind = json->string("kind", 16);
    if (!kind.ok()) { return kind.error(); }
    if (*kind != "vapid" && *kind != "link" && *kind != "identity") {
        return webpush::Error{Problem::field_invalid, "kind", "vapid, link or identity"};
    }

    Transaction transaction(call.db);
    auto site = lock_site(call.db, call.parameters.front());
    if (!site) { return no_such_site(call.parameters.front()); }
    if (auto error = rotate(call, *site, *kind)) { return *error; }
    // Before the commit: when the files cannot be written, nothing has changed.
    write_edge_files(call.settings, *site);
    transaction.commit();
    return keys_response(call, *site);
}

Result<Response> retire_site_key(ApiCall& call) {
    const auto json = call.json();
    if (!json.ok()) { return json.error(); }
    if (auto error = unknown_member(*json, {"vapid"})) { return *error; }
    const auto given = json->string("vapid", 32);
    if (!given.ok()) { return given.error(); }
    const std::string id(*given);

    Transaction transaction(call.db);
    const auto site = lock_site(call.db, call.parameters.front());
    if (!site) { return no_such_site(call.parameters.front()); }
    const std::vector<VapidKeyUse> uses = vapid_key_uses(call.db, site->id);
    const auto use = std::find_if(uses.begin(), uses.end(),
                                  [&](const VapidKeyUse& key) { return key.id == id; });
    if (use == uses.end()) { return not_found("no VAPID key " + id); }
    if (id == site->vapid) {
        return webpush::Error{Problem::conflict, "vapid", "it is the current key: rotate first"};
    }
    if (!remove_vapid_key(call.db, site->id, id)) {
        return webpush::Error{Problem::conflict, "vapid",
                              std::to_string(use->subscriptions) +
                                  " subscriptions were made with it: nobody else can send to them"};
    }
    transaction.commit();
    remove_vapid_key_file(call.settings, site->name, id);
    write_edge_files(call.settings, *site);
    log_info("site {}: VAPID key {} is retired", site->name, id);
    return keys_response(call, *site);
}

}  // namespace webpushd
