// A PostgreSQL connection on a libuv loop: libpq's non-blocking calls only, queries one after
// another in the order given, reconnecting by itself. For queries by key.
//
// A query that was queued or running when the connection was lost fails with a DbError whose
// sqlstate() is ""; whether a running one took effect is then unknown. (Resolving a host name in
// conninfo blocks inside libpq; give an address or a socket directory.)
//
// Lifetime: the object must stay until close()'s callback was called. One thread: the loop's.
#pragma once

#include <uv.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/connection.h"
#include "webpush/result.h"

namespace webpushd {

using QueryResult = webpush::Result<Rows, DbError>;

enum class ResultFormat { text, binary };

struct AsyncQuery {
    const char* sql;                  // of static storage: its address names the prepared statement
    std::vector<std::string> params;  // text format; the server infers the types
    ResultFormat format = ResultFormat::text;
    // Called exactly once, from the loop, never from within query(). May call query() and close();
    // what it throws is logged and goes no further.
    std::function<void(QueryResult)> done;
};

class AsyncConnection {
public:
    // Connects from the loop. `loop` outlives the connection.
    AsyncConnection(uv_loop_t* loop, std::string conninfo, std::string_view role);
    ~AsyncConnection();
    AsyncConnection(const AsyncConnection&) = delete;
    AsyncConnection& operator=(const AsyncConnection&) = delete;

    // REQUIRES: not closed.
    void query(AsyncQuery query);

    // Fails what is queued, ends the connection, closes the handles, then calls `closed` once.
    // Whether what was running took effect is unknown.
    void close(std::function<void()> closed);

    // Queries that have failed so far.
    std::uint64_t failures() const { return failures_; }

private:
    enum class State { waiting, connecting, idle, preparing, executing, closing };

    void connect();
    void continue_connecting();
    void connected();
    void start_next();
    void send_prepare();
    void send_execute();
    void flush();
    void give_up_soon();
    void on_ready(int status, int events);
    void read_results();
    void finish_result_set();
    void finish_query(QueryResult result);
    void lost(const std::string& reason);
    void drop_connection();
    void fail_all(const DbError& error);
    void watch(int events);
    void unwatch();
    void start_timer(std::uint64_t milliseconds);
    bool is_prepared() const;

    static void poll_callback(uv_poll_t* handle, int status, int events);
    static void timer_callback(uv_timer_t* handle);

    uv_loop_t* loop_;
    std::string conninfo_;
    std::string application_name_;
    State state_ = State::waiting;
    PGconn* conn_ = nullptr;
    uv_poll_t* poll_ = nullptr;  // one a socket; freed by its own close callback
    int socket_ = -1;
    uv_timer_t timer_;  // until the next attempt, or until the present connection is given up
    std::deque<AsyncQuery> queue_;  // the front one is running when preparing or executing
    std::optional<QueryResult> result_;  // the running statement's, so far
    std::map<const char*, std::string> prepared_;  // names on this connection
    std::function<void()> closed_;
    std::uint64_t failures_ = 0;
};

}  // namespace webpushd
