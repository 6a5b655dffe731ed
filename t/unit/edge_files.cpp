#include "webpush/edge_files.h"

#include "files.h"

using namespace webpush;

namespace {

const std::string key_text =
    "BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs";

VapidPublicKey key() { return {"VeKk3pT6", *to_octets<65>(*base64url_decode(key_text))}; }

std::string refusal(const std::string& file) {
    const auto keys = parse_vapid_keys(file);
    return keys.ok() ? "taken" : keys.error().detail;
}

}  // namespace

int main() {
    is_golden(browser_config("default", key(), {}), "config.json");

    tap::subtest("vapid.keys", [] {
        VapidPublicKey second = key();
        second.id = "older123";
        const std::string file = vapid_keys_file({key(), second});
        is_golden(file, "vapid.keys");
        const auto keys = parse_vapid_keys("# current first\n" + file);
        if (!tap::ok(keys.ok() && keys->size() == 2, "is read")) { return; }
        tap::is(keys->front().id, "VeKk3pT6", "current first");
        tap::ok(keys->back().key == second.key, "key");
    });
    tap::subtest("refused, naming the line", [] {
        const std::string line = "VeKk3pT6 " + key_text + "\n";
        tap::is(refusal(""), "no key in the file", "empty");
        tap::is(refusal(line + "x AAAA\n"), "line 2: expected a public key, 65 octets base64url",
                "short");
        tap::is(refusal("x" + line.substr(8, 87) + "A\n"),
                "line 1: expected a public key, 65 octets base64url", "off the curve");
        tap::is(refusal(" " + key_text), "line 1: expected a key id", "no id");
        tap::is(refusal(line + line), "line 2: key id is not distinct", "an id twice");
    });
    return tap::done_testing();
}
