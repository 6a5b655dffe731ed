#include "simulation.h"

#include <csignal>
#include <cstdio>
#include <stdexcept>

#include "address.h"
#include "edge.h"
#include "edge_client.h"
#include "inbox.h"
#include "listener.h"
#include "loop.h"
#include "push_service.h"
#include "results.h"
#include "subscriber.h"

namespace pushsim {
namespace {

constexpr std::size_t edge_connections = 64;
constexpr std::uint64_t tick = 500;  // ms, between two summaries

void say(const std::string& text) { std::fprintf(stderr, "pushsim: %s\n", text.c_str()); }

std::string progress(const Results& results, const Tally& tally) {
    std::string text = std::to_string(results.acknowledged) + " subscribed, ";
    text += std::to_string(tally.posts) + " posts, ";
    text += std::to_string(results.total.accepted) + " accepted, ";
    text += std::to_string(results.total.shown) + " shown, ";
    text += std::to_string(results.total.closed) + " closed, ";
    return text + std::to_string(results.total.clicked) + " clicked";
}

class Simulation {
public:
    Simulation(Loop& loop, const Options& options)
        : loop_(loop),
          options_(options),
          population_(options.state, options.seed, options.has_seed),
          posts_(options.posts),
          agenda_(loop.get()),
          client_(loop.get(), authority_of(options.edge),
                  options.host.empty() ? authority_of(options.edge) : options.host,
                  edge_connections),
          edge_(client_, agenda_, options.push_path, tally_),
          inbox_(population_, edge_, agenda_, options.probabilities, tally_),
          service_(population_, inbox_, agenda_, posts_, options.rules, tally_),
          subscriber_(population_, edge_, agenda_,
                      {options.browsers, options.subdomain, options.subscribe_rate},
                      [this] { give_up(); }),
          listener_(loop.get(), options.listen,
                    make_server_context(options.certificate, options.key), options.max_streams,
                    [this](PushRequest request, const Reply& reply) {
                        service_.take(std::move(request), reply);
                    }) {}

    void run() {
        for (const int signal : {SIGTERM, SIGINT}) {
            loop_.on_signal(signal, [this] { loop_.stop(); });
        }
        loop_.on_signal(SIGUSR1, [this] { write_outcomes(); });
        say("listening on port " + std::to_string(listener_.port()) + ", seed " +
            std::to_string(population_.dice().seed()));
        subscriber_.start();
        watch();
        loop_.run();
        write_files();
        write_outcomes();
        if (has_failed_) {
            throw std::runtime_error("the edge does not give " + options_.push_path +
                                     "config.json");
        }
    }

private:
    void watch() {
        write_files();
        client_.expire();
        agenda_.after(tick, [this] { watch(); });
    }

    // The log of posts before the summary that counts them.
    void write_files() {
        posts_.flush();
        population_.flush();
        const Results results = count(population_);
        if (!options_.summary.empty()) {
            replace_file(options_.summary, summary(results, population_, tally_));
        }
        tell_progress(results);
    }

    void tell_progress(const Results& results) {
        const std::string text = progress(results, tally_);
        if (text != told_) { say(text); }
        told_ = text;
        const auto all = static_cast<std::int64_t>(options_.browsers);
        if (!is_complete_ && results.acknowledged >= all) {
            is_complete_ = true;
            say("ready: all browsers are subscribed");
        }
    }

    void write_outcomes() {
        if (!options_.outcomes.empty()) { replace_file(options_.outcomes, outcomes(population_)); }
    }

    void give_up() {
        has_failed_ = true;
        loop_.stop();
    }

    Loop& loop_;
    const Options& options_;
    Tally tally_;
    Population population_;
    AppendFile posts_;
    Agenda agenda_;
    EdgeClient client_;
    Edge edge_;
    Inbox inbox_;
    PushService service_;
    Subscriber subscriber_;
    Listener listener_;
    std::string told_;
    bool is_complete_ = false;
    bool has_failed_ = false;
};

}  // namespace

void simulate(const Options& options) {
    std::signal(SIGPIPE, SIG_IGN);
    Loop loop;
    Simulation(loop, options).run();
}

}  // namespace pushsim
