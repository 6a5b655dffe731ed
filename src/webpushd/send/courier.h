// Carries a sender thread's messages to the push services and brings back what became of them.
#pragma once

#include <uv.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>

#include "send/begin_marks.h"
#include "send/composer.h"
#include "send/guards.h"
#include "send/job.h"
#include "send/origin.h"
#include "send/outcome_batch.h"
#include "send/resolver.h"
#include "send/tls_stream.h"
#include "webpush/endpoint.h"

namespace webpushd {

class Courier : public OriginOwner, public BeginOwner {
public:
    // All references outlive it; it stays until the loop has nothing left to do. `emptied`: no
    // message of the job is open any more; the job may be destroyed in it.
    Courier(uv_loop_t* loop, SSL_CTX* ssl, const Settings& settings, JobStore& jobs,
            OutcomeBatch& batch, Guards& guards, SendCounters& counters,
            std::function<void(Job&)> emptied);

    // Takes all messages of a job. REQUIRES: job.open == job.messages.size() and not 0.
    void take(Job& job);

    // Whether another job would find something free.
    bool wants_more() const;
    // The same for a transactional one, which goes ahead of what waits.
    bool wants_urgent() const;
    // Messages that are on the wire.
    std::size_t open() const;

    // There is something to send, or outcomes were recorded: go on.
    void wake();
    // Once a second: deadlines.
    void tick();
    // Gives up what is not on the wire yet of jobs that may not go on.
    void withdraw_halted();
    // Gives up what is not on the wire yet, from now on as soon as it comes.
    void stop_sending();
    // Closes everything, now; what is on the wire is lost.
    void close();
    bool closed() const;

private:
    bool prepare(Message& message) override;
    void sent(Message& message, ExchangeEnd end) override;
    void unreachable(Message& message) override;
    void put_off(Message& message, std::int64_t wait_seconds) override;
    void room_made() override { wake(); }
    void may_begin(Message& message) override;
    void give_up(Message& message) override;

    void dispatch(Message& message);
    void hold(Message& message);
    void put_off_held(const Origin& origin);
    void send_slice();
    bool send_round(std::uint64_t until);
    std::size_t waiting() const;
    Origin& origin_at(std::string_view host);

    bool held_back(Message& message, std::int64_t now);
    void probe(Message& message, bool granted);
    Decision judge_answer(const Message& message, std::int64_t now);
    Circumstances circumstances(const Message& message, std::int64_t now);
    void carry_out(Message& message, const Decision& decision, std::int64_t now);
    void record(Message& message, Outcome outcome);
    void give_back(Message& message, std::int64_t wait_seconds);
    void done_with(Message& message);

    uv_loop_t* loop_;
    SSL_CTX* ssl_;
    OutcomeBatch& batch_;
    Guards& guards_;
    SendCounters& counters_;
    std::function<void(Job&)> emptied_;
    webpush::EndpointPolicy policy_;
    Resolver resolver_;
    VapidCache vapid_;
    Composer composer_;
    BeginMarks marks_;
    std::map<std::string, std::unique_ptr<Origin>, std::less<>> origins_;
    std::minstd_rand random_;
    bool stopping_ = false;
    bool closed_ = false;
    uv_idle_t idle_;  // active while there may be something to send
};

}  // namespace webpushd
