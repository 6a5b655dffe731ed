// What `nginx -T` prints. What is read of it, written down as nginx's words, is read as the same.
#include "doctor/nginx_conf.h"

#include "fuzz.h"

namespace {

using webpush_cli::doctor::Directive;

std::string in_quotes(const std::string& word) {
    std::string text = "\"";
    for (const char c : word) {
        if (c == '"' || c == '\\') { text += '\\'; }
        text += c;
    }
    return text + "\"";
}

std::string written(const std::vector<Directive>& block) {
    std::string text;
    for (const Directive& directive : block) {
        text += in_quotes(directive.name);
        for (const std::string& argument : directive.arguments) {
            text += " " + in_quotes(argument);
        }
        text += directive.block.empty() ? ";\n" : " {\n" + written(directive.block) + "}\n";
    }
    return text;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto conf = webpush_cli::doctor::parse_nginx_dump(input(data, size));
    const auto found = webpush_cli::doctor::push_conf(conf, "/etc/nginx");
    for (const auto& location : found.locations) {
        require(location.handler.starts_with("webpush_") && location.edge_dir != "/etc/nginx/");
    }
    const std::string text = written(conf);
    const auto again = webpush_cli::doctor::parse_nginx_dump(
        "# configuration file /etc/nginx/nginx.conf:\n" + text);
    require(written(again) == text);
    return 0;
}
