#include "connection.h"

#include <libpq-fe.h>

#include <charconv>
#include <climits>
#include <utility>

namespace webpushd {

namespace {

// libpq's messages end in a newline and may have several lines; the first says what happened.
std::string first_line(const char* message) {
    std::string_view text = message != nullptr ? message : "";
    return std::string(text.substr(0, text.find('\n')));
}

std::string connection_message(PGconn* conn) {
    return conn == nullptr ? "out of memory" : first_line(PQerrorMessage(conn));
}

// PostgreSQL quotes the offending value in messages of class 22 (data exception) and in every
// DETAIL and CONTEXT; values may be endpoints or keys, so those are left out.
DbError error_of(PGconn* conn, const PGresult* result) {
    const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (state == nullptr) { return DbError("database connection lost: " + connection_message(conn), ""); }
    std::string sqlstate(state);
    if (sqlstate.starts_with("22")) { return DbError("data not accepted by the database", sqlstate); }
    return DbError(first_line(PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY)), sqlstate);
}

bool succeeded(const PGresult* result) {
    const ExecStatusType status = PQresultStatus(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

Rows checked(PGconn* conn, PGresult* result) {
    Rows rows(result);
    if (!succeeded(result)) { throw error_of(conn, result); }
    return rows;
}

void ignore_notice(void*, const PGresult*) {}

// Everything that results depend on is set here, whatever the server's or the user's defaults are.
constexpr const char* session_settings =
    "SET TIME ZONE 'UTC'; SET statement_timeout = 0; SET lock_timeout = 0; "
    "SET DateStyle = 'ISO'; SET bytea_output = 'hex'; SET extra_float_digits = 1";

}  // namespace

DbError::DbError(const std::string& message, std::string sqlstate)
    : std::runtime_error(sqlstate.empty() ? message : message + " (SQLSTATE " + sqlstate + ")"),
      sqlstate_(std::move(sqlstate)) {}

Param::Param(std::nullptr_t) : null_(true) {}
Param::Param(std::string_view text) : view_(text) {}
Param::Param(const char* text) : view_(text) {}
Param::Param(const std::string& text) : view_(text) {}
Param::Param(std::int64_t number) : owned_(std::to_string(number)) {}
Param::Param(int number) : owned_(std::to_string(number)) {}
Param::Param(bool truth) : view_(truth ? "t" : "f") {}

Param Param::binary(std::string_view octets) {
    Param param(octets);
    param.binary_ = true;
    return param;
}

Rows::Rows(PGresult* result) : result_(result) {}
Rows::~Rows() { PQclear(result_); }
Rows::Rows(Rows&& other) noexcept : result_(std::exchange(other.result_, nullptr)) {}

Rows& Rows::operator=(Rows&& other) noexcept {
    std::swap(result_, other.result_);
    return *this;
}

int Rows::size() const { return PQntuples(result_); }

bool Rows::is_null(int row, int column) const { return PQgetisnull(result_, row, column) != 0; }

std::string_view Rows::text(int row, int column) const {
    return {PQgetvalue(result_, row, column),
            static_cast<std::size_t>(PQgetlength(result_, row, column))};
}

std::int64_t Rows::integer(int row, int column) const {
    const std::string_view digits = text(row, column);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc() || end != digits.data() + digits.size()) {
        throw DbError("column " + std::to_string(column) + " is not an integer", "22P02");
    }
    return number;
}

bool Rows::boolean(int row, int column) const { return text(row, column) == "t"; }

std::int64_t Rows::affected() const {
    const std::string_view digits = PQcmdTuples(result_);
    std::int64_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
}

Connection::Connection(const std::string& conninfo, std::string_view role) {
    const std::string name = "webpushd " + std::string(role);
    const char* const keywords[] = {"connect_timeout", "tcp_user_timeout", "dbname",
                                    "application_name", "client_encoding", nullptr};
    const char* const values[] = {"10", "30000", conninfo.c_str(), name.c_str(), "UTF8", nullptr};
    conn_ = PQconnectdbParams(keywords, values, 1);
    if (PQstatus(conn_) != CONNECTION_OK) {
        DbError error("no database connection: " + connection_message(conn_), "");
        PQfinish(conn_);
        throw error;
    }
    PQsetNoticeReceiver(conn_, ignore_notice, nullptr);
    try {
        checked(conn_, PQexec(conn_, session_settings));
    } catch (...) {
        PQfinish(conn_);
        throw;
    }
}

Connection::~Connection() { PQfinish(conn_); }

Connection::Connection(Connection&& other) noexcept : conn_(std::exchange(other.conn_, nullptr)) {}

Rows Connection::query(const char* sql, std::initializer_list<Param> params) {
    return query(sql, std::vector<Param>(params));
}

Rows Connection::query(const char* sql, const std::vector<Param>& params) {
    std::vector<std::string> texts;  // text parameters have to end in NUL
    texts.reserve(params.size());
    std::vector<const char*> values;
    std::vector<int> lengths;
    std::vector<int> formats;
    for (const Param& param : params) {
        const std::string_view bytes = param.bytes();
        if (bytes.size() > INT_MAX || (!param.is_binary() && bytes.find('\0') != bytes.npos)) {
            throw DbError("text with a NUL octet", "22021");
        }
        texts.emplace_back(bytes);
        values.push_back(param.is_null() ? nullptr : texts.back().c_str());
        lengths.push_back(static_cast<int>(bytes.size()));
        formats.push_back(param.is_binary() ? 1 : 0);
    }
    return checked(conn_, PQexecParams(conn_, sql, static_cast<int>(params.size()), nullptr,
                                       values.data(), lengths.data(), formats.data(), 0));
}

void Connection::copy_in(const char* sql, std::string_view data) {
    PGresult* started = PQexec(conn_, sql);
    const Rows owner(started);
    if (PQresultStatus(started) != PGRES_COPY_IN) { throw error_of(conn_, started); }
    constexpr std::size_t piece = 1 << 20;
    bool sent = true;
    for (std::size_t at = 0; sent && at < data.size(); at += piece) {
        const std::string_view part = data.substr(at, piece);
        sent = PQputCopyData(conn_, part.data(), static_cast<int>(part.size())) == 1;
    }
    if (sent) { PQputCopyEnd(conn_, nullptr); }
    checked(conn_, PQgetResult(conn_));
    while (PGresult* rest = PQgetResult(conn_)) { PQclear(rest); }
}

bool Connection::alive() const { return PQstatus(conn_) == CONNECTION_OK; }

Transaction::Transaction(Connection& db) : db_(db) { db_.query("BEGIN"); }

Transaction::~Transaction() {
    if (!open_) { return; }
    try {
        db_.query("ROLLBACK");
    } catch (const DbError&) {
        // The connection is lost, and the transaction with it.
    }
}

void Transaction::commit() {
    open_ = false;
    db_.query("COMMIT");
}

}  // namespace webpushd
