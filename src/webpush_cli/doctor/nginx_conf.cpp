#include "doctor/nginx_conf.h"

#include <fnmatch.h>

#include <algorithm>
#include <map>
#include <utility>

namespace webpush_cli::doctor {
namespace {

using Files = std::map<std::string, std::string_view>;  // sorted, as nginx includes them

constexpr int max_depth = 32;

struct Token {
    enum class Kind { word, semicolon, open, close, end } kind = Kind::end;
    std::string text;
};

class Tokens {
public:
    explicit Tokens(std::string_view text) : text_(text) {}

    Token next() {
        skip_space();
        if (text_.empty()) { return {}; }
        const char c = text_.front();
        if (c == ';' || c == '{' || c == '}') {
            text_.remove_prefix(1);
            return {c == ';'   ? Token::Kind::semicolon
                    : c == '{' ? Token::Kind::open
                               : Token::Kind::close,
                    ""};
        }
        return {Token::Kind::word, c == '"' || c == '\'' ? quoted(c) : bare()};
    }

private:
    void skip_space() {
        for (;;) {
            text_.remove_prefix(std::min(text_.find_first_not_of(" \t\r\n"), text_.size()));
            if (!text_.starts_with('#')) { return; }
            text_.remove_prefix(std::min(text_.find('\n'), text_.size()));
        }
    }

    char take() {
        const char c = text_.front();
        text_.remove_prefix(1);
        return c;
    }

    std::string quoted(char quote) {
        std::string word;
        take();
        while (!text_.empty()) {
            char c = take();
            if (c == quote) { break; }
            if (c == '\\' && !text_.empty()) { c = take(); }
            word += c;
        }
        return word;
    }

    std::string bare() {
        constexpr std::string_view ends = " \t\r\n;{";
        std::string word;
        while (!text_.empty()) {
            const bool variable = text_.front() == '{' && word.ends_with('$');
            if (ends.find(text_.front()) != std::string_view::npos && !variable) { break; }
            char c = take();
            if (c == '\\' && !text_.empty()) { c = take(); }
            word += c;
        }
        return word;
    }

    std::string_view text_;
};

class Parser {
public:
    Parser(const Files& files, std::string folder) : files_(files), folder_(std::move(folder)) {}

    std::vector<Directive> file(const std::string& name, int depth) {
        open_.push_back(name);
        Tokens tokens(files_.at(name));
        std::vector<Directive> directives = block(tokens, depth);
        open_.pop_back();
        return directives;
    }

private:
    std::vector<Directive> block(Tokens& tokens, int depth) {
        std::vector<Directive> directives;
        Directive directive;
        for (Token token = tokens.next();; token = tokens.next()) {
            switch (token.kind) {
                case Token::Kind::end:
                case Token::Kind::close: return directives;
                case Token::Kind::word: add_word(directive, std::move(token.text)); break;
                case Token::Kind::open:
                    if (depth > max_depth) { return directives; }
                    directive.block = block(tokens, depth + 1);
                    [[fallthrough]];
                case Token::Kind::semicolon:
                    finish(directives, std::exchange(directive, {}), depth);
                    break;
            }
        }
    }

    static void add_word(Directive& directive, std::string word) {
        if (directive.name.empty()) {
            directive.name = std::move(word);
        } else {
            directive.arguments.push_back(std::move(word));
        }
    }

    void finish(std::vector<Directive>& directives, Directive directive, int depth) {
        if (directive.name != "include" || directive.arguments.empty()) {
            directives.push_back(std::move(directive));
            return;
        }
        std::string pattern = directive.arguments.front();
        if (!pattern.starts_with('/')) { pattern = folder_ + pattern; }
        for (const auto& entry : files_) {
            const std::string& name = entry.first;
            if (depth > max_depth) { return; }
            const bool matches =
                ::fnmatch(pattern.c_str(), name.c_str(), FNM_PATHNAME | FNM_PERIOD) == 0;
            if (!matches || is_open(name)) { continue; }
            for (Directive& included : file(name, depth + 1)) {
                directives.push_back(std::move(included));
            }
        }
    }

    // A file cannot include itself: nginx would not have come to an end, and nor should we.
    bool is_open(const std::string& name) const {
        return std::find(open_.begin(), open_.end(), name) != open_.end();
    }

    const Files& files_;
    std::string folder_;
    std::vector<std::string> open_;  // that are being read, each included by the one before
};

struct Inherited {
    std::string site = "default";
    std::string edge_dir = "/var/lib/webpush/edge";
};

std::string first_argument(const Directive& directive) {
    return directive.arguments.empty() ? "" : directive.arguments.front();
}

std::string full_path(const std::string& path, const std::string& prefix) {
    return path.empty() || path.starts_with('/') ? path : prefix + "/" + path;
}

bool is_handler(const std::string& name) {
    return name == "webpush_subscribe" || name == "webpush_unsubscribe" ||
           name == "webpush_event" || name == "webpush_click";
}

class Collector {
public:
    Collector(PushConf& conf, const std::string& prefix) : conf_(conf), prefix_(prefix) {}

    // A directive counts for its whole block, wherever in it it stands.
    void visit(const std::vector<Directive>& block, Inherited inherited) {
        for (const Directive& directive : block) {
            read(directive, inherited);
        }
        for (const Directive& directive : block) {
            if (is_handler(directive.name)) {
                conf_.locations.push_back({directive.name, inherited.site, inherited.edge_dir});
            }
            visit(directive.block, inherited);
        }
    }

private:
    void read(const Directive& directive, Inherited& inherited) {
        const std::string value = first_argument(directive);
        if (directive.name == "user") { conf_.user = value; }
        if (directive.name == "webpush_site") { inherited.site = value; }
        if (directive.name == "webpush_log_dir") { conf_.log_dir = full_path(value, prefix_); }
        if (directive.name == "webpush_edge_dir") {
            inherited.edge_dir = full_path(value, prefix_);
        }
        if (directive.name == "load_module" &&
            value.find("ngx_http_webpush_module") != std::string::npos) {
            conf_.module = full_path(value, prefix_);
        }
    }

    PushConf& conf_;
    const std::string& prefix_;
};

}  // namespace

std::vector<Directive> parse_nginx_dump(std::string_view dump) {
    constexpr std::string_view mark = "# configuration file ";
    Files files;
    std::string main_file;
    while (dump.starts_with(mark)) {
        const std::size_t line = dump.find('\n');
        if (line == std::string_view::npos) { break; }
        const std::string name(dump.substr(mark.size(), line - mark.size() - 1));  // less the ':'
        dump.remove_prefix(line + 1);
        const std::size_t next = dump.find("\n" + std::string(mark));
        const std::size_t size = next == std::string_view::npos ? dump.size() : next + 1;
        files.emplace(name, dump.substr(0, size));
        dump.remove_prefix(size);
        if (main_file.empty()) { main_file = name; }
    }
    if (main_file.empty()) { return {}; }
    return Parser(files, main_file.substr(0, main_file.rfind('/') + 1)).file(main_file, 0);
}

PushConf push_conf(const std::vector<Directive>& conf, const std::string& prefix) {
    PushConf found;
    found.log_dir = "/var/lib/webpush/log";
    Collector(found, prefix).visit(conf, Inherited());
    return found;
}

}  // namespace webpush_cli::doctor
