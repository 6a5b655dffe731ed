#include <algorithm>

#include "doctor/checks.h"
#include "doctor/config_json.h"
#include "webpush/base64url.h"
#include "webpush/edge_files.h"
#include "webpush/link_keys.h"

namespace webpush_cli::doctor {
namespace {

constexpr const char* write_again =
    "webpushd writes these files when it starts: start it again, then: nginx -s reload";

// True when the file could be read; a problem is noted when not.
bool is_there(Group& group, const std::string& what, const FileText& file) {
    if (file.error.empty()) { return true; }
    group.problem(
        what, file.path + ": " + file.error,
        file.error == "Permission denied" ? "Run this as root: sudo webpush doctor" : write_again);
    return false;
}

std::string joined(const std::vector<std::int64_t>& ids) {
    std::string list;
    for (const std::int64_t id : ids) {
        list += (list.empty() ? "" : ", ") + std::to_string(id);
    }
    return list.empty() ? "none" : list;
}

void check_directory(const Facts& facts, Group& group) {
    if (facts.edge.directory == facts.site.edge_dir) {
        group.ok("directory", facts.edge.directory);
    } else {
        group.problem(
            "directory",
            "nginx reads " + facts.edge.directory + ", webpushd writes " + facts.site.edge_dir,
            "In nginx.conf, in http: webpush_edge_dir " + facts.site.edge_dir + ";");
    }
}

void check_link_keys(const Facts& facts, Group& group) {
    const FileText& file = facts.edge.link_keys;
    if (!is_there(group, "link keys", file)) { return; }
    const auto keys = webpush::LinkKeys::parse(file.text);
    if (!keys.ok()) {
        group.problem("link keys", file.path + ": " + keys.error().detail, write_again);
        return;
    }
    std::vector<std::int64_t> ids;
    for (const auto& key : keys->all()) {
        ids.push_back(key.id);
    }
    if (ids == facts.site.link_keys) {
        group.ok("link keys", joined(ids));
    } else {
        group.problem("link keys",
                      "the file has " + joined(ids) + ", webpushd " + joined(facts.site.link_keys),
                      write_again);
    }
}

// Links that running workers cannot verify lead nowhere.
void check_loaded(const Facts& facts, Group& group) {
    if (!facts.logs.loaded_keys) {
        group.skipped("in nginx", "no event log tells what the workers have loaded");
        return;
    }
    const auto found = facts.logs.loaded_keys->find(facts.site.name);
    const auto loaded =
        found == facts.logs.loaded_keys->end() ? std::vector<std::int64_t>() : found->second;
    const auto is_loaded = [&loaded](std::int64_t id) {
        return std::find(loaded.begin(), loaded.end(), id) != loaded.end();
    };
    const auto& wanted = facts.site.link_keys;
    if (std::all_of(wanted.begin(), wanted.end(), is_loaded)) {
        group.ok("in nginx", "the workers have loaded " + joined(loaded));
    } else {
        group.problem("in nginx",
                      "the workers have loaded " + joined(loaded) + ", not " + joined(wanted),
                      "nginx -s reload");
    }
}

void check_vapid_keys(const Facts& facts, Group& group) {
    const FileText& file = facts.edge.vapid_keys;
    if (!is_there(group, "VAPID keys", file)) { return; }
    const auto keys = webpush::parse_vapid_keys(file.text);
    if (!keys.ok()) {
        group.problem("VAPID keys", file.path + ": " + keys.error().detail, write_again);
        return;
    }
    for (const PublicKeyFact& wanted : facts.site.vapid_keys) {
        const bool found = std::any_of(keys->begin(), keys->end(), [&](const auto& key) {
            return key.id == wanted.id &&
                   webpush::base64url(webpush::view(key.key)) == wanted.public_key;
        });
        if (!found) {
            group.problem("VAPID keys", "the file lacks " + wanted.id, write_again);
            return;
        }
    }
    group.ok("VAPID keys", facts.site.vapid + " is current");
}

void check_config(const Facts& facts, Group& group) {
    const FileText& file = facts.edge.config;
    if (!is_there(group, "config.json", file)) { return; }
    const std::string fault = config_fault(file.text, facts.site);
    if (fault.empty()) {
        group.ok("config.json", "has the current key");
    } else {
        group.problem("config.json", file.path + " " + fault, write_again);
    }
}

}  // namespace

void check_keys(const Facts& facts, Findings& findings) {
    Group group(findings, "keys");
    if (!facts.site.error.empty()) {
        group.skipped("keys", "webpushd does not tell its own");
        return;
    }
    check_directory(facts, group);
    check_link_keys(facts, group);
    check_loaded(facts, group);
    check_vapid_keys(facts, group);
    check_config(facts, group);
}

}  // namespace webpush_cli::doctor
