// One push service (scheme, host and port of endpoints): its connections and the messages that wait
// for a free stream there.
#pragma once

#include <uv.h>

#include <memory>
#include <string>
#include <vector>

#include "send/message.h"
#include "send/origin_meter.h"
#include "send/push_connection.h"
#include "send/resolver.h"
#include "send/waiting_messages.h"

namespace webpushd {

// What an origin asks of the one that it works for.
class OriginOwner {
public:
    // Fills in the request just before it is sent. False when there is nothing to send after all;
    // the message is then none of the origin's business any more.
    virtual bool prepare(Message& message) = 0;
    // It has been sent and this became of it.
    virtual void sent(Message& message, ExchangeEnd end) = 0;
    // It was not sent: no connection can be had for now.
    virtual void unreachable(Message& message) = 0;
    // It was not sent: the service has enough to do, or does nothing. To be tried again after this
    // time.
    virtual void put_off(Message& message, std::int64_t wait_seconds) = 0;
    // There is room for waiting messages.
    virtual void room_made() = 0;

protected:
    ~OriginOwner() = default;
};

// What all origins of a thread share; outlives them.
struct OriginContext {
    uv_loop_t* loop;
    SSL_CTX* ssl;
    Resolver& resolver;
    SendCounters& counters;
    OriginOwner& owner;
};

class Origin : public ConnectionListener {
public:
    // No connection before the first message.
    Origin(const OriginContext& context, std::string host);

    const std::string& host() const { return host_; }
    std::size_t waiting() const { return waiting_.size(); }
    OriginMeter& meter() { return meter_; }
    std::size_t urgent() const { return waiting_.urgent(); }
    // Messages sent and not yet answered.
    std::size_t open() const;
    // It was given messages lately and has sent nearly all of them. `now` on the loop's clock.
    bool hungry(std::uint64_t now) const;
    // Otherwise a message is put off at once: the service is silent or out of reach and one message
    // tries whether it still is, or there is more for it than it has taken for some time.
    bool takes_more() const;
    // What is transactional is taken also when there is much of the rest.
    bool takes(const Message& message) const;
    // How long to put off what it does not take, in seconds: half as long again as it has been behind,
    // but not long while it is being tried.
    std::int64_t wait_seconds() const;
    // It may be destroyed: nothing is under way, and nothing is worth remembering.
    bool forgettable(std::uint64_t now) const;

    // The last connection that was tried could not be had.
    bool out_of_reach() const { return failures_ > 0; }

    // Takes the message until OriginOwner is told about its end.
    void add(Message& message);
    // Sends what there is room for, at most `limit` messages; tells how many were looked at.
    std::size_t send_some(std::size_t limit);
    void flush();
    void tick();
    // Hands back what waits, all of it or what is chosen.
    std::vector<Message*> take_waiting() { return waiting_.take_all(); }
    std::vector<Message*> take_waiting(bool (*chosen)(const Message&)) {
        return waiting_.take_chosen(chosen);
    }
    // Closes all connections, now; what is under way is lost.
    void close();
    bool closed() const { return closing_ && connections_.empty() && !resolving_; }

private:
    void finished(Exchange& exchange, ExchangeEnd end) override;
    void connection_open(PushConnection& connection) override;
    void connection_has_room(PushConnection& connection) override;
    void connection_closed(PushConnection& connection, const ConnectionEnd& end) override;

    PushConnection* with_room() const;
    bool wants_connection() const;
    bool connecting() const;
    void connect();
    bool paused() const;
    bool held_up() const { return silent_ || failures_ > 0; }
    void look_for_silence(std::uint64_t now);
    void put_off_waiting();
    void note_answer();
    void note_end(const Exchange& exchange, ExchangeEnd end);
    void prepare_addresses(Resolver::Addresses addresses);
    void connect_to_next();
    void calm_down();
    void failed(const std::string& problem, std::uint64_t shortest_pause);

    OriginContext context_;
    std::string host_;
    OriginMeter meter_;
    WaitingMessages waiting_;
    TlsSessions sessions_;
    std::vector<std::unique_ptr<PushConnection>> connections_;
    Resolver::Addresses untried_;      // of those last resolved, the next one last
    sockaddr_storage connecting_to_{};
    sockaddr_storage worked_last_{};
    std::uint64_t last_used_ = 0;   // when it was last given a message
    std::uint64_t behind_since_ = 0;  // when it last had nothing to wait for
    std::uint64_t alive_at_ = 0;    // when it last answered, or was given something after a rest
    bool silent_ = false;           // it had something to do and did not answer
    int failures_ = 0;              // in a row
    std::uint64_t retry_at_ = 0;    // on the loop's clock: no connection is tried before
    bool resolving_ = false;
    bool closing_ = false;
};

}  // namespace webpushd
