// Database connections for the API's threads: made when first needed, kept, checked before use.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "store/connection.h"

namespace webpushd {

// Thread-safe. Holds at most as many connections as were ever in use at the same time, which is the
// number of the transport's threads. Outlives its leases.
class DbPool {
public:
    explicit DbPool(std::string conninfo) : conninfo_(std::move(conninfo)) {}

    // Gives its connection back on destruction.
    class Lease {
    public:
        Lease(DbPool& pool, std::unique_ptr<Connection> connection);
        ~Lease();
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;
        Connection& operator*() const { return *connection_; }

    private:
        DbPool& pool_;
        std::unique_ptr<Connection> connection_;
    };

    // Throws DbError when the database does not answer.
    Lease take();

private:
    std::unique_ptr<Connection> take_idle();
    void give_back(std::unique_ptr<Connection> connection);

    const std::string conninfo_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace webpushd
