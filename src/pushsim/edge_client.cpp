#include "edge_client.h"

#include <algorithm>
#include <utility>

#include "address.h"
#include "tcp.h"

namespace pushsim {
namespace {

constexpr std::uint64_t answer_timeout = 30'000;  // ms

}  // namespace

// One connection with at most one request under way.
class EdgeClient::Connection : private Tcp::User {
public:
    explicit Connection(EdgeClient& client) : client_(client), tcp_(client.loop_, *this) {}

    // REQUIRES: free().
    void start(Waiting waiting) {
        request_ = std::move(waiting);
        answer_ = HttpAnswer();
        started_ = uv_now(client_.loop_);
        busy_ = true;
        if (connected_) { return send(); }
        tcp_.connect(reinterpret_cast<const sockaddr&>(client_.address_));
    }

    bool free() const { return !busy_ && !over_; }
    bool over() const { return over_; }
    bool expired() const { return busy_ && uv_now(client_.loop_) > started_ + answer_timeout; }
    void end() { finish(nullptr, true); }

private:
    void connected() override {
        connected_ = true;
        send();
    }

    void send() { tcp_.write(std::move(request_.octets)); }

    void received(std::string_view octets) override {
        if (over_ || !busy_) { return end(); }
        switch (answer_.take(octets)) {
            case HttpAnswer::Progress::more: return;
            case HttpAnswer::Progress::complete: {
                const HttpAnswer answer = std::move(answer_);  // the next request may start
                return finish(&answer, !answer.keeps_alive());
            }
            case HttpAnswer::Progress::broken: return end();
        }
    }

    void ended() override { end(); }

    void finish(const HttpAnswer* answer, bool over) {
        over_ = over_ || over;
        if (std::exchange(busy_, false)) { std::exchange(request_.answered, {})(answer); }
        client_.released(*this);  // which may destroy this
    }

    EdgeClient& client_;
    Tcp tcp_;
    Waiting request_;
    HttpAnswer answer_;
    std::uint64_t started_ = 0;
    bool connected_ = false;
    bool busy_ = false;
    bool over_ = false;
};

EdgeClient::EdgeClient(uv_loop_t* loop, const std::string& address, std::string host,
                       std::size_t max_connections)
    : loop_(loop),
      address_(parse_address(address)),
      host_(std::move(host)),
      max_connections_(max_connections) {}

EdgeClient::~EdgeClient() = default;

void EdgeClient::send(const EdgeRequest& request, Answered answered) {
    std::string octets = request.head + "Host: " + host_ + "\r\n";
    if (!request.body.empty()) {
        octets += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
    }
    octets += "\r\n" + request.body;
    waiting_.push_back({std::move(octets), std::move(answered)});
    start_waiting();
}

void EdgeClient::expire() {
    std::vector<Connection*> expired;
    for (const auto& connection : connections_) {
        if (connection->expired()) { expired.push_back(connection.get()); }
    }
    for (Connection* connection : expired) {
        connection->end();
    }
}

void EdgeClient::start_waiting() {
    while (!waiting_.empty()) {
        auto found = std::find_if(connections_.begin(), connections_.end(),
                                  [](const auto& connection) { return connection->free(); });
        if (found == connections_.end()) {
            if (connections_.size() >= max_connections_) { return; }
            connections_.push_back(std::make_unique<Connection>(*this));
            found = connections_.end() - 1;
        }
        Waiting next = std::move(waiting_.front());
        waiting_.pop_front();
        (*found)->start(std::move(next));
    }
}

void EdgeClient::released(Connection& connection) {
    if (connection.over()) {
        std::erase_if(connections_, [&](const auto& owned) { return owned.get() == &connection; });
    }
    start_waiting();
}

}  // namespace pushsim
