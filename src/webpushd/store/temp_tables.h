// The temporary tables of a store, made when they are first used: PostgreSQL empties every one that a
// connection has at the end of each transaction that uses any, which takes as long as many rows.
#pragma once

#include <span>
#include <utility>

#include "connection.h"

namespace webpushd {

class TempTables {
public:
    // Statements that make them; they outlive this.
    explicit TempTables(std::span<const char* const> statements) : statements_(statements) {}

    // REQUIRES: always the same connection, which is given up when a transaction fails.
    void make_once(Connection& db) {
        for (const char* statement : std::exchange(statements_, {})) { db.query(statement); }
    }

private:
    std::span<const char* const> statements_;
};

}  // namespace webpushd
