// doctor/nginx_conf.h: nginx's configuration as `nginx -T` prints it. What doctor makes of a real one is
// t/76-doctor.t's.
#include "doctor/nginx_conf.h"

#include "tap.h"

using webpush_cli::doctor::Directive;
using webpush_cli::doctor::parse_nginx_dump;

namespace {

std::string written(const std::vector<Directive>& block) {
    std::string text;
    for (const Directive& directive : block) {
        text += "(" + directive.name;
        for (const std::string& argument : directive.arguments) {
            text += " " + argument;
        }
        text += (directive.block.empty() ? "" : " " + written(directive.block)) + ")";
    }
    return text;
}

std::string read(const std::string& dump) { return written(parse_nginx_dump(dump)); }

}  // namespace

int main() {
    tap::is(read("# configuration file /n:\na \"b;{\" 'c\\'d' e${f}; # g\nh { i; j k; }\n"),
            "(a b;{ c'd e${f})(h (i)(j k))", "words, quotes, variables, comments, blocks");
    tap::is(read("# configuration file /e/n:\ninclude c/*;b;\n\n# configuration file /e/c/1:\na;\n"
                 "\n# configuration file /e/c/2:\nc { include /e/c/1; }\n"),
            "(a)(c (a))(b)", "included files are where they are included");
    tap::is(read("# configuration file /e/n:\na;\ninclude n;\ninclude n;\nb;\n"), "(a)(b)",
            "a file that includes itself ends");
    tap::is(read("# configuration file /n:\na { b \"c"), "(a)", "an unfinished one ends");
    tap::is(read("") + read("# configuration file \n") + read("nginx: [emerg]"), "", "none");
    return tap::done_testing();
}
