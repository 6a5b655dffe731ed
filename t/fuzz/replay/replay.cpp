// Takes libFuzzer's place where there is no clang: runs a fuzz target on every file named as an
// argument and on each file's near neighbours (every truncation, every octet changed in two ways).
// The last input is left in <program>.input when the target ends the program.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

class Replay {
public:
    explicit Replay(std::string record) : record_(std::move(record)) {}

    void run_with_neighbours(std::string input) {
        run(input);
        for (std::size_t size = 0; size < input.size(); ++size) { run(input.substr(0, size)); }
        for (char& octet : input) {
            const char original = octet;
            for (const int change : {0x01, 0x80}) {
                octet = static_cast<char>(original ^ change);
                run(input);
            }
            octet = original;
        }
    }

    // The sanitizer has nothing to say: the record is not needed.
    void forget() const { std::remove(record_.c_str()); }

    int runs() const { return runs_; }

private:
    // On the heap and exactly as long as the input, so that AddressSanitizer sees one octet too many.
    void run(const std::string& input) {
        std::ofstream(record_, std::ios::binary | std::ios::trunc) << input;
        const auto copy = std::make_unique<std::uint8_t[]>(input.size());
        std::copy(input.begin(), input.end(), copy.get());
        LLVMFuzzerTestOneInput(copy.get(), input.size());
        ++runs_;
    }

    std::string record_;
    int runs_ = 0;
};

std::string read_file(const char* path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

int main(int count, char** arguments) {
    const std::string program = arguments[0];
    Replay replay(program + ".input");
    for (int i = 1; i < count; ++i) { replay.run_with_neighbours(read_file(arguments[i])); }
    replay.forget();
    std::printf("%d inputs\n", replay.runs());
    return replay.runs() > 0 ? 0 : 1;
}
