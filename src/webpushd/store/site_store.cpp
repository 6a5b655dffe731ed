#include "store/site_store.h"

#include "webpush/json_in.h"
#include "webpush/json_out.h"

namespace webpushd {

namespace {

#define SITE_COLUMNS "id, name, origin, push_path, contact, vapid, consent_version, prompt::text"

constexpr std::size_t max_prompt_text = 4096;

std::string prompt_json(const webpush::PromptSettings& prompt) {
    std::string out;
    webpush::JsonWriter json(out);
    json.begin_object();
    json.member("title", prompt.title);
    json.member("text", prompt.text);
    json.member("accept", prompt.accept);
    json.member("later", prompt.later);
    json.member("auto", prompt.automatic);
    json.end_object();
    return out;
}

void take(const webpush::JsonObject& object, std::string_view name, std::string& into) {
    auto text = object.string_or(name, into, max_prompt_text);
    if (text.ok()) { into = std::string(*text); }
}

// What is missing or unreadable keeps its default: a prompt never stops a site.
webpush::PromptSettings prompt_of(std::string_view json, std::string_view consent_version) {
    webpush::PromptSettings prompt;
    prompt.consent_version = std::string(consent_version);
    webpush::JsonReader reader;
    const auto object = reader.parse(json);
    if (!object.ok()) { return prompt; }
    take(*object, "title", prompt.title);
    take(*object, "text", prompt.text);
    take(*object, "accept", prompt.accept);
    take(*object, "later", prompt.later);
    const auto automatic = object->boolean_or("auto", false);
    prompt.automatic = automatic.ok() && *automatic;
    return prompt;
}

Site site_of(const Rows& rows, int row) {
    Site site;
    site.id = static_cast<int>(rows.integer(row, 0));
    site.name = std::string(rows.text(row, 1));
    site.origin = std::string(rows.text(row, 2));
    site.push_path = std::string(rows.text(row, 3));
    site.contact = std::string(rows.text(row, 4));
    site.vapid = std::string(rows.text(row, 5));
    site.prompt = prompt_of(rows.text(row, 7), rows.text(row, 6));
    return site;
}

}  // namespace

std::vector<Site> all_sites(Connection& db) {
    const Rows rows = db.query("SELECT " SITE_COLUMNS " FROM site ORDER BY name");
    std::vector<Site> sites;
    for (int row = 0; row < rows.size(); ++row) { sites.push_back(site_of(rows, row)); }
    return sites;
}

std::optional<Site> find_site(Connection& db, std::string_view name) {
    const Rows rows = db.query("SELECT " SITE_COLUMNS " FROM site WHERE name = $1", {name});
    if (rows.empty()) { return std::nullopt; }
    return site_of(rows, 0);
}

std::optional<Site> lock_site(Connection& db, std::string_view name) {
    db.query("SELECT FROM site WHERE name = $1 FOR UPDATE", {name});
    return find_site(db, name);
}

Site insert_site(Connection& db, const Site& site, const webpush::VapidPublicKey& key) {
    const std::string prompt = prompt_json(site.prompt);
    const Rows rows = db.query(
        "INSERT INTO site (name, origin, push_path, contact, vapid, consent_version, prompt)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb) RETURNING " SITE_COLUMNS,
        {site.name, site.origin, site.push_path, site.contact, key.id, site.prompt.consent_version,
         prompt});
    Site inserted = site_of(rows, 0);
    db.query("INSERT INTO vapid_key (site, id, public_key) VALUES ($1, $2, $3)",
             {inserted.id, key.id, Param::binary(webpush::view(key.key))});
    return inserted;
}

void update_site(Connection& db, const Site& site) {
    const std::string prompt = prompt_json(site.prompt);
    db.query(
        "UPDATE site SET origin = $2, push_path = $3, contact = $4, vapid = $5,"
        " consent_version = $6, prompt = $7::jsonb WHERE id = $1",
        {site.id, site.origin, site.push_path, site.contact, site.vapid, site.prompt.consent_version,
         prompt});
}

}  // namespace webpushd
