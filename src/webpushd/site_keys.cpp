#include "site_keys.h"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <stdexcept>

#include "files.h"
#include "webpush/base64url.h"
#include "webpush/contact_proof.h"
#include "webpush/hmac.h"
#include "webpush/key_file.h"
#include "webpush/vapid.h"

namespace webpushd {

namespace {

constexpr std::string_view vapid_prefix = "vapid-";
constexpr std::string_view key_suffix = ".key";

std::string keys_of(const Settings& settings, const std::string& site) {
    return settings.state_dir + "/keys/" + site;
}

struct KeyFile {
    std::string path;
    timespec changed{};
};

bool is_newer(const KeyFile& a, const KeyFile& b) {
    if (a.changed.tv_sec != b.changed.tv_sec) { return a.changed.tv_sec > b.changed.tv_sec; }
    if (a.changed.tv_nsec != b.changed.tv_nsec) { return a.changed.tv_nsec > b.changed.tv_nsec; }
    return a.path < b.path;
}

// Newest first: the newest is the one to subscribe with.
std::vector<KeyFile> vapid_files(const std::string& directory) {
    std::vector<KeyFile> files;
    const std::unique_ptr<DIR, int (*)(DIR*)> listing(::opendir(directory.c_str()), ::closedir);
    if (!listing) { return files; }
    while (const dirent* entry = ::readdir(listing.get())) {
        const std::string_view name = entry->d_name;
        if (!name.starts_with(vapid_prefix) || !name.ends_with(key_suffix)) { continue; }
        KeyFile file{directory + "/" + std::string(name)};
        struct stat info;
        if (::stat(file.path.c_str(), &info) != 0) { continue; }
        file.changed = info.st_mtim;
        files.push_back(std::move(file));
    }
    std::sort(files.begin(), files.end(), is_newer);
    return files;
}

std::string_view without_newline(std::string_view text) {
    while (text.ends_with('\n')) { text.remove_suffix(1); }
    return text;
}

// 32 octets as base64url, which is how every secret of ours lies on the disk.
std::string load_secret(const std::string& path) {
    const std::string text = read_file(path);
    auto octets = webpush::base64url_decode(without_newline(text));
    if (!octets || octets->size() != 32) {
        throw std::runtime_error(path + " is not 32 octets in base64url");
    }
    return *std::move(octets);
}

VapidKey load_vapid_key(const std::string& path) {
    VapidKey key;
    key.pair.private_key = *webpush::to_octets<32>(load_secret(path));
    const auto public_key = webpush::public_key_of(key.pair.private_key);
    if (!public_key) { throw std::runtime_error(path + " is not a P-256 private key"); }
    key.pair.public_key = *public_key;
    key.id = webpush::vapid_key_id(*public_key);
    return key;
}

std::string vapid_file(const std::string& directory, const std::string& id) {
    return directory + "/" + std::string(vapid_prefix) + id + std::string(key_suffix);
}

std::string make_vapid_key(const std::string& directory) {
    const webpush::KeyPair pair = webpush::generate_key_pair();
    std::string id = webpush::vapid_key_id(pair.public_key);
    write_file(vapid_file(directory, id), webpush::base64url(webpush::view(pair.private_key)) + "\n", 0600);
    return id;
}

std::string new_secret() {
    webpush::Octets<32> secret;
    webpush::random_bytes(secret.data(), secret.size());
    return webpush::base64url(webpush::view(secret)) + "\n";
}

void make_identity_key(const std::string& directory) {
    const std::string path = directory + "/identity.keys";
    if (!exists(path)) { write_file(path, webpush::new_identity_key_file(), 0600); }
}

webpush::LinkKeys load_link_keys(const std::string& path) {
    auto keys = webpush::LinkKeys::parse(read_file(path));
    if (!keys.ok()) { throw std::runtime_error(path + ": " + keys.error().detail); }
    return std::move(*keys);
}

std::string secret_path(const Settings& settings, const std::string& site, SecretKind kind) {
    return keys_of(settings, site) + "/" + std::string(file_word(kind)) + ".keys";
}

// All public keys of a site, the current one first.
std::vector<webpush::VapidPublicKey> public_keys(const SiteKeys& keys, const std::string& current) {
    std::vector<webpush::VapidPublicKey> list;
    for (const VapidKey& key : keys.vapid) { list.push_back({key.id, key.pair.public_key}); }
    std::stable_partition(list.begin(), list.end(),
                          [&](const webpush::VapidPublicKey& key) { return key.id == current; });
    return list;
}

}  // namespace

const VapidKey* SiteKeys::find_vapid(std::string_view id) const {
    for (const VapidKey& key : vapid) {
        if (key.id == id) { return &key; }
    }
    return nullptr;
}

std::string make_site_keys(const Settings& settings, const std::string& site) {
    const std::string directory = keys_of(settings, site);
    make_directory(directory, 0700);
    if (!exists(directory + "/link.keys")) {
        write_file(directory + "/link.keys", webpush::new_link_key_file(), 0600);
    }
    make_identity_key(directory);
    if (!exists(directory + "/topic.secret")) {
        write_file(directory + "/topic.secret", new_secret(), 0600);
    }
    const std::vector<KeyFile> present = vapid_files(directory);
    return present.empty() ? make_vapid_key(directory) : load_vapid_key(present.front().path).id;
}

std::string vapid_key_path(const Settings& settings, const std::string& site,
                           const std::string& id) {
    return vapid_file(keys_of(settings, site), id);
}

VapidKey add_vapid_key(const Settings& settings, const std::string& site) {
    const std::string directory = keys_of(settings, site);
    make_directory(directory, 0700);
    return load_vapid_key(vapid_file(directory, make_vapid_key(directory)));
}

void remove_vapid_key_file(const Settings& settings, const std::string& site,
                           const std::string& id) {
    std::filesystem::remove(vapid_key_path(settings, site, id));
}

std::string_view file_word(SecretKind kind) {
    return kind == SecretKind::link ? "link" : "identity";
}

std::optional<int> waiting_key(const Settings& settings, const std::string& site, SecretKind kind) {
    return webpush::waiting_key(read_file(secret_path(settings, site, kind)));
}

void add_waiting_key(const Settings& settings, const std::string& site, SecretKind kind) {
    const std::string path = secret_path(settings, site, kind);
    write_file(path, webpush::with_waiting_key(read_file(path)), 0600);
}

void use_waiting_key(const Settings& settings, const std::string& site, SecretKind kind) {
    const std::string path = secret_path(settings, site, kind);
    write_file(path, webpush::with_waiting_key_first(read_file(path)), 0600);
}

bool has_site_keys(const Settings& settings, const std::string& site) {
    return exists(keys_of(settings, site));
}

void remove_site_keys(const Settings& settings, const std::string& site) {
    std::filesystem::remove_all(keys_of(settings, site));
}

SiteKeys load_site_keys(const Settings& settings, const std::string& site) {
    const std::string directory = keys_of(settings, site);
    std::vector<VapidKey> vapid;
    for (const KeyFile& file : vapid_files(directory)) { vapid.push_back(load_vapid_key(file.path)); }
    if (vapid.empty()) { throw std::runtime_error("no VAPID key in " + directory); }
    return {std::move(vapid), load_link_keys(directory + "/link.keys"),
            load_secret(directory + "/topic.secret")};
}

void write_edge_files(const Settings& settings, const Site& site) {
    const std::string own = keys_of(settings, site.name);
    const SiteKeys keys = load_site_keys(settings, site.name);
    const VapidKey* current = keys.find_vapid(site.vapid);
    if (current == nullptr) {
        throw std::runtime_error("no VAPID key " + site.vapid + " in " + own);
    }
    const std::string directory = settings.edge_dir + "/" + site.name;
    make_directory(directory + "/public", 0755);
    write_file(directory + "/link.keys", read_file(own + "/link.keys"), 0640);
    make_identity_key(own);
    write_file(directory + "/identity.keys", read_file(own + "/identity.keys"), 0640);
    write_file(directory + "/vapid.keys", webpush::vapid_keys_file(public_keys(keys, site.vapid)), 0640);
    const webpush::VapidPublicKey shown{current->id, current->pair.public_key};
    write_file(directory + "/public/config.json",
               webpush::browser_config(site.name, shown, site.prompt), 0644);
}

}  // namespace webpushd
