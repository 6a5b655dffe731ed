// The send role: threads that share nothing, each with its own event loop, database connection,
// TLS context and HTTP connections.
#pragma once

#include <memory>
#include <vector>

#include "role.h"

namespace webpushd {

class SenderThread;

class Sender : public Role {
public:
    explicit Sender(const Context& context);
    ~Sender() override;

    std::string_view name() const override { return "send"; }
    void start() override;
    void stop() override;

private:
    const Context& context_;
    std::vector<std::unique_ptr<SenderThread>> threads_;
};

}  // namespace webpushd
