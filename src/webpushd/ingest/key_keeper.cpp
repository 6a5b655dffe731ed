#include "ingest/key_keeper.h"

#include <stdexcept>

#include "log.h"
#include "site_keys.h"
#include "store/key_store.h"
#include "store/site_store.h"

namespace webpushd {

namespace {

// The row is locked, so that nobody else changes the site's files meanwhile.
void use_waiting_key(Connection& db, const Settings& settings, const std::string& name,
                     SecretKind kind) {
    Transaction transaction(db);
    const auto site = lock_site(db, name);
    if (!site) { return; }
    const auto id = waiting_key(settings, name, kind);
    if (!id || !loaded_everywhere(key_loads(db, name, kind, *id))) { return; }
    use_waiting_key(settings, name, kind);
    write_edge_files(settings, *site);
    transaction.commit();
    log_info("site {}: {} key {} is used from now on, every edge knows it", name, file_word(kind),
             *id);
}

}  // namespace

void KeyKeeper::look() {
    if (!looking_.is_due()) { return; }
    for (const Site& site : all_sites(db_)) {
        for (const SecretKind kind : {SecretKind::link, SecretKind::identity}) {
            try {
                if (!waiting_key(settings_, site.name, kind)) { continue; }
                use_waiting_key(db_, settings_, site.name, kind);
            } catch (const DbError&) { throw; } catch (const std::runtime_error&) {
                // No keys of this site here, or not readable: others say so.
            }
        }
    }
}

}  // namespace webpushd
