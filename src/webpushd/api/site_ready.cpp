#include "site_ready.h"

namespace webpushd {

using webpush::Problem;

std::optional<webpush::Error> not_ready(const Site& site) {
    if (site.contact.empty()) {
        return webpush::Error{Problem::contact_missing, "",
                              "set the contact of site " + site.name + " first"};
    }
    if (site.origin.empty()) {
        return webpush::Error{Problem::conflict, "",
                              "set the origin of site " + site.name + " first"};
    }
    return std::nullopt;
}

}  // namespace webpushd
