// What a browser asks of the edge, as src/browser does it: the settings, to subscribe, to report,
// and the page behind a click link.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "agenda.h"
#include "browser.h"
#include "edge_client.h"
#include "tally.h"
#include "webpush/json_in.h"

namespace pushsim {

// Of the site's config.json (src/webpush/edge_files.h).
struct SiteConfig {
    std::string vapid;  // id of the key
    webpush::PublicKey application_server_key{};
    std::string consent;  // version of the consent text
};

class Edge {
public:
    // `push_path` with a slash at both ends. All outlive it.
    Edge(EdgeClient& client, Agenda& agenda, std::string push_path, Tally& tally);

    // nullopt when it could not be had.
    void read_config(std::function<void(std::optional<SiteConfig>)> done);

    // Tried again until the edge takes it: a later visit would do so. Then `done`; false when it
    // was refused for good.
    void subscribe(Browser& browser, const SiteConfig& config, std::function<void(bool)> done);

    // `done` only when the edge has taken it; given up after a while, as a worker is stopped then.
    void report(const Browser& browser, std::string_view event, std::string_view token,
                std::function<void()> done);

    // A click link. Never tried again, as a second click would count. `done` only when it leads on.
    void open(const Browser& browser, std::string_view link, std::function<void()> done);

private:
    struct Post;

    std::string head(const Browser& browser, std::string_view method, std::string_view path) const;
    void post(Post post);
    void settle(Post post, const HttpAnswer* answer);
    std::optional<SiteConfig> parse_config(const HttpAnswer* answer);

    EdgeClient& client_;
    Agenda& agenda_;
    std::string push_path_;
    Tally& tally_;
    webpush::JsonReader reader_;
};

}  // namespace pushsim
