// webpush site list | show | create | set
#include <memory>

#include "answer.h"
#include "commands.h"
#include "failure.h"
#include "table.h"
#include "webpush/json_out.h"

namespace webpush_cli {
namespace {

struct SiteOptions {
    std::string name = default_site;
    std::string origin, contact, push_path, consent_version;
    std::string prompt_title, prompt_text, prompt_accept, prompt_later, prompt_auto;
};

void add_settings(CLI::App& command, SiteOptions& options) {
    command.add_option("--origin", options.origin, "where its pages are: https://shop.example");
    command.add_option("--contact", options.contact,
                       "whom push services may write to: mailto:you@shop.example");
    command.add_option("--push-path", options.push_path, "where the edge's locations are: /push/");
    command.add_option("--consent-version", options.consent_version,
                       "version of the text that visitors agree to");
    command.add_option("--prompt-title", options.prompt_title, "own form: first line");
    command.add_option("--prompt-text", options.prompt_text, "own form: what they agree to");
    command.add_option("--prompt-accept", options.prompt_accept, "own form: button to agree");
    command.add_option("--prompt-later", options.prompt_later, "own form: button to decline");
    command
        .add_option("--prompt-auto", options.prompt_auto,
                    "own form: shown by itself, not only when the page asks")
        ->check(CLI::IsMember({"on", "off"}));
}

// Members of an object that the caller has begun; what was not given is left out.
void write_settings(webpush::JsonWriter& json, const SiteOptions& options) {
    json.member_if("origin", options.origin);
    json.member_if("contact", options.contact);
    json.member_if("push_path", options.push_path);
    json.member_if("consent_version", options.consent_version);
    json.key("prompt");
    json.begin_object();
    json.member_if("title", options.prompt_title);
    json.member_if("text", options.prompt_text);
    json.member_if("accept", options.prompt_accept);
    json.member_if("later", options.prompt_later);
    if (!options.prompt_auto.empty()) { json.member("auto", options.prompt_auto == "on"); }
    json.end_object();
}

std::string or_missing(const std::string& value) { return value.empty() ? "(not set)" : value; }

void print_site(const Session& session, const std::string& body) {
    if (session.print_json(body)) { return; }
    const Answer answer(body);
    const auto& site = answer.root();
    Table table({"", ""});
    table.add({"name", text(site, "name")});
    table.add({"origin", or_missing(text(site, "origin"))});
    table.add({"contact", or_missing(text(site, "contact"))});
    table.add({"push path", text(site, "push_path")});
    table.add({"VAPID key", text(site, "vapid")});
    table.add({"consent version", text(site, "consent_version")});
    if (const auto prompt = site.object("prompt"); prompt.ok()) {
        table.add({"prompt title", text(*prompt, "title")});
        table.add({"prompt text", text(*prompt, "text")});
        table.add({"prompt accept", text(*prompt, "accept")});
        table.add({"prompt later", text(*prompt, "later")});
        const auto automatic = prompt->boolean_or("auto", false);
        table.add({"prompt auto", automatic.ok() && *automatic ? "on" : "off"});
    }
    session.print(table.text(session.terminal));
    if (text(site, "origin").empty() || text(site, "contact").empty()) {
        session.print("\nNothing is sent before origin and contact are set:\n  webpush site set " +
                      text(site, "name") +
                      " --origin https://shop.example --contact mailto:you@shop.example\n");
    }
}

void list_sites(Session& session) {
    const std::string body = session.client().get("/v1/sites");
    if (session.print_json(body)) { return; }
    const Answer answer(body);
    Table table({"NAME", "ORIGIN", "CONTACT", "VAPID KEY"});
    for (const auto& site : objects(answer.root(), "sites")) {
        table.add({text(site, "name"), or_missing(text(site, "origin")),
                   or_missing(text(site, "contact")), text(site, "vapid")});
    }
    session.print(table.text(session.terminal));
}

void show_site(Session& session, const SiteOptions& options) {
    Client& client = session.client();
    print_site(session, client.get("/v1/sites/" + client.escape(options.name)));
}

void create_site(Session& session, const SiteOptions& options) {
    std::string request;
    webpush::JsonWriter json(request);
    json.begin_object();
    json.member("name", options.name);
    write_settings(json, options);
    json.end_object();
    print_site(session, session.client().post("/v1/sites", request));
}

void set_site(Session& session, const SiteOptions& options) {
    std::string request;
    webpush::JsonWriter json(request);
    json.begin_object();
    write_settings(json, options);
    json.end_object();
    Client& client = session.client();
    print_site(session, client.patch("/v1/sites/" + client.escape(options.name), request));
}

}  // namespace

void add_site_commands(CLI::App& app, Session& session) {
    CLI::App* group = add_command(app, "site", "the sites that are served",
                                  "webpush site set default --origin https://shop.example "
                                  "--contact mailto:push@shop.example");
    group->require_subcommand(1);
    auto options = std::make_shared<SiteOptions>();

    add_command(*group, "list", "all sites", "webpush site list")->callback([&session] {
        list_sites(session);
    });

    CLI::App* show =
        add_command(*group, "show", "one site's settings", "webpush site show default");
    show->add_option("NAME", options->name, "the site")->capture_default_str();
    show->callback([&session, options] { show_site(session, *options); });

    CLI::App* create = add_command(*group, "create", "a new site, with keys of its own",
                                   "webpush site create blog --origin https://blog.example "
                                   "--contact mailto:push@blog.example");
    create->add_option("NAME", options->name, "a to z, 0 to 9 and '-'")->required();
    add_settings(*create, *options);
    create->callback([&session, options] { create_site(session, *options); });

    CLI::App* set = add_command(*group, "set", "change a site's settings",
                                "webpush site set default --consent-version 2 "
                                "--prompt-title \"News from the shop?\"");
    set->add_option("NAME", options->name, "the site")->capture_default_str();
    add_settings(*set, *options);
    set->callback([&session, options] { set_site(session, *options); });
}

}  // namespace webpush_cli
