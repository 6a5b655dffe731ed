#include "send/job_runner.h"

#include <algorithm>
#include <set>
#include <utility>

#include "log.h"
#include "send/run_content.h"
#include "store/run_control.h"

namespace webpushd {

namespace {

constexpr std::uint64_t check_waiting_every_ms = 1000;
// A job's recipients are in memory, about 1 kB each, until the last of them has its answer.
constexpr std::size_t most_recipients = 64000;
constexpr std::uint64_t check_urgent_every_ms = 200;
constexpr std::uint64_t watch_runs_every_ms = 200;

// A site's turn: about half a large chunk, so that small chunks of small sites are no turns of their
// own. Of what is transactional everybody gets one at a time.
constexpr std::size_t recipients_a_turn = 500;

std::vector<WaitingLease> open_leases(const Job& job) {
    std::vector<WaitingLease> leases;
    for (const Message& message : job.messages) {
        if (!message.settled) { leases.push_back({message.recipient.id, message.recipient.epoch}); }
    }
    return leases;
}

}  // namespace

JobRunner::JobRunner(uv_loop_t* loop, const Settings& settings, JobStore& store,
                     OutcomeBatch& batch, Courier& courier, Alarms& alarms,
                     SendCounters& counters)
    : loop_(loop),
      settings_(settings),
      store_(store),
      batch_(batch),
      courier_(courier),
      counters_(counters),
      sites_(settings, alarms),
      lease_clock_(settings.lease_seconds),
      turn_(recipients_a_turn),
      urgent_turn_(1) {
    refresh_sites();
}

// ---- claiming ----

void JobRunner::poll() {
    if (stopping_ || asking_ > 0 || sites_.ids().empty()) { return; }
    const std::uint64_t now = uv_now(loop_);
    if (now >= urgent_checked_ + check_urgent_every_ms && courier_.wants_urgent()) {
        urgent_checked_ = now;
        return claim_urgent();
    }
    if (recipients_ >= most_recipients || !courier_.wants_more()) { return; }
    if (now >= waiting_checked_ + check_waiting_every_ms) {
        waiting_checked_ = now;
        claim_waiting();
    } else {
        claim_chunk();
    }
}

void JobRunner::claim_urgent() {
    ++asking_;
    store_.claim_urgent(urgent_turn_.order(sites_.ids()), lease_clock_.now(boot_milliseconds()),
                        [this, asked = boot_milliseconds()](auto claim) {
                            --asking_;
                            const bool worked = claim.ok();
                            if (take_claim(std::move(claim), asked, urgent_turn_)) {
                                counters_.urgent_claimed.add();
                                urgent_checked_ = 0;  // there may be more
                            }
                            if (worked) { poll(); }
                        });
}

void JobRunner::claim_waiting() {
    ++asking_;
    store_.claim_waiting(turn_.order(sites_.ids()), lease_clock_.now(boot_milliseconds()),
                         [this, asked = boot_milliseconds()](auto claim) {
                             --asking_;
                             const bool worked = claim.ok();
                             if (take_claim(std::move(claim), asked, turn_)) {
                                 counters_.lists_claimed.add();
                                 waiting_checked_ = 0;
                             }
                             if (worked) { poll(); }
                         });
}

// Whether anything was claimed.
bool JobRunner::take_claim(webpush::Result<WaitingClaim, DbError> claim, std::int64_t asked,
                           SiteTurn& turn) {
    note_database(claim.ok(), claim.ok() ? "" : claim.error().what());
    if (!claim) { return false; }
    lease_clock_.told(claim->database_ms, asked, boot_milliseconds());
    note_gate(claim->ingest_behind);
    if (claim->recipients.empty()) { return false; }
    turn.took(claim->run.site, claim->recipients.size());
    start(claim->run, {}, asked, false, std::move(claim->recipients), std::move(claim->rows));
    return true;
}

void JobRunner::claim_chunk() {
    ++asking_;
    store_.claim_chunk(turn_.order(sites_.ids()), lease_clock_.now(boot_milliseconds()),
                       [this, asked = boot_milliseconds()](auto claim) {
                           --asking_;
                           note_database(claim.ok(), claim.ok() ? "" : claim.error().what());
                           if (!claim) { return; }
                           lease_clock_.told(claim->database_ms, asked, boot_milliseconds());
                           note_gate(claim->ingest_behind);
                           if (!claim->chunk.empty()) { load(claim->chunk.front(), asked); }
                       });
}

void JobRunner::load(const ClaimedChunk& chunk, std::int64_t asked) {
    ++asking_;
    counters_.chunks_claimed.add();
    store_.load(chunk, [this, chunk, asked](auto loaded) {
        --asking_;
        if (!loaded) {
            note_database(false, loaded.error().what());
            return put_back(chunk.lease, chunk.in_doubt);
        }
        turn_.took(chunk.run.site, loaded->recipients.size());
        start(chunk.run, chunk.lease, asked, chunk.in_doubt, std::move(loaded->recipients),
              std::move(loaded->rows));
        poll();
    });
}

void JobRunner::start(const RunFacts& run, ChunkLease chunk, std::int64_t asked, bool in_doubt,
                      std::vector<Recipient> recipients, Rows rows) {
    const auto site = sites_.find(run.site);
    auto notification = site ? read_content(run, site->row) : std::nullopt;
    if (site && !notification) { pause_unreadable(run.id); }
    if (!notification) {
        return chunk.id != 0 ? put_back(chunk, in_doubt) : put_back(run.id, recipients);
    }
    auto owned = std::make_unique<Job>(
        Job{next_number_++,
            run,
            std::move(*notification),
            run.collapse_key.empty() ? "run-" + std::to_string(run.id) : run.collapse_key,
            site,
            chunk,
            Lease(asked, settings_.lease_seconds),
            in_doubt,
            std::move(rows),
            std::vector<Message>(recipients.size()),
            recipients.size(),
            false,
            false,
            false,
            {}});
    Job& job = *jobs_.emplace(owned->number, std::move(owned)).first->second;
    recipients_ += job.messages.size();
    counters_.messages_loaded.add(job.messages.size());
    for (std::size_t i = 0; i < recipients.size(); ++i) {
        job.messages[i].job = &job;
        job.messages[i].recipient = recipients[i];
    }
    if (job.messages.empty()) { return emptied(job); }
    courier_.take(job);
}

// It is put back after it has been paused, so that it is not claimed again.
void JobRunner::pause_unreadable(std::int64_t run) {
    constexpr std::string_view detail = "its message cannot be read";
    store_.pause(run, pause_reason::message, detail, [run, detail](const auto& paused) {
        if (paused && *paused) { log_error("run {}: paused: {}", run, detail); }
    });
}

// ---- the end of a job ----

void JobRunner::emptied(Job& job) {
    if (job.unsent.empty()) {
        if (job.is_chunk()) { batch_.finish(job.chunk); }
    } else if (!job.lost) {
        returned_.push_back({{job.chunk, job.wait_seconds, job.in_doubt},
                             job.run.id,
                             std::move(job.unsent),
                             batch_.added()});
    }
    recipients_ -= job.messages.size();
    jobs_.erase(job.number);
}

// A chunk that was not begun. One that is in doubt has to stay so, which the end of its lease says.
void JobRunner::put_back(const ChunkLease& chunk, bool in_doubt) {
    if (!in_doubt) { returned_.push_back({{chunk, 0, false}, 0, {}, 0}); }
}

// The same for what waited singly.
void JobRunner::put_back(std::int64_t run, const std::vector<Recipient>& recipients) {
    std::vector<WaitingLease> leases;
    for (const Recipient& recipient : recipients) {
        if (!recipient.in_doubt) { leases.push_back({recipient.id, recipient.epoch}); }
    }
    if (!leases.empty()) { returned_.push_back({{}, run, std::move(leases), 0}); }
}

// Only after everything that was sent under these leases is recorded: outcomes need them. All chunks
// at once, as a service that does not answer makes every one of them come back.
void JobRunner::give_back() {
    std::vector<ChunkReturn> chunks;
    for (Returned& returned : std::exchange(returned_, {})) {
        if (batch_.recorded() < returned.after) {
            returned_.push_back(std::move(returned));
        } else if (returned.chunk.lease.id != 0) {
            chunks.push_back(returned.chunk);
        } else {
            release(std::move(returned));
        }
    }
    if (!chunks.empty()) { release(chunks); }
}

// Tried again until the database takes it: what keeps its lease would be held up until that ends,
// and then be taken for in doubt.
void JobRunner::release(const std::vector<ChunkReturn>& chunks) {
    ++returning_;
    store_.release(chunks, [this, chunks](const auto& released) {
        --returning_;
        if (released) { return; }
        for (const ChunkReturn& chunk : chunks) { returned_.push_back({chunk, 0, {}, 0}); }
    });
}

void JobRunner::release(Returned waiting) {
    ++returning_;
    const std::int64_t run = waiting.run;
    const std::vector<WaitingLease> leases = waiting.waiting;
    store_.release(run, leases, [this, waiting = std::move(waiting)](const auto& released) {
        --returning_;
        if (!released) { returned_.push_back(waiting); }
    });
}

// ---- paused and cancelled runs ----

void JobRunner::watch_runs() {
    if (watching_ || jobs_.empty() || uv_now(loop_) < runs_watched_ + watch_runs_every_ms) {
        return;
    }
    runs_watched_ = uv_now(loop_);
    std::set<std::int64_t> runs;
    for (const auto& [number, job] : jobs_) { runs.insert(job->run.id); }
    watching_ = true;
    store_.halted_runs({runs.begin(), runs.end()}, [this](const auto& halted) {
        watching_ = false;
        if (halted) { halt(*halted); }
    });
}

void JobRunner::halt(const std::vector<std::int64_t>& runs) {
    if (runs.empty()) { return; }
    for (const auto& [number, job] : jobs_) {
        if (std::find(runs.begin(), runs.end(), job->run.id) != runs.end()) { job->halted = true; }
    }
    courier_.withdraw_halted();  // which may end jobs
    give_back();
}

// ---- once a second ----

void JobRunner::tick() {
    if (!stopping_) { refresh_sites(); }
    const std::int64_t now = boot_milliseconds();
    for (const auto& [number, job] : jobs_) {
        if (!job->renewing && !job->lost && job->lease.wants_renewal(now)) { renew(*job); }
    }
    give_back();
}

void JobRunner::refresh_sites() {
    store_.sending_sites([this](auto sites) {
        if (sites) { sites_.update(*sites, uv_now(loop_)); }
    });
}

void JobRunner::renew(Job& job) {
    job.renewing = true;
    const auto leases = job.is_chunk() ? std::vector<WaitingLease>() : open_leases(job);
    const std::int64_t wanted = job.is_chunk() ? 1 : static_cast<std::int64_t>(leases.size());
    const auto done = [this, number = job.number, asked = boot_milliseconds(), wanted](auto held) {
        renewed(number, asked, held, wanted);
    };
    if (job.is_chunk()) { return store_.renew(job.chunk, done); }
    store_.renew(job.run.id, leases, done);
}

void JobRunner::renewed(std::uint64_t number, std::int64_t asked,
                        const webpush::Result<std::int64_t, DbError>& held, std::int64_t wanted) {
    const auto found = jobs_.find(number);
    if (found == jobs_.end()) { return; }
    Job& job = *found->second;
    job.renewing = false;
    if (!held) { return; }  // tried again at the next tick, as long as the lease lasts
    if (*held == wanted) { return job.lease.renewed(asked); }
    job.lost = true;
    counters_.leases_lost.add();
    log_warn("run {}: a lease has passed to another sender", job.run.id);
}

// ---- said once per change ----

void JobRunner::note_gate(bool behind) {
    if (behind != std::exchange(ingest_behind_, behind)) {
        log_info("send: {}", behind ? "waiting: ingest behind" : "ingest has caught up");
    }
}

void JobRunner::note_database(bool works, const char* problem) {
    if (works == std::exchange(database_works_, works)) { return; }
    if (works) {
        log_info("send: the database answers again");
    } else {
        log_error("send: {}", problem);
    }
}

}  // namespace webpushd
