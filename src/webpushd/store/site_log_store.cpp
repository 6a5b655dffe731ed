#include "store/site_log_store.h"

#include "webpush/utc_time.h"

namespace webpushd {

namespace {

#define RECENT(at) at " > now() - interval '6 hours'"

constexpr const char* make_tables[] = {
    "CREATE TEMP TABLE prompt_in (site integer NOT NULL, day date NOT NULL, step text NOT NULL,"
    " file text NOT NULL, position bigint NOT NULL) ON COMMIT DELETE ROWS",
    "CREATE TEMP TABLE landing_in (LIKE landing) ON COMMIT DELETE ROWS",
};

// Of the lines of one key those come first in the file that are counted already.
constexpr const char* count_prompts =
    "INSERT INTO prompt_count AS c (site, day, step, file, n, counted_to)"
    " SELECT i.site, i.day, i.step, i.file, count(*), max(i.position) + 1 FROM prompt_in i"
    " WHERE NOT EXISTS (SELECT FROM prompt_count k WHERE k.site = i.site AND k.day = i.day"
    "  AND k.step = i.step AND k.file = i.file AND k.counted_to > i.position)"
    " GROUP BY i.site, i.day, i.step, i.file ORDER BY i.site, i.day, i.step, i.file"
    " ON CONFLICT (site, day, step, file) DO UPDATE SET n = c.n + excluded.n,"
    "  counted_to = excluded.counted_to";

constexpr const char* insert_landings =
    "INSERT INTO landing SELECT * FROM landing_in i WHERE " RECENT("i.at") " ON CONFLICT DO NOTHING";

}  // namespace

SiteLogStore::SiteLogStore(Connection& db) : db_(db), tables_(make_tables) {}

void SiteLogStore::add(int site, const webpush::PromptRecord& record, std::string_view file,
                       std::int64_t position) {
    prompts_.integer(site);
    prompts_.text(webpush::utc_day(record.time / 1000));
    prompts_.text(webpush::name(record.step));
    prompts_.text(file);
    prompts_.integer(position);
    prompts_.end_row();
}

void SiteLogStore::add(int site, const webpush::LandingRecord& record, std::string_view file,
                       std::int64_t position) {
    landings_.integer(site);
    landings_.time(record.time);
    landings_.text(file);
    landings_.integer(position);
    landings_.boolean(record.of_clicks);
    for (const std::int64_t answers : record.answers) { landings_.integer(answers); }
    landings_.integer(record.milliseconds);
    landings_.integer(record.slowest);
    landings_.end_row();
}

void SiteLogStore::apply() {
    if (pending() == 0) { return; }
    tables_.make_once(db_);
    if (!prompts_.empty()) {
        db_.copy_in("COPY prompt_in FROM STDIN", prompts_.data());
        db_.query(count_prompts);
        prompts_.clear();
    }
    if (!landings_.empty()) {
        db_.copy_in("COPY landing_in FROM STDIN", landings_.data());
        db_.query(insert_landings);
        landings_.clear();
    }
}

// Site by site, as the key begins with it.
void forget_landings(Connection& db) {
    db.query("DELETE FROM landing l USING site s WHERE l.site = s.id AND NOT " RECENT("l.at"));
}

}  // namespace webpushd
