#include "ingest/intake.h"

namespace webpushd {

Intake::Intake(Connection& db)
    : consents_(db), facts_(db), activities_(db), events_(db), site_logs_(db) {}

void Intake::add(int site, const webpush::SubscribeRecord& record, const LineOrigin&) {
    consents_.add(site, record);
    facts_.add(site, record);
}

void Intake::add(int site, const webpush::UnsubscribeRecord& record, const LineOrigin&) {
    consents_.add(site, record);
}

void Intake::add(int site, const webpush::ProfileRecord& record, const LineOrigin&) {
    facts_.add(site, record);
}

void Intake::add(int site, const webpush::ContactRecord& record, const LineOrigin&) {
    facts_.add(site, record);
}

void Intake::add(int site, const webpush::EventRecord& record, const LineOrigin& line) {
    events_.add(site, record, line.number);
}

void Intake::add(int site, const webpush::TrackRecord& record, const LineOrigin& line) {
    activities_.add(site, record, line.number);
}

void Intake::add(int site, const webpush::VisitRecord& record, const LineOrigin& line) {
    activities_.add(site, record, line.number);
}

void Intake::add(int site, const webpush::PromptRecord& record, const LineOrigin& line) {
    site_logs_.add(site, record, line.file, line.position);
}

void Intake::add(int site, const webpush::LandingRecord& record, const LineOrigin& line) {
    site_logs_.add(site, record, line.file, line.position);
}

bool Intake::empty() const {
    return consents_.pending() + facts_.pending() + activities_.pending() + events_.pending() +
               site_logs_.pending() == 0;
}

void Intake::prepare(int activity_months) { activities_.make_partitions(activity_months); }

LeftOut Intake::apply() {
    const ConsentChanges changes = consents_.apply();
    facts_.apply(changes);
    LeftOut left_out;
    left_out.out_of_time = activities_.apply(changes);
    left_out.of_unknown_run = events_.apply();
    site_logs_.apply();
    return left_out;
}

}  // namespace webpushd
