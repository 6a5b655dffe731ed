// A campaign as it is composed on the command line, and as the API takes it.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

#include "session.h"

namespace webpush_cli {

struct CampaignDraft {
    std::string site = default_site;
    std::string name, title, body, target;
    std::string icon, image, badge, language;
    std::vector<std::string> buttons;  // "action,title[,target]"
    std::string urgency = "normal";
    std::string active_for = "3d";
    bool silent = false;
    bool require_interaction = false;
};

// `draft` must outlive the parsing.
void add_campaign_options(CLI::App& command, CampaignDraft& draft);

std::string request_json(const CampaignDraft& draft);

}  // namespace webpush_cli
