#include "default_site.h"

#include <string>

#include "log.h"
#include "site_keys.h"
#include "store/site_store.h"

namespace webpushd {

namespace {

// Keys first: a site in the database always has its keys somewhere.
void make_default_site(const Settings& settings, Connection& db) {
    Site site;
    site.name = std::string(default_site);
    const bool had_keys = has_site_keys(settings, site.name);
    const std::string key_id = make_site_keys(settings, site.name);
    const SiteKeys keys = load_site_keys(settings, site.name);
    try {
        Transaction transaction(db);
        insert_site(db, site, {key_id, keys.find_vapid(key_id)->pair.public_key});
        transaction.commit();
        log_info("made the site \"{}\" with its keys", site.name);
    } catch (const DbError& error) {
        // Another daemon on the same database was quicker: only its keys are the site's.
        if (error.sqlstate() != unique_violation) { throw; }
        if (!had_keys) { remove_site_keys(settings, site.name); }
    }
}

}  // namespace

void prepare_sites(const Settings& settings, Connection& db) {
    if (!find_site(db, default_site)) { make_default_site(settings, db); }
    for (const Site& site : all_sites(db)) {
        try {
            write_edge_files(settings, site);
        } catch (const std::runtime_error& error) {
            log_warn("site \"{}\": no files for the edge, nothing is sent from here: {}", site.name,
                     error.what());
        }
    }
}

}  // namespace webpushd
