// Fields of requests and answers: Content-Type, Sec-Purpose, Origin, Location. Lines of the input are
// a field, a host and parameters.
#include "webpush/http_field.h"

#include <string>

#include "fuzz.h"

namespace {

bool is_part_of(std::string_view part, std::string_view whole) {
    return part.empty() || whole.ends_with(part);
}

// Parameters change nothing, and no value is of both kinds.
void states_a_kind(std::string_view field, std::string_view parameters) {
    const std::string longer = std::string(field) + ";" + std::string(parameters);
    require(webpush::is_json_type(field) == webpush::is_json_type(longer));
    require(webpush::is_prefetch(field) == webpush::is_prefetch(longer));
    require(!webpush::is_json_type(field) || !webpush::is_prefetch(field));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view rest = input(data, size);
    const std::string_view field = take_line(rest);
    const std::string_view host = take_line(rest);
    states_a_kind(field, rest);

    const bool over_tls = webpush::is_origin_of_host(field, host, true);
    if (over_tls) {
        require(webpush::is_origin_of_host(field, host, false) && !host.empty());
        require(field.starts_with("https://") && field.size() == 8 + host.size());
    }
    require(host.empty() || webpush::is_origin_of_host("https://" + std::string(host), host, true));

    const std::string_view path = webpush::path_on_host(field, host);
    require(is_part_of(path, field) && (path.empty() || path.front() == '/'));
    require(webpush::path_on_host(path, host) == path);
    return 0;
}
