// Values of directives. What is accepted can be part of a path, a file's name or a header as it is.
#include "webpush/config_value.h"

#include <algorithm>

#include "fuzz.h"
#include "webpush/log_record.h"

namespace {

bool is_plain(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

bool is_file_name(std::string_view text) {
    return !text.empty() && is_plain(text) && text.find('/') == text.npos;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = input(data, size);
    if (webpush::is_site_name(text)) {
        require(is_file_name(text) && text.front() != '.' && text.size() <= 63);
        require(webpush::is_edge_id(text));
        require(webpush::is_origin("https://" + std::string(text)));
    }
    if (webpush::is_edge_id(text)) {
        webpush::FileHeader header;
        header.edge = text;
        require(is_file_name(text) && webpush::log_file_name(header).size() < 255);
    }
    if (webpush::is_origin(text)) { require(webpush::is_redirect_target(text)); }
    if (webpush::is_endpoint_host(text)) { require(is_file_name(text)); }
    if (webpush::is_redirect_target(text)) { require(is_plain(text)); }
    return 0;
}
