// Figures in the text format of Prometheus, version 0.0.4: of the edge and of the daemon.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace webpush {

inline constexpr std::string_view prometheus_type = "text/plain; version=0.0.4";

// name="value"; what the format wants escaped is.
std::string prometheus_label(std::string_view name, std::string_view value);

class PrometheusText {
public:
    // Begins a metric ("counter", "gauge", "histogram"); samples that follow are of it. `name` is
    // valid until the next one begins.
    void begin(std::string_view name, std::string_view type, std::string_view help);

    // `labels`: "" or labels with commas between them; `suffix` stands behind the name.
    void sample(std::string_view labels, std::uint64_t value, std::string_view suffix = "");
    void sample(std::string_view labels, double value, std::string_view suffix = "");

    // A metric that has one sample.
    template <typename T>
    void single(std::string_view name, std::string_view type, std::string_view help, T value) {
        begin(name, type, help);
        sample("", value);
    }

    std::string take() { return std::move(out_); }

private:
    void add_sample(std::string_view labels, std::string_view value, std::string_view suffix);

    std::string out_;
    std::string_view name_;
};

// Never in the form with an exponent, the same in every locale.
std::string prometheus_number(double number);

}  // namespace webpush
