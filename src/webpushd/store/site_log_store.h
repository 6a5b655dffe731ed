// What the event log says of sites rather than of subscriptions: brings prompt and landing records
// into prompt_count and landing. Their lines have no key of their own, so each counts by its place:
// file and octet.
#pragma once

#include <cstdint>
#include <string_view>

#include "store/connection.h"
#include "store/copy_rows.h"
#include "store/temp_tables.h"
#include "webpush/log_record.h"

namespace webpushd {

class SiteLogStore {
public:
    // Makes temporary tables on the connection when they are needed; it must outlive the store.
    explicit SiteLogStore(Connection& db);

    // `position` is where the line begins in `file`.
    void add(int site, const webpush::PromptRecord& record, std::string_view file,
             std::int64_t position);
    void add(int site, const webpush::LandingRecord& record, std::string_view file,
             std::int64_t position);

    std::int64_t pending() const { return prompts_.size() + landings_.size(); }

    // Applies what was added; landings only of the last hours. REQUIRES: a transaction is open.
    void apply();

private:
    Connection& db_;
    TempTables tables_;
    CopyRows prompts_;
    CopyRows landings_;
};

// Forgets landings that are hours old.
void forget_landings(Connection& db);

}  // namespace webpushd
