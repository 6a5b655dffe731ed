// Rows for COPY: what text may hold, octets, times.
#include "store/copy_rows.h"

#include "tap.h"

using webpushd::CopyRows;

namespace {

std::string text(std::string_view value) {
    CopyRows rows;
    rows.text(value);
    return rows.data();
}

std::string json(std::string_view value) {
    CopyRows rows;
    rows.json(value);
    return rows.data();
}

std::string time(std::int64_t milliseconds) {
    CopyRows rows;
    rows.time(milliseconds);
    return rows.data();
}

void check_rows() {
    CopyRows rows;
    rows.integer(-7);
    rows.boolean(true);
    rows.null();
    rows.end_row();
    rows.octets(std::string_view("\0\xff", 2));
    rows.text("");
    rows.id({0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0, 0, 0, 0, 0, 0, 0, 1});
    rows.end_row();
    tap::is(rows.data(),
            "-7\tt\t\\N\n"
            "\\\\x00ff\t\t01234567-89ab-cdef-0000-000000000001\n",
            "columns are parted by tabs, rows end in a newline");
    tap::is(rows.size(), 2, "rows are counted");
    rows.clear();
    tap::ok(rows.empty() && rows.data().empty(), "clear() leaves nothing");
}

}  // namespace

int main() {
    check_rows();
    tap::is(text("a\tb\nc\rd\\e"), "a\\tb\\nc\\rd\\\\e", "what parts columns and rows is escaped");
    tap::is(text("\\N"), "\\\\N", "text cannot be taken for NULL");
    tap::is(text("\\."), "\\\\.", "nor for the end of the data");
    tap::is(text(std::string_view("a\0b", 3)), "ab", "NUL octets are left out");
    tap::is(text("caf\xc3\xa9"), "caf\xc3\xa9", "UTF-8 stays");
    tap::is(json(R"("a\u0000b\n")"), R"("ab\\n")", "of JSON text NUL is left out as well");
    tap::is(json(R"("\\u0000\\\u0000")"), R"("\\\\u0000\\\\")", "but not what only looks like it");
    tap::is(json("\\"), "\\\\", "half an escape is the database's to refuse");
    tap::is(time(0), "1970-01-01 00:00:00.000+00", "the beginning of time");
    tap::is(time(1709210096007), "2024-02-29 12:34:56.007+00", "a leap day, milliseconds padded");
    tap::is(time(253402300799999), "9999-12-31 23:59:59.999+00", "the end of time");
    return tap::done_testing();
}
