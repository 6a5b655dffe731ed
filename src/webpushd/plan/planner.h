// The plan role: turns runs whose time has come into chunks, and closes runs that have nothing left
// to do or were cancelled. Any number of daemons may plan on one database: each run is locked by whoever takes it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "role.h"
#include "store/connection.h"

namespace webpushd {

class Planner : public Role {
public:
    explicit Planner(const Context& context);

    std::string_view name() const override { return "plan"; }
    void start() override;
    void stop() override;

private:
    void loop() noexcept;
    void work(std::optional<Connection>& db);
    // False when it is time to stop.
    bool pause(std::chrono::milliseconds interval);

    const std::string conninfo_;
    Counters& counters_;
    std::thread thread_;
    std::chrono::steady_clock::time_point errors_watched_{};
    std::chrono::steady_clock::time_point keys_forgotten_{};
    std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_ = false;  // under mutex_
};

}  // namespace webpushd
