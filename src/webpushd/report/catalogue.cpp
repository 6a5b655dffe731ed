#include "catalogue.h"

#include <mutex>

#include "files.h"
#include "guard.h"
#include "store/catalogue_store.h"
#include "webpush/catalogue.h"

namespace webpushd {
namespace {

constexpr mode_t readable_as_the_event_logs = 0640;

// From reading the runs to writing the file, so that the last to write has all of them.
std::mutex writing;

}  // namespace

void write_catalogue(const Settings& settings, Connection& db) noexcept {
    guarded("catalogue", [&] {
        const std::lock_guard lock(writing);
        const std::string path =
            settings.state_dir + "/" + std::string(webpush::catalogue_file_name);
        write_file(path, webpush::catalogue_file(list_runs(db)), readable_as_the_event_logs);
    });
}

}  // namespace webpushd
