// Where the records of log lines go: each to the store that knows its kind, all in one transaction.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>

#include "store/activity_store.h"
#include "store/connection.h"
#include "store/consent_store.h"
#include "store/event_store.h"
#include "store/fact_store.h"
#include "store/site_log_store.h"
#include "webpush/log_record.h"

namespace webpushd {

// A line of a log: where it begins in which file, and the session's number of that file, above 0.
struct LineOrigin {
    int number;
    std::string_view file;
    std::int64_t position;
};

// Lines that were read but not taken, by the number of their file.
struct LeftOut {
    std::map<int, std::int64_t> of_unknown_run;
    std::map<int, std::int64_t> out_of_time;
};

class Intake {
public:
    // On a connection that outlives it and is given up when a transaction fails.
    explicit Intake(Connection& db);

    void add(int site, const webpush::SubscribeRecord& record, const LineOrigin& line);
    void add(int site, const webpush::UnsubscribeRecord& record, const LineOrigin& line);
    void add(int site, const webpush::ProfileRecord& record, const LineOrigin& line);
    void add(int site, const webpush::ContactRecord& record, const LineOrigin& line);
    void add(int site, const webpush::EventRecord& record, const LineOrigin& line);
    void add(int site, const webpush::TrackRecord& record, const LineOrigin& line);
    void add(int site, const webpush::VisitRecord& record, const LineOrigin& line);
    void add(int site, const webpush::PromptRecord& record, const LineOrigin& line);
    void add(int site, const webpush::LandingRecord& record, const LineOrigin& line);

    bool empty() const;

    // To be called before the transaction begins. Activities are kept for so many months.
    void prepare(int activity_months);

    // Applies what was added. REQUIRES: a transaction is open.
    LeftOut apply();

private:
    ConsentStore consents_;
    FactStore facts_;
    ActivityStore activities_;
    EventStore events_;
    SiteLogStore site_logs_;
};

}  // namespace webpushd
