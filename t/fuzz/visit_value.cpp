// What a visit says, from nginx's variables: lines section, product, amount. It is in the log as it
// was taken.
#include "webpush/visit_value.h"

#include "fuzz.h"
#include "webpush/json_out.h"
#include "webpush/log_record.h"

namespace {

void is_kept(const webpush::VisitRecord& visit) {
    static webpush::JsonReader reader;
    std::string line;
    webpush::append_line(line, visit);
    const auto read = webpush::parse_line(reader, line);
    require(read.ok() && std::holds_alternative<webpush::VisitRecord>(*read));
    const auto& again = std::get<webpush::VisitRecord>(*read);
    require(again.amount == visit.amount);
    if (webpush::is_utf8(visit.section)) { require(again.section == visit.section); }
    if (webpush::is_utf8(visit.product)) { require(again.product == visit.product); }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view rest = input(data, size);
    webpush::VisitRecord visit;
    visit.site = "default";
    visit.section = webpush::visit_text(take_line(rest));
    visit.product = webpush::visit_text(take_line(rest));
    visit.amount = webpush::visit_amount(rest);
    require(visit.amount.empty() || visit.amount == rest);
    require(webpush::visit_text(visit.section) == visit.section);
    require(visit.section.size() <= webpush::max_visit_text);
    is_kept(visit);
    return 0;
}
