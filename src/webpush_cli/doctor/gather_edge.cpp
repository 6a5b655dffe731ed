#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "doctor/gather.h"

namespace webpush_cli::doctor {
namespace {

FileText read_file(const std::string& path) {
    FileText file;
    file.path = path;
    errno = 0;
    std::ifstream in(path, std::ios::binary);
    if (in) {
        file.text.assign(std::istreambuf_iterator<char>(in), {});
    } else {
        file.error = std::strerror(errno);
    }
    return file;
}

}  // namespace

EdgeFacts gather_edge(const std::string& directory, const std::string& site) {
    const std::string folder = directory + "/" + site;
    return {directory, read_file(folder + "/link.keys"), read_file(folder + "/vapid.keys"),
            read_file(folder + "/public/config.json")};
}

}  // namespace webpush_cli::doctor
