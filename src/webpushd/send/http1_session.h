// HTTP/1.1 where a push service has nothing better: one exchange at a time, connections kept alive.
#pragma once

#include "send/exchange.h"
#include "send/http1_answer.h"

namespace webpushd {

class Http1Session : public HttpProtocol {
public:
    // `listener` outlives the session.
    explicit Http1Session(ExchangeListener& listener) : listener_(listener) {}

    bool ready() const override { return true; }
    std::size_t room() const override { return exchange_ == nullptr && !retired_ ? 1 : 0; }
    std::size_t open() const override { return exchange_ == nullptr ? 0 : 1; }
    bool retired() const override { return retired_; }
    bool submit(Exchange& exchange) override;
    bool write(std::string& out) override;
    bool read(std::string_view octets) override;
    bool expire(std::uint64_t now) override;
    void drain() override { retired_ = true; }
    void retire() override { retired_ = true; }
    void abort() override;

private:
    void finish(ExchangeEnd end);

    ExchangeListener& listener_;
    Exchange* exchange_ = nullptr;
    Http1Answer answer_;
    std::string unsent_;
    bool retired_ = false;
};

}  // namespace webpushd
