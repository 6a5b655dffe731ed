#include "store/async_connection.h"

#include <libpq-fe.h>

#include <exception>

#include "guard.h"

namespace webpushd {

namespace {

constexpr std::uint64_t reconnect_after_ms = 1000;
constexpr std::uint64_t connect_within_ms = 10000;

// Everything asked here is by key, of tables that may have been empty when they were last analysed:
// the planner must not conclude from that that reading them whole is cheap. (Without jit, because
// what has no index then seems expensive enough to compile.)
constexpr const char* session_options = "-c DateStyle=ISO -c enable_seqscan=off -c jit=off";

DbError connection_error(const std::string& reason) { return {reason, ""}; }

// The primary message only, and not of class 22 (data exception): others may quote values.
DbError result_error(const PGresult* result) {
    const char* message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const char* field = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const std::string sqlstate = field != nullptr ? field : "";
    if (message == nullptr) { return {"no answer from the database", sqlstate}; }
    return {sqlstate.starts_with("22") ? "data not accepted by the database" : message, sqlstate};
}

void ignore_notice(void*, const PGresult*) {}

bool succeeded(const PGresult* result) {
    const ExecStatusType status = PQresultStatus(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

}  // namespace

AsyncConnection::AsyncConnection(uv_loop_t* loop, std::string conninfo, std::string_view role)
    : loop_(loop),
      conninfo_(std::move(conninfo)),
      application_name_("webpushd " + std::string(role)) {
    uv_timer_init(loop_, &timer_);
    timer_.data = this;
    start_timer(0);
}

AsyncConnection::~AsyncConnection() = default;

void AsyncConnection::query(AsyncQuery query) {
    queue_.push_back(std::move(query));
    if (state_ == State::idle && queue_.size() == 1) { start_next(); }
}

void AsyncConnection::close(std::function<void()> closed) {
    closed_ = std::move(closed);
    state_ = State::closing;
    drop_connection();
    fail_all(connection_error("closing"));
    uv_close(reinterpret_cast<uv_handle_t*>(&timer_), [](uv_handle_t* handle) {
        auto* self = static_cast<AsyncConnection*>(handle->data);
        guarded("database", [self] { self->closed_(); });
    });
}

// ---- connecting ----

void AsyncConnection::connect() {
    state_ = State::connecting;
    prepared_.clear();
    const char* keys[] = {"tcp_user_timeout", "options",         "dbname",
                          "application_name", "client_encoding", nullptr};
    const char* values[] = {"30000", session_options, conninfo_.c_str(), application_name_.c_str(),
                            "UTF8",  nullptr};
    conn_ = PQconnectStartParams(keys, values, 1);
    if (conn_ == nullptr || PQstatus(conn_) == CONNECTION_BAD) { return lost("cannot connect"); }
    PQsetNoticeReceiver(conn_, ignore_notice, nullptr);
    start_timer(connect_within_ms);
    watch(UV_WRITABLE);  // as libpq asks for before the first PQconnectPoll()
}

void AsyncConnection::continue_connecting() {
    switch (PQconnectPoll(conn_)) {
    case PGRES_POLLING_READING: return watch(UV_READABLE);
    case PGRES_POLLING_WRITING: return watch(UV_WRITABLE);
    case PGRES_POLLING_OK: return connected();
    default: return lost("cannot connect");
    }
}

void AsyncConnection::connected() {
    uv_timer_stop(&timer_);
    if (PQsetnonblocking(conn_, 1) != 0) { return lost("cannot connect"); }
    state_ = State::idle;
    watch(UV_READABLE);
    start_next();
}

// ---- queries ----

void AsyncConnection::start_next() {
    if (state_ != State::idle || queue_.empty()) { return; }
    if (is_prepared()) { send_execute(); } else { send_prepare(); }
}

bool AsyncConnection::is_prepared() const { return prepared_.count(queue_.front().sql) != 0; }

void AsyncConnection::send_prepare() {
    state_ = State::preparing;
    const std::string statement = "s" + std::to_string(prepared_.size());
    if (PQsendPrepare(conn_, statement.c_str(), queue_.front().sql, 0, nullptr) != 1) {
        return give_up_soon();
    }
    flush();
}

void AsyncConnection::send_execute() {
    state_ = State::executing;
    const AsyncQuery& query = queue_.front();
    std::vector<const char*> values;
    values.reserve(query.params.size());
    for (const std::string& param : query.params) { values.push_back(param.c_str()); }
    const int sent = PQsendQueryPrepared(conn_, prepared_[query.sql].c_str(),
                                         static_cast<int>(values.size()), values.data(), nullptr,
                                         nullptr, query.format == ResultFormat::binary ? 1 : 0);
    if (sent != 1) { return give_up_soon(); }
    flush();
}

void AsyncConnection::flush() {
    const int unsent = PQflush(conn_);
    if (unsent < 0) { return give_up_soon(); }
    watch(unsent == 0 ? UV_READABLE : UV_READABLE | UV_WRITABLE);
}

void AsyncConnection::on_ready(int status, int events) {
    if (status < 0) { return lost("connection lost"); }
    if (state_ == State::connecting) { return continue_connecting(); }
    if ((events & UV_READABLE) != 0 && PQconsumeInput(conn_) != 1) {
        return lost("connection lost");
    }
    flush();
    if (state_ == State::preparing || state_ == State::executing) { read_results(); }
}

void AsyncConnection::read_results() {
    while (PQisBusy(conn_) == 0) {
        PGresult* result = PQgetResult(conn_);
        if (result == nullptr) { return finish_result_set(); }
        if (succeeded(result)) {
            result_.emplace(Rows(result));
        } else {
            result_.emplace(result_error(result));
            PQclear(result);
        }
    }
}

void AsyncConnection::finish_result_set() {
    const bool was_preparing = state_ == State::preparing;
    state_ = State::idle;
    if (PQstatus(conn_) == CONNECTION_BAD || !result_) { return lost("connection lost"); }
    QueryResult result = std::move(*result_);
    result_.reset();
    if (was_preparing && result.ok()) {
        prepared_.emplace(queue_.front().sql, "s" + std::to_string(prepared_.size()));
        return start_next();
    }
    finish_query(std::move(result));
}

// The next query is sent before this one's callback runs, so that the server is never idle for it.
void AsyncConnection::finish_query(QueryResult result) {
    const auto done = std::move(queue_.front().done);
    queue_.pop_front();
    if (!result.ok()) { ++failures_; }
    start_next();
    guarded("database", [&] { done(std::move(result)); });
}

// ---- failure ----

void AsyncConnection::lost(const std::string& reason) {
    drop_connection();
    state_ = State::waiting;
    start_timer(reconnect_after_ms);
    fail_all(connection_error(reason));
}

// From the loop, because query() may be what found out and its callback must not run within it.
void AsyncConnection::give_up_soon() { start_timer(0); }

void AsyncConnection::drop_connection() {
    unwatch();
    uv_timer_stop(&timer_);
    result_.reset();
    PQfinish(conn_);
    conn_ = nullptr;
}

// Only what is queued now: callbacks may queue anew.
void AsyncConnection::fail_all(const DbError& error) {
    std::deque<AsyncQuery> failed;
    failed.swap(queue_);
    failures_ += failed.size();
    for (const AsyncQuery& query : failed) {
        guarded("database", [&] { query.done(error); });
    }
}

// ---- libuv ----

// The socket may be another one after each PQconnectPoll(); a poll handle stays with its own.
void AsyncConnection::watch(int events) {
    if (poll_ == nullptr || PQsocket(conn_) != socket_) {
        unwatch();
        socket_ = PQsocket(conn_);
        poll_ = new uv_poll_t;
        poll_->data = this;
        uv_poll_init(loop_, poll_, socket_);
    }
    uv_poll_start(poll_, events, poll_callback);
}

void AsyncConnection::unwatch() {
    if (poll_ == nullptr) { return; }
    uv_poll_stop(poll_);
    uv_close(reinterpret_cast<uv_handle_t*>(poll_),
             [](uv_handle_t* handle) { delete reinterpret_cast<uv_poll_t*>(handle); });
    poll_ = nullptr;
}

void AsyncConnection::start_timer(std::uint64_t milliseconds) {
    uv_timer_start(&timer_, timer_callback, milliseconds, 0);
}

void AsyncConnection::poll_callback(uv_poll_t* handle, int status, int events) {
    auto* self = static_cast<AsyncConnection*>(handle->data);
    guarded("database", [=] { self->on_ready(status, events); });
}

void AsyncConnection::timer_callback(uv_timer_t* handle) {
    auto* self = static_cast<AsyncConnection*>(handle->data);
    guarded("database", [self] {
        if (self->state_ == State::waiting) { return self->connect(); }
        self->lost("no connection");
    });
}

}  // namespace webpushd
