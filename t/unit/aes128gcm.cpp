#include "webpush/aes128gcm.h"

#include "files.h"

using namespace webpush;

namespace {

template <std::size_t N>
std::string text(const Octets<N>& octets) {
    return std::string(view(octets));
}

std::string header_of(const JsonObject& vector, std::string_view key_id) {
    const auto size = static_cast<std::uint32_t>(*vector.integer("rs"));
    std::string header = octets_of(vector, "salt");
    for (int shift = 24; shift >= 0; shift -= 8) {
        header.push_back(static_cast<char>(size >> shift));
    }
    header.push_back(static_cast<char>(key_id.size()));
    return header.append(key_id);
}

void derives(Aes128Gcm& coding, const JsonObject& vector) {
    const std::string ikm = octets_of(vector, "ikm");
    const auto salt = fixed_octets_of<16>(vector, "salt");
    tap::is(text(coding.pseudo_random_key(ikm, salt)), octets_of(vector, "PRK"), "PRK");
    const ContentKey key = coding.derive(ikm, salt);
    tap::is(text(key.key), octets_of(vector, "CEK"), "CEK");
    tap::is(text(key.nonce), octets_of(vector, "NONCE"), "NONCE");
}

}  // namespace

int main() {
    const Vectors vectors;
    Aes128Gcm coding;
    tap::subtest("RFC 8188 section 3.1: one record", [&] {
        const JsonObject vector = vectors.object("rfc8188_3_1");
        derives(coding, vector);
        const ContentKey key =
            coding.derive(octets_of(vector, "ikm"), fixed_octets_of<16>(vector, "salt"));
        const std::string record = text_of(vector, "plaintext_text") + last_record_delimiter;
        tap::is(record, octets_of(vector, "plaintext_with_delimiter"), "record");

        std::string body = header_of(vector, text_of(vector, "keyid"));
        tap::is(body, octets_of(vector, "header"), "header");
        coding.seal(body, key, 0, record);
        tap::is(body, octets_of(vector, "body"), "body");
        tap::is(body.size(), *vector.integer("body_len"), "its length");

        std::string ciphertext = octets_of(vector, "ciphertext");
        tap::ok(coding.open(key, 0, ciphertext) == record, "opens");
        tap::ok(!coding.open(key, 1, ciphertext), "but not as another record");
        ciphertext.back() = static_cast<char>(ciphertext.back() ^ 1);
        tap::ok(!coding.open(key, 0, ciphertext), "nor changed");
        tap::ok(!coding.open(key, 0, ciphertext.substr(0, 15)), "nor shorter than a tag");
    });
    tap::subtest("RFC 8188 section 3.2: two records", [&] {
        const JsonObject vector = vectors.object("rfc8188_3_2");
        derives(coding, vector);
        const ContentKey key =
            coding.derive(octets_of(vector, "ikm"), fixed_octets_of<16>(vector, "salt"));
        std::string body = header_of(vector, text_of(vector, "keyid_text"));
        const auto records = *vector.objects_or_none("records");
        for (const JsonObject& record : records) {
            const auto sequence = static_cast<std::uint64_t>(*record.integer("seq"));
            const std::string name = "record " + std::to_string(sequence);
            tap::is(text(record_nonce(key, sequence)), octets_of(record, "nonce"),
                    name + ": nonce");

            const std::string plaintext = from_hex(text_of(record, "plaintext_hex"));
            std::string ciphertext;
            coding.seal(ciphertext, key, sequence, plaintext);
            tap::is(ciphertext, octets_of(record, "ciphertext"), name + ": ciphertext");
            tap::ok(coding.open(key, sequence, ciphertext) == plaintext, name + ": opens");
            body += ciphertext;
        }
        tap::is(records.size(), 2, "both");
        tap::is(body, octets_of(vector, "body"), "body");
    });
    tap::subtest("record numbers reach into the nonce's higher octets", [] {
        ContentKey key;
        const Octets<12> nonce = record_nonce(key, 0x0102030405060708);
        tap::is(text(nonce), std::string("\0\0\0\0\x01\x02\x03\x04\x05\x06\x07\x08", 12),
                "big endian");
    });
    return tap::done_testing();
}
