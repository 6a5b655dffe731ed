#include "event_round.h"

#include "guard.h"

namespace ngx_webpush {

EventRound::EventRound(Log& log, ngx_log_t* errors) : log_(log), errors_(errors) {
    end_.data = this;
    end_.log = errors;
    end_.handler = [](ngx_event_t* event) {
        auto* self = static_cast<EventRound*>(event->data);
        guarded(event->log, "event round", [self] { self->flush(); });
    };
}

EventRound::~EventRound() {
    if (end_.posted) { ngx_delete_posted_event(&end_); }
}

bool EventRound::submit(ngx_http_request_t* r, std::string_view lines, Answer when_written,
                        Answer otherwise) {
    if (!log_.has_room()) { return false; }
    lines_.append(lines);
    ngx_post_event(&end_, &ngx_posted_events);
    waiting_.add(r, lines_.size(), when_written, otherwise);
    return true;
}

void EventRound::flush() {
    if (lines_.empty()) { return; }
    waiting_.swap(answering_);
    std::size_t written =
        guarded(errors_, "event log", std::size_t{0}, [this] { return log_.append_some(lines_); });
    lines_.clear();
    answering_.answer_all(written);
}

}  // namespace ngx_webpush
