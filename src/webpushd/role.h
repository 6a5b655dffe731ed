// A role of the daemon (ingest, plan, send, api): threads of its own, nothing shared with the
// others but the database. A role keeps going by itself when the database is away for a while.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "counters.h"
#include "settings.h"

namespace webpushd {

// What every role gets. Outlives all roles.
struct Context {
    Settings settings;     // all defaults filled in
    std::string conninfo;  // the own cluster's or the configured one
    std::unique_ptr<Counters> counters = std::make_unique<Counters>();
};

class Role {
public:
    virtual ~Role() = default;
    virtual std::string_view name() const = 0;
    // Starts the threads; called once. Throws when it can never work (a port in use, say).
    virtual void start() = 0;
    // Asks them to finish what they have begun and joins them; called once after start().
    virtual void stop() = 0;
};

std::unique_ptr<Role> make_ingest_role(const Context& context);
std::unique_ptr<Role> make_plan_role(const Context& context);
std::unique_ptr<Role> make_send_role(const Context& context);
std::unique_ptr<Role> make_api_role(const Context& context);

}  // namespace webpushd
