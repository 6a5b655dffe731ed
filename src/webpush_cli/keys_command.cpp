// webpush keys
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>

#include "answer.h"
#include "commands.h"
#include "failure.h"
#include "table.h"
#include "webpush/contact_proof.h"
#include "webpush/json_out.h"

namespace webpush_cli {
namespace {

// Where `make install` puts the browser's scripts.
constexpr const char* script_dir = "/usr/local/share/webpush";

std::string location(const std::string& path, const std::string& what) {
    return "        location " + path + " { " + what + " }\n";
}

// A new version must reach every browser: always asked for, rarely sent.
std::string file_location(const std::string& path, const std::string& file) {
    return location("= " + path, "alias " + file + "; add_header Cache-Control no-cache;");
}

// The lines of nginx.conf for this site, to paste.
std::string nginx_lines(const webpush::JsonObject& keys, const webpush::JsonObject& files) {
    const std::string site = text(keys, "site");
    const std::string path = text(keys, "push_path");
    std::string lines = "http {\n";
    lines += "    webpush_edge_dir " + text(files, "edge_dir") + ";\n";
    lines += "    webpush_log_dir " + text(files, "log_dir") + ";\n\n";
    lines += "    server {\n";
    if (site != default_site) { lines += "        webpush_site " + site + ";\n\n"; }
    lines += location("= " + path + "subscribe", "webpush_subscribe;");
    lines += location("= " + path + "unsubscribe", "webpush_unsubscribe;");
    lines += location("= " + path + "event", "webpush_event;");
    lines += location(path + "c/", "webpush_click;");
    lines += "\n";
    lines += file_location(path + "sdk.js", script_dir + std::string("/sdk.js"));
    lines += file_location(path + "sw.js", script_dir + std::string("/sw.js"));
    lines += file_location(path + "config.json", text(files, "config"));
    return lines + "    }\n}\n";
}

// What the back end computes; without the key.
std::string proof_lines(const webpush::JsonObject& keys) {
    const std::string site = text(keys, "site");
    return "    proof = hexadecimal HMAC-SHA256(identity key, \"" + site +
           ":\" + contact id)\n"
           "    PHP: hash_hmac('sha256', '" + site + ":' . $contact_id, $identity_key)\n"
           "    the key: webpush keys " + site + " --show-identity-key\n";
}

std::string joined(const std::vector<std::int64_t>& numbers) {
    std::string list;
    for (const std::int64_t number : numbers) {
        list += (list.empty() ? "" : ", ") + std::to_string(number);
    }
    return list;
}

void print_keys(const Session& session, const std::string& body) {
    const Answer answer(body);
    const auto& keys = answer.root();
    const auto files = keys.object("files");
    if (!files.ok()) { return; }

    Table table({"", ""});
    table.add({"site", text(keys, "site")});
    for (const auto& key : objects(keys, "vapid_keys")) {
        const bool current = text(key, "id") == text(keys, "vapid");
        table.add({current ? "VAPID key" : "older VAPID key", text(key, "id")});
        table.add({"  public", text(key, "public_key")});
    }
    const auto link_keys = keys.integers_or_none("link_keys");
    if (link_keys.ok()) { table.add({"link keys", joined(*link_keys)}); }
    table.add({"link key file", text(*files, "link_keys")});
    table.add({"identity key file", text(*files, "identity_keys")});
    table.add({"VAPID key file", text(*files, "vapid_keys")});
    table.add({"browser config", text(*files, "config")});
    session.print(table.text(session.terminal));
    session.print("\n" + session.terminal.bold("nginx.conf") +
                  " (load_module modules/ngx_http_webpush_module.so; comes first)\n\n" +
                  nginx_lines(keys, *files));
    session.print("\n" + session.terminal.bold("who a contact is") +
                  ", proven by your back end for the event \"identify\"\n\n" + proof_lines(keys));
}

// The file that nginx reads: the daemon gives no secret away.
std::string read_identity_key(const std::string& path) {
    errno = 0;
    std::ifstream in(path, std::ios::binary);
    if (!in) { throw Failure("cannot read " + path + ": " + std::strerror(errno)); }
    const std::string file(std::istreambuf_iterator<char>(in), {});
    const std::string key(webpush::identity_key_text(file));
    if (key.empty()) { throw Failure("no key in " + path); }
    return key;
}

// Alone, so that it can be handed on to where the back end has its secrets.
void print_identity_key(const Session& session, const std::string& body) {
    const Answer answer(body);
    const auto files = answer.root().object("files");
    if (!files.ok()) { return; }
    const std::string key = read_identity_key(text(*files, "identity_keys"));
    std::string json_text;
    webpush::JsonWriter json(json_text);
    json.begin_object();
    json.member("identity_key", key);
    json.end_object();
    if (!session.print_json(json_text)) { session.print(key + "\n"); }
}

}  // namespace

void add_keys_command(CLI::App& app, Session& session) {
    CLI::App* command = add_command(
        app, "keys", "a site's public keys, and the nginx lines to paste", "webpush keys default");
    auto site = std::make_shared<std::string>(default_site);
    command->add_option("NAME", *site, "the site")->capture_default_str();
    auto show_identity_key = std::make_shared<bool>(false);
    command->add_flag("--show-identity-key", *show_identity_key,
                      "only the secret key for proofs of contacts, for your back end");
    command->callback([&session, site, show_identity_key] {
        Client& client = session.client();
        const std::string body = client.get("/v1/sites/" + client.escape(*site) + "/keys");
        if (*show_identity_key) {
            print_identity_key(session, body);
        } else if (!session.print_json(body)) {
            print_keys(session, body);
        }
    });
}

}  // namespace webpush_cli
