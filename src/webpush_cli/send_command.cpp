// webpush campaign send
#include <memory>

#include "answer.h"
#include "commands.h"
#include "progress.h"

namespace webpush_cli {
namespace {

struct SendOptions {
    std::int64_t campaign = 0;
    bool wait = false;
};

void send(Session& session, const SendOptions& options) {
    const std::string path = "/v1/campaigns/" + std::to_string(options.campaign) + "/send";
    const std::string body = session.client().post(path, "{}");
    const Answer answer(body);
    const std::int64_t run = number(answer.root(), "run");
    if (options.wait) {
        wait_for_run(session, run);
        return;
    }
    if (session.print_json(body)) { return; }
    const std::string id = std::to_string(run);
    session.print("Run " + id + " has begun. How it goes: webpush report " + id + "\n");
}

}  // namespace

void add_send_command(CLI::App& campaign, Session& session) {
    CLI::App* command =
        add_command(campaign, "send", "send a draft now", "webpush campaign send 1 --wait");
    auto options = std::make_shared<SendOptions>();
    add_id(*command, "ID", options->campaign, "the campaign's number")->required();
    command->add_flag("--wait", options->wait, "show how it goes until it is finished");
    command->callback([&session, options] { send(session, *options); });
}

}  // namespace webpush_cli
