#include <unistd.h>

#include <fstream>
#include <iterator>

#include "doctor/gather.h"
#include "doctor/program.h"
#include "webpush/version.h"

namespace webpush_cli::doctor {
namespace {

// Where Debian has it; not in everybody's $PATH.
constexpr const char* usual_program = "/usr/sbin/nginx";

std::string configured(const std::string& about, const std::string& option) {
    const std::size_t at = about.find(option);
    if (at == std::string::npos) { return ""; }
    const std::size_t begin = at + option.size();
    return about.substr(begin, about.find_first_of(" \n", begin) - begin);
}

// What src/ngx_http_webpush/module.cpp left in its file.
std::string version_in(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    constexpr std::string_view mark = webpush::module_version_mark.substr(
        0, webpush::module_version_mark.size() - webpush::version.size());
    const std::size_t at = text.find(mark);
    if (at == std::string::npos) { return ""; }
    const std::size_t begin = at + mark.size();
    const std::size_t end = text.find_first_not_of("0123456789.", begin);
    return end == std::string::npos ? "" : text.substr(begin, end - begin);
}

}  // namespace

NginxFacts gather_nginx(const std::string& program, const std::string& config) {
    NginxFacts facts;
    facts.program = program;
    if (program.empty()) {
        facts.program = ::access(usual_program, X_OK) == 0 ? usual_program : "nginx";
    }
    const ProgramResult about = run_program({facts.program, "-V"});
    facts.error = about.error;
    if (about.error.empty() && about.exit != 0) {
        facts.error = "exit code " + std::to_string(about.exit);
    }
    if (!facts.error.empty()) { return facts; }
    facts.about = about.err;

    std::vector<std::string> command = {facts.program, "-T"};
    if (!config.empty()) { command.insert(command.end(), {"-c", config}); }
    const ProgramResult test = run_program(command);
    facts.valid = test.exit == 0;
    facts.messages = test.err;
    if (!facts.valid) { return facts; }

    facts.conf = push_conf(parse_nginx_dump(test.out), configured(facts.about, "--prefix="));
    if (facts.conf.user.empty()) { facts.conf.user = configured(facts.about, "--user="); }
    if (facts.conf.user.empty()) { facts.conf.user = "nobody"; }
    if (!facts.conf.module.empty()) { facts.module_version = version_in(facts.conf.module); }
    return facts;
}

}  // namespace webpush_cli::doctor
