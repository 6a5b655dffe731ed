// One blocking PostgreSQL connection (libpq) with bound parameters and results as RAII. Used by the
// threads that may wait (ingest, plan, api); the sender's loop uses store/async_connection.h.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

typedef struct pg_conn PGconn;
typedef struct pg_result PGresult;

namespace webpushd {

// Every failure of the database. sqlstate() is "" when the connection itself failed.
// what() never contains parameter values: they may be endpoints or keys.
class DbError : public std::runtime_error {
public:
    DbError(const std::string& message, std::string sqlstate);
    const std::string& sqlstate() const { return sqlstate_; }

private:
    std::string sqlstate_;
};

// One bound parameter: text, number, raw octets (bytea and uuid, sent in binary), or NULL.
// Views must live until the call returns.
class Param {
public:
    Param(std::nullptr_t);
    Param(std::string_view text);
    Param(const char* text);
    Param(const std::string& text);
    Param(std::int64_t number);
    Param(int number);
    Param(bool truth);
    static Param binary(std::string_view octets);

    bool is_null() const { return null_; }
    bool is_binary() const { return binary_; }
    std::string_view bytes() const { return owned_.empty() ? view_ : std::string_view(owned_); }

private:
    std::string owned_;
    std::string_view view_;
    bool null_ = false;
    bool binary_ = false;
};

// A result; text format. Views are valid as long as the Rows.
class Rows {
public:
    explicit Rows(PGresult* result);
    ~Rows();
    Rows(Rows&&) noexcept;
    Rows& operator=(Rows&&) noexcept;

    int size() const;
    bool empty() const { return size() == 0; }
    bool is_null(int row, int column) const;
    std::string_view text(int row, int column) const;
    std::int64_t integer(int row, int column) const;
    bool boolean(int row, int column) const;
    // Rows changed by INSERT, UPDATE, DELETE or COPY.
    std::int64_t affected() const;

private:
    PGresult* result_;
};

class Connection {
public:
    // Connects at once; statement_timeout 0, application_name "webpushd <role>".
    Connection(const std::string& conninfo, std::string_view role);
    ~Connection();
    Connection(Connection&&) noexcept;
    Connection(const Connection&) = delete;

    Rows query(const char* sql, std::initializer_list<Param> params = {});
    Rows query(const char* sql, const std::vector<Param>& params);

    // COPY ... FROM STDIN (text format): `data` is whole rows.
    void copy_in(const char* sql, std::string_view data);

    // False when the connection is lost; the owner makes a new one.
    bool alive() const;

private:
    PGconn* conn_;
};

// BEGIN now, ROLLBACK on destruction unless committed.
class Transaction {
public:
    explicit Transaction(Connection& db);
    ~Transaction();
    void commit();

private:
    Connection& db_;
    bool open_ = true;
};

}  // namespace webpushd
