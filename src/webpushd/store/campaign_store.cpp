#include "campaign_store.h"

#include "partitions.h"

namespace webpushd {
namespace {

// RFC 3339 in UTC; macros, because SQL texts are joined at compile time.
#define UTC(column) \
    "coalesce(to_char(" column " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), '')"

#define SELECT_CAMPAIGN \
    "SELECT c.id, c.site, s.name, c.name, m.content, m.urgency, c.audience, c.active_seconds, " \
    "c.state, " UTC("c.created_at") \
    " FROM campaign c JOIN message m ON m.id = c.message JOIN site s ON s.id = c.site "

#define SELECT_RUN \
    "SELECT r.id, coalesce(r.campaign, 0), r.site, s.name, coalesce(c.name, m.name), r.month, " \
    "r.state, " UTC("r.starts_at") ", " UTC("r.active_until") ", " UTC("r.planned_at") ", " \
    UTC("r.finished_at") ", r.audience, r.pause_reason, r.pause_detail, " \
    "r.message " \
    "FROM run r JOIN site s ON s.id = r.site JOIN message m ON m.id = r.message " \
    "LEFT JOIN campaign c ON c.id = r.campaign "

Campaign campaign_from(const Rows& rows, int row) {
    Campaign campaign;
    campaign.id = rows.integer(row, 0);
    campaign.site = static_cast<int>(rows.integer(row, 1));
    campaign.site_name = rows.text(row, 2);
    campaign.name = rows.text(row, 3);
    campaign.content = rows.text(row, 4);
    campaign.urgency = rows.text(row, 5);
    campaign.audience = rows.text(row, 6);
    campaign.active_seconds = static_cast<int>(rows.integer(row, 7));
    campaign.state = rows.text(row, 8);
    campaign.created_at = rows.text(row, 9);
    return campaign;
}

Run run_from(const Rows& rows, int row) {
    Run run;
    run.id = rows.integer(row, 0);
    run.campaign = rows.integer(row, 1);
    run.site = static_cast<int>(rows.integer(row, 2));
    run.site_name = rows.text(row, 3);
    run.name = rows.text(row, 4);
    run.month = rows.text(row, 5);
    run.state = rows.text(row, 6);
    run.starts_at = rows.text(row, 7);
    run.active_until = rows.text(row, 8);
    run.planned_at = rows.text(row, 9);
    run.finished_at = rows.text(row, 10);
    run.audience = rows.integer(row, 11);
    run.pause_reason = rows.text(row, 12);
    run.pause_detail = rows.text(row, 13);
    run.message = rows.integer(row, 14);
    return run;
}

std::vector<Run> runs_from(const Rows& rows) {
    std::vector<Run> runs;
    for (int row = 0; row < rows.size(); ++row) { runs.push_back(run_from(rows, row)); }
    return runs;
}

}  // namespace

std::int64_t insert_campaign(Connection& db, const Campaign& campaign) {
    return db
        .query(
            "WITH new_message AS ("
            "  INSERT INTO message (site, content, urgency) VALUES ($1, $2, $3) RETURNING id) "
            "INSERT INTO campaign (site, message, name, audience, active_seconds) "
            "SELECT $1, id, $4, $5, $6 FROM new_message RETURNING id",
            {campaign.site, campaign.content, campaign.urgency, campaign.name, campaign.audience,
             campaign.active_seconds})
        .integer(0, 0);
}

std::optional<Campaign> find_campaign(Connection& db, std::int64_t id) {
    const Rows rows = db.query(SELECT_CAMPAIGN "WHERE c.id = $1", {id});
    if (rows.empty()) { return std::nullopt; }
    return campaign_from(rows, 0);
}

std::vector<Campaign> recent_campaigns(Connection& db, std::string_view site, std::int64_t before,
                                       int limit) {
    const Rows rows = db.query(SELECT_CAMPAIGN
                               "WHERE ($1::text = '' OR s.name = $1) AND c.id < $2 "
                               "ORDER BY c.id DESC LIMIT $3",
                               {site, before, limit});
    std::vector<Campaign> campaigns;
    for (int row = 0; row < rows.size(); ++row) { campaigns.push_back(campaign_from(rows, row)); }
    return campaigns;
}

std::vector<Run> runs_of_campaign(Connection& db, std::int64_t campaign) {
    return runs_from(db.query(SELECT_RUN "WHERE r.campaign = $1 ORDER BY r.id DESC", {campaign}));
}

std::optional<Run> find_run(Connection& db, std::int64_t id) {
    const Rows rows = db.query(SELECT_RUN "WHERE r.id = $1", {id});
    if (rows.empty()) { return std::nullopt; }
    return run_from(rows, 0);
}

std::vector<Run> recent_runs(Connection& db, std::string_view site, std::int64_t before,
                             int limit) {
    return runs_from(db.query(SELECT_RUN
                              "WHERE r.campaign IS NOT NULL AND ($1::text = '' OR s.name = $1) "
                              "AND r.id < $2 ORDER BY r.id DESC LIMIT $3",
                              {site, before, limit}));
}

std::vector<Run> runs_of_message(Connection& db, std::int64_t message, std::int64_t before,
                                 int limit) {
    return runs_from(db.query(SELECT_RUN
                              "WHERE r.campaign IS NULL AND r.message = $1 AND r.id < $2 "
                              "ORDER BY r.id DESC LIMIT $3",
                              {message, before, limit}));
}

std::optional<std::int64_t> start_run(Connection& db, std::int64_t campaign) {
    const Rows now = db.query("SELECT date_trunc('month', now() AT TIME ZONE 'UTC')::date");
    const std::string_view month = now.text(0, 0);
    ensure_month(db, month);

    Transaction transaction(db);
    // The row's lock lets one of two senders win; the other finds no draft.
    const Rows draft = db.query(
        "UPDATE campaign SET state = 'sending' WHERE id = $1 AND state = 'draft' RETURNING id",
        {campaign});
    if (draft.empty()) { return std::nullopt; }
    const std::int64_t run =
        db.query(
              "INSERT INTO run (site, campaign, message, month, active_until) "
              "SELECT site, id, message, $2, now() + active_seconds * interval '1 second' "
              "FROM campaign WHERE id = $1 RETURNING id",
              {campaign, month})
            .integer(0, 0);
    transaction.commit();
    return run;
}

}  // namespace webpushd
