// Campaigns and their runs in the database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connection.h"

namespace webpushd {

inline constexpr int default_active_seconds = 3 * 86400;
inline constexpr int max_active_seconds = 28 * 86400;  // the longest TTL push services keep

struct Campaign {
    std::int64_t id = 0;
    int site = 0;
    std::string site_name;
    std::string name;
    std::string content;  // webpush/notification_json.h
    std::string urgency = "normal";
    std::string audience = "all";
    int active_seconds = default_active_seconds;  // how long after its time it may still appear
    std::string state = "draft";
    std::string created_at;  // times are UTC as RFC 3339 writes them, "" = not yet
};

struct Run {
    std::int64_t id = 0;
    std::int64_t campaign = 0;  // 0: a message sent singly
    std::int64_t message = 0;
    int site = 0;
    std::string site_name;
    std::string name;  // the campaign's or the message's
    std::string month;  // first day; names the partitions of its deliveries and events
    std::string state = "planned";
    std::string starts_at;
    std::string active_until;
    std::string planned_at;
    std::string finished_at;
    std::int64_t audience = 0;  // as planned
    std::string pause_reason;   // run_control.h; "" unless it is paused
    std::string pause_detail;   // more about it for people
};

// Inserts message and campaign (a draft; id, state and created_at are ignored), tells the id.
std::int64_t insert_campaign(Connection& db, const Campaign& campaign);

std::optional<Campaign> find_campaign(Connection& db, std::int64_t id);

// Newest first, at most `limit` with ids below `before`; of one site, or of all when `site` is "".
std::vector<Campaign> recent_campaigns(Connection& db, std::string_view site, std::int64_t before,
                                       int limit);

// Newest first.
std::vector<Run> runs_of_campaign(Connection& db, std::int64_t campaign);
std::optional<Run> find_run(Connection& db, std::int64_t id);

// Runs of campaigns, newest first, at most `limit` with ids below `before`; of one site, or of all when
// `site` is "".
std::vector<Run> recent_runs(Connection& db, std::string_view site, std::int64_t before, int limit);

// The same of a message that is sent singly.
std::vector<Run> runs_of_message(Connection& db, std::int64_t message, std::int64_t before, int limit);

// Turns a draft into a run that starts now; the planner takes it from there. nullopt when the
// campaign is not a draft (any more). REQUIRES: no transaction is open (partitions.h).
std::optional<std::int64_t> start_run(Connection& db, std::int64_t campaign);

}  // namespace webpushd
