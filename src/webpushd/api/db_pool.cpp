#include "db_pool.h"

#include <utility>

namespace webpushd {
namespace {

// Costs a round trip, and saves a refused call after each restart of the database.
bool answers(Connection& db) {
    try {
        db.query("SELECT 1");
        return true;
    } catch (const DbError&) {
        return false;
    }
}

}  // namespace

DbPool::Lease::Lease(DbPool& pool, std::unique_ptr<Connection> connection)
    : pool_(pool), connection_(std::move(connection)) {}

DbPool::Lease::~Lease() { pool_.give_back(std::move(connection_)); }

DbPool::Lease DbPool::take() {
    while (auto connection = take_idle()) {
        if (answers(*connection)) { return Lease(*this, std::move(connection)); }
    }
    return Lease(*this, std::make_unique<Connection>(conninfo_, "api"));
}

std::unique_ptr<Connection> DbPool::take_idle() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) { return nullptr; }
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    return connection;
}

void DbPool::give_back(std::unique_ptr<Connection> connection) {
    if (!connection->alive()) { return; }
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(connection));
}

}  // namespace webpushd
