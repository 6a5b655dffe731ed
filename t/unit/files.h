// Files that unit tests compare with: golden files and test vectors, found from the repository's
// root, which is the current directory or $WEBPUSH_ROOT.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "tap.h"
#include "webpush/base64url.h"
#include "webpush/json_in.h"
#include "webpush/octets.h"

// The whole file; ends the program when it cannot be read.
inline std::string read_file(const std::string& path) {
    const char* root = std::getenv("WEBPUSH_ROOT");
    const std::string full = (root != nullptr ? std::string(root) + "/" : "") + path;
    std::ifstream in(full, std::ios::binary);
    std::ostringstream text;
    if (!in || !(text << in.rdbuf())) {
        std::printf("Bail out! cannot read %s\n", full.c_str());
        std::exit(1);
    }
    return text.str();
}

// A golden file shows a format as it is on the wire; a difference means that the format changed.
inline void is_golden(const std::string& got, const std::string& name,
                      std::source_location where = std::source_location::current()) {
    tap::is(got, read_file("t/golden/" + name), "as in t/golden/" + name, where);
}

// t/vectors.json: published and own test vectors, octets in base64url.
class Vectors {
public:
    Vectors() : text_(read_file("t/vectors.json")), root_(*reader_.parse(text_)) {}

    webpush::JsonObject object(std::string_view name) const { return *root_.object(name); }
    std::vector<webpush::JsonObject> objects(std::string_view name) const {
        return *root_.objects_or_none(name);
    }

private:
    std::string text_;
    webpush::JsonReader reader_;
    webpush::JsonObject root_;
};

inline std::string text_of(const webpush::JsonObject& vector, std::string_view name) {
    return std::string(*vector.string(name, 65536));
}

inline std::string octets_of(const webpush::JsonObject& vector, std::string_view name) {
    return *webpush::base64url_decode(text_of(vector, name));
}

template <std::size_t N>
webpush::Octets<N> fixed_octets_of(const webpush::JsonObject& vector, std::string_view name) {
    return *webpush::to_octets<N>(octets_of(vector, name));
}

inline std::string from_hex(std::string_view hex) {
    std::string out;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        out.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
    }
    return out;
}
