// webpush keys [rotate | retire]
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

std::string used_by(const webpush::JsonObject& key) {
    const std::int64_t n = number(key, "subscriptions");
    const std::string use = grouped(n) + (n == 1 ? " subscription" : " subscriptions");
    const auto here = key.boolean_or("here", true);
    return here.ok() && !*here ? use + ", ITS FILE IS MISSING" : use;
}

// How many of nginx's log files say that their worker has it, which is what counts.
void add_waiting(Table& table, const webpush::JsonObject& key) {
    const std::int64_t with = number(key, "logs_with");
    const std::int64_t all = with + number(key, "logs_without");
    table.add({"new " + text(key, "kind") + " key",
               std::to_string(number(key, "id")) + ", not used before nginx has it (nginx -s reload): " +
                   grouped(with) + " of " + grouped(all) + " logs"});
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
        table.add({current ? "VAPID key" : "older VAPID key",
                   text(key, "id") + ", " + used_by(key)});
        table.add({"  public", text(key, "public_key")});
    }
    const auto link_keys = keys.integers_or_none("link_keys");
    if (link_keys.ok()) { table.add({"link keys", joined(*link_keys)}); }
    for (const auto& key : objects(keys, "waiting_keys")) { add_waiting(table, key); }
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

void print_answer(const Session& session, const std::string& body, const std::string& what_to_do) {
    if (session.print_json(body)) { return; }
    print_keys(session, body);
    session.print("\n" + what_to_do + "\n");
}

struct RotateOptions {
    std::string site = default_site;
    bool vapid = false, link = false, identity = false;
};

void rotate(Session& session, const RotateOptions& options) {
    const std::string kind = options.vapid ? "vapid" : options.link ? "link" : "identity";
    Client& client = session.client();
    const std::string path = "/v1/sites/" + client.escape(options.site) + "/keys/rotate";
    const std::string body = client.post(path, "{\"kind\":\"" + kind + "\"}");
    const std::string copy = " Save the state directory's keys.";
    print_answer(session, body,
                 options.vapid
                     ? "Browsers subscribe with the new key from now on; those that did before are sent "
                       "to with theirs.\nnginx -s reload makes it known to nginx." + copy
                     : "nginx -s reload on every machine; as soon as all of nginx has loaded the new "
                       "key, it is used by itself." + copy);
}

void add_rotate(CLI::App& keys, Session& session) {
    CLI::App* command =
        add_command(keys, "rotate", "a new key takes the place of the present one, without loss",
                    "webpush keys rotate --site default --vapid");
    auto options = std::make_shared<RotateOptions>();
    command->add_option("--site", options->site, "the site")->capture_default_str();
    auto* kinds = command->add_option_group("key");
    kinds->add_flag("--vapid", options->vapid, "that browsers subscribe with");
    kinds->add_flag("--link", options->link, "that click links and tokens are signed with");
    kinds->add_flag("--identity", options->identity, "that your back end proves contacts with");
    kinds->require_option(1);
    command->callback([&session, options] { rotate(session, *options); });
}

void add_retire(CLI::App& keys, Session& session) {
    CLI::App* command = add_command(keys, "retire", "removes a VAPID key that nobody uses any more",
                                    "webpush keys retire DXv3etde --site default");
    auto site = std::make_shared<std::string>(default_site);
    auto id = std::make_shared<std::string>();
    command->add_option("KEY", *id, "its id: webpush keys")->required();
    command->add_option("--site", *site, "the site")->capture_default_str();
    command->callback([&session, site, id] {
        std::string request;
        webpush::JsonWriter json(request);
        json.begin_object();
        json.member("vapid", *id);
        json.end_object();
        Client& client = session.client();
        const std::string path = "/v1/sites/" + client.escape(*site) + "/keys/retire";
        print_answer(session, client.post(path, request), "Removed.");
    });
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
    add_rotate(*command, session);
    add_retire(*command, session);
    command->callback([command, &session, site, show_identity_key] {
        if (!command->get_subcommands().empty()) { return; }
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
