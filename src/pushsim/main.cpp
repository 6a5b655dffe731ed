// pushsim: a push service and any number of browsers, for tests, benchmarks and the demo.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "options.h"
#include "simulation.h"
#include "webpush/hmac.h"

namespace {

using pushsim::Options;

constexpr const char* about =
    "pushsim plays the push services of Mozilla, Google, Apple and Windows (TLS, HTTP/2, strict "
    "as\n"
    "they are) and any number of browsers that subscribe through the edge, decrypt what they get,\n"
    "show it, dismiss it or click.";

constexpr const char* footer =
    "Example (webpushd --push-redirect '*=127.0.0.1:8443' --push-ca cert.pem):\n"
    "  pushsim --listen 127.0.0.1:8443 --certificate cert.pem --key key.pem \\\n"
    "      --edge http://127.0.0.1:8080 --browsers 5000 --show 0.8 --close 0.2 --click 0.1 \\\n"
    "      --state browsers.jsonl --summary summary.json --rule share=0.02,status=410\n"
    "\n"
    "Rules: the first that fits a request counts. Which requests: platform=NAME,\n"
    "  service=mozilla|google|apple|windows, endpoint=TEXT, share=P (of the browsers),\n"
    "  chance=P (of the requests), first=N (of each browser). What happens: one of status=CODE,\n"
    "  reset, refuse, goaway, cut, stall, garbage, calm; lose (taken, but no answer), headers,\n"
    "  break, flood, swell (an answer of that kind); streams=N, window, slow (for delay=MS);\n"
    "  delay=MS, retry-after=SECONDS.\n"
    "\n"
    "SIGUSR1 writes --outcomes; SIGTERM and SIGINT end it.";

// One label of a host's name, as the edge takes it (src/webpush/endpoint.h).
std::string check_label(const std::string& text) {
    constexpr std::size_t longest = 63;
    constexpr const char* characters = "abcdefghijklmnopqrstuvwxyz0123456789";
    const bool good =
        text.size() <= longest && !text.empty() && text.find_first_not_of(characters) == text.npos;
    return good ? "" : "not a label of lower-case letters and digits: " + text;
}

void add_places(CLI::App& app, Options& options) {
    app.add_option("--listen", options.listen,
                   "ADDRESS:PORT of the push service; port 0: a free one")
        ->required();
    app.add_option("--certificate", options.certificate, "its certificate chain, PEM")->required();
    app.add_option("--key", options.key, "the certificate's key, PEM")->required();
    app.add_option("--edge", options.edge, "http://ADDRESS:PORT of nginx")->required();
    app.add_option("--push-path", options.push_path, "where the edge's locations are")
        ->capture_default_str();
    app.add_option("--host", options.host, "the site's name at the edge (default: its address)");
    app.add_option("--subdomain", options.subdomain,
                   "new browsers' push services are NAME.push.apple.com and so on, hosts that no "
                   "real browser is given (default: the real ones)")
        ->check(CLI::Validator(check_label, "NAME"));
}

void add_behaviour(CLI::App& app, Options& options, std::vector<std::string>& rules) {
    const auto probability = CLI::Range(0.0, 1.0);
    app.add_option("--browsers", options.browsers, "how many browsers")->required();
    app.add_option("--show", options.probabilities.show, "share of messages that are seen")
        ->check(probability)
        ->capture_default_str();
    app.add_option("--close", options.probabilities.close, "share of those that are dismissed")
        ->check(probability)
        ->capture_default_str();
    app.add_option("--click", options.probabilities.click, "share of those that are clicked")
        ->check(probability)
        ->capture_default_str();
    app.add_option("--subscribe-rate", options.subscribe_rate,
                   "new subscriptions a second (default: as fast as the edge takes them)");
    app.add_option("--seed", options.seed, "for all that is random (default: the state's, or any)");
    app.add_option("--max-streams", options.max_streams,
                   "requests that the push service takes at once on a connection")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    app.add_option("--rule", rules, "what the push service does to some (see below)");
}

void add_files(CLI::App& app, Options& options) {
    app.add_option("--state", options.state, "the browsers with their keys; goes on with them")
        ->required();
    app.add_option("--posts", options.posts, "a line of JSON for each POST is added here");
    app.add_option("--outcomes", options.outcomes, "a line of JSON for each browser and run");
    app.add_option("--summary", options.summary, "what happened so far, JSON, twice a second");
}

void finish(const CLI::App& app, Options& options, const std::vector<std::string>& rules) {
    for (const std::string& rule : rules) {
        options.rules.push_back(pushsim::parse_rule(rule));
    }
    options.has_seed = app.count("--seed") > 0;
    if (!options.has_seed) { webpush::random_bytes(&options.seed, sizeof options.seed); }
    if (options.probabilities.close + options.probabilities.click > 1) {
        throw std::runtime_error("--close and --click together are more than 1");
    }
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    std::vector<std::string> rules;
    CLI::App app(about, "pushsim");
    app.footer(footer);
    add_places(app, options);
    add_behaviour(app, options, rules);
    add_files(app, options);
    CLI11_PARSE(app, argc, argv);
    try {
        finish(app, options, rules);
        pushsim::simulate(options);
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "pushsim: %s\n", error.what());
        return 1;
    }
}
