#include "store/owners.h"

#include <string>

namespace webpushd {

namespace {

constexpr int longest_way = 64;  // ids that replace each other in a circle have no end

#define OF_ID(row) row ".bucket = i.bucket AND " row ".site = i.site AND " row ".id = i.subscription"
#define REPLACEMENT "FROM tombstone d WHERE " OF_ID("d") " AND d.reason = 'replaced'"

}  // namespace

// Subqueries that give one value are looked up row by row, whatever the planner knows of the tables.
void find_owners(Connection& db, const char* table) {
    const std::string name(table);
    const std::string drop_old =
        "DELETE FROM " + name + " i WHERE at <= (SELECT l.t FROM leaving l WHERE " OF_ID("l") ")"
        " OR at <= (SELECT d.at FROM tombstone d WHERE " OF_ID("d") " AND d.reason = 'erased')";
    const std::string one_step =
        "UPDATE " + name + " i SET (bucket, subscription) ="
        " (SELECT get_byte(uuid_send(d.replaced_by), 0), d.replaced_by " REPLACEMENT ")"
        " WHERE (SELECT d.replaced_by " REPLACEMENT ") IS NOT NULL";
    for (int step = 0; step < longest_way; ++step) {
        db.query(drop_old.c_str());
        if (db.query(one_step.c_str()).affected() == 0) { return; }
    }
}

}  // namespace webpushd
