#include "site_files.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "str.h"

namespace ngx_webpush {
namespace {

constexpr std::size_t max_file_size = 64 * 1024;

std::optional<std::string> unreadable(ngx_conf_t* cf, const char* call, const std::string& path) {
    ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno, "%s \"%s\" failed", call, path.c_str());
    return std::nullopt;
}

// nullopt after an [emerg].
std::optional<std::string> read_file(ngx_conf_t* cf, const std::string& path) {
    ngx_fd_t fd = ngx_open_file(path.c_str(), NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);
    if (fd == NGX_INVALID_FILE) { return unreadable(cf, ngx_open_file_n, path); }

    // One allocation for all: a growing string would leave pieces of secrets behind.
    std::optional<std::string> text(std::in_place, max_file_size, '\0');
    ssize_t size = ngx_read_fd(fd, text->data(), text->size());
    if (size < 0) { text = unreadable(cf, ngx_read_fd_n, path); }
    ngx_close_file(fd);
    if (text) { text->resize(static_cast<std::size_t>(size)); }
    return text;
}

void refuse_file(ngx_conf_t* cf, const std::string& path, const webpush::Error& error) {
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "invalid file \"%s\": %s", path.c_str(),
                       error.detail.c_str());
}

std::optional<webpush::LinkKeys> load_link_keys(ngx_conf_t* cf, const std::string& path) {
    auto text = read_file(cf, path);
    if (!text) { return std::nullopt; }
    auto keys = webpush::LinkKeys::parse(*text);
    explicit_bzero(text->data(), text->size());
    if (!keys) {
        refuse_file(cf, path, keys.error());
        return std::nullopt;
    }
    return std::move(*keys);
}

std::optional<std::vector<webpush::VapidPublicKey>> load_vapid_keys(ngx_conf_t* cf,
                                                                    const std::string& path) {
    auto text = read_file(cf, path);
    if (!text) { return std::nullopt; }
    auto keys = webpush::parse_vapid_keys(*text);
    if (!keys) {
        refuse_file(cf, path, keys.error());
        return std::nullopt;
    }
    return std::move(*keys);
}

}  // namespace

const Site* Sites::load(ngx_conf_t* cf, std::string_view directory, std::string_view name) {
    for (const auto& site : sites_) {
        if (site->directory == directory && site->name == name) { return site.get(); }
    }

    std::string folder = std::string(directory) + "/" + std::string(name);
    auto link_keys = load_link_keys(cf, folder + "/link.keys");
    if (!link_keys) { return nullptr; }
    auto vapid_keys = load_vapid_keys(cf, folder + "/vapid.keys");
    if (!vapid_keys) { return nullptr; }

    sites_.push_back(std::make_unique<const Site>(Site{
        std::string(directory), std::string(name), std::move(*link_keys), std::move(*vapid_keys)}));
    return sites_.back().get();
}

bool Site::has_vapid_key(std::string_view id) const {
    return std::any_of(vapid_keys.begin(), vapid_keys.end(),
                       [id](const auto& key) { return key.id == id; });
}

bool is_site_name(std::string_view name) {
    auto is_plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    return !name.empty() && name.size() <= 63 && is_plain(name.front()) &&
           std::all_of(name.begin(), name.end(), [&](char c) { return is_plain(c) || c == '-'; });
}

}  // namespace ngx_webpush
