#include "prometheus_text.h"

#include <array>
#include <charconv>

namespace webpush {

std::string prometheus_label(std::string_view name, std::string_view value) {
    std::string label(name);
    label += "=\"";
    for (const char c : value) {
        if (c == '\n') {
            label += "\\n";
            continue;
        }
        if (c == '"' || c == '\\') { label += '\\'; }
        label += c;
    }
    return label += '"';
}

std::string prometheus_number(double number) {
    std::array<char, 64> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number,
                                   std::chars_format::fixed);
    return {digits.data(), end.ptr};
}

void PrometheusText::begin(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    out_.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ");
    out_.append(name).append(" ").append(type).append("\n");
}

void PrometheusText::sample(std::string_view labels, std::uint64_t value, std::string_view suffix) {
    add_sample(labels, std::to_string(value), suffix);
}

void PrometheusText::sample(std::string_view labels, double value, std::string_view suffix) {
    add_sample(labels, prometheus_number(value), suffix);
}

void PrometheusText::add_sample(std::string_view labels, std::string_view value,
                                std::string_view suffix) {
    out_.append(name_).append(suffix);
    if (!labels.empty()) { out_.append("{").append(labels).append("}"); }
    out_.append(" ").append(value).append("\n");
}

}  // namespace webpush
