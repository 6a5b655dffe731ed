#include "site_files.h"

#include <algorithm>
#include <optional>

#include "key_file.h"

namespace ngx_webpush {
namespace {

// LinkKeys or IdentityKeys; nullopt after an [emerg].
template <typename Keys>
std::optional<Keys> load_secret_keys(ngx_conf_t* cf, const std::string& path) {
    auto text = read_key_file(cf, path, Readers::owner_and_group);
    if (!text) { return std::nullopt; }
    auto keys = Keys::parse(text->view());
    if (keys) { return std::move(*keys); }
    refuse_key_file(cf, path, keys.error().detail.c_str());
    return std::nullopt;
}

// A webpushd of an earlier version has written none.
std::optional<webpush::IdentityKeys> load_identity_keys(ngx_conf_t* cf, const std::string& path) {
    ngx_file_info_t info;
    bool is_missing = ngx_file_info(path.c_str(), &info) == NGX_FILE_ERROR && errno == NGX_ENOENT;
    if (is_missing) { return webpush::IdentityKeys(); }
    return load_secret_keys<webpush::IdentityKeys>(cf, path);
}

std::optional<std::vector<webpush::VapidPublicKey>> load_vapid_keys(ngx_conf_t* cf,
                                                                    const std::string& path) {
    auto text = read_key_file(cf, path, Readers::anybody);
    if (!text) { return std::nullopt; }
    auto keys = webpush::parse_vapid_keys(text->view());
    if (keys) { return std::move(*keys); }
    refuse_key_file(cf, path, keys.error().detail.c_str());
    return std::nullopt;
}

}  // namespace

const Site* Sites::load(ngx_conf_t* cf, std::string_view directory, std::string_view name) {
    for (const auto& site : sites_) {
        if (site->directory == directory && site->name == name) { return site.get(); }
    }

    std::string folder = std::string(directory) + "/" + std::string(name);
    auto link_keys = load_secret_keys<webpush::LinkKeys>(cf, folder + "/link.keys");
    if (!link_keys) { return nullptr; }
    auto vapid_keys = load_vapid_keys(cf, folder + "/vapid.keys");
    if (!vapid_keys) { return nullptr; }
    auto identity_keys = load_identity_keys(cf, folder + "/identity.keys");
    if (!identity_keys) { return nullptr; }

    sites_.push_back(std::make_unique<Site>(Site{std::string(directory), std::string(name),
                                                 std::move(*link_keys), std::move(*vapid_keys),
                                                 std::move(*identity_keys), nullptr}));
    return sites_.back().get();
}

bool Sites::count_in(const std::function<SiteCounters*(const std::string& name)>& counters_of) {
    return std::all_of(sites_.begin(), sites_.end(), [&](auto& site) {
        site->counters = counters_of(site->name);
        return site->counters != nullptr;
    });
}

bool Site::has_vapid_key(std::string_view id) const {
    return std::any_of(vapid_keys.begin(), vapid_keys.end(),
                       [id](const auto& key) { return key.id == id; });
}

}  // namespace ngx_webpush
