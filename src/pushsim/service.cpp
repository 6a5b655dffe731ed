#include "service.h"

#include <algorithm>
#include <array>

#include "webpush/base64url.h"
#include "webpush/hmac.h"
#include "webpush/octets.h"

namespace pushsim {
namespace {

struct ServiceForm {
    Service service;
    std::string_view name;
    std::string_view domain;
    std::string_view label;  // of the real host in it, with its dot; "" = the domain itself
    std::string_view path;   // before the token
};

constexpr std::array<ServiceForm, 4> forms{{
    {Service::mozilla, "mozilla", "push.services.mozilla.com", "updates.", "/wpush/v2/gAAAAAB"},
    {Service::google, "google", "fcm.googleapis.com", "", "/fcm/send/"},
    {Service::apple, "apple", "push.apple.com", "web.", "/Q"},
    {Service::windows, "windows", "notify.windows.com", "wns2-par02p.", "/w/?token=BQYAAA%2b"},
}};

bool is_in(std::string_view host, std::string_view domain) {
    if (!host.ends_with(domain)) { return false; }
    host.remove_suffix(domain.size());
    return host.empty() || host.ends_with('.');
}

}  // namespace

std::string_view name(Service service) { return forms[static_cast<std::size_t>(service)].name; }

std::optional<Service> service_from_name(std::string_view name) {
    const auto* found = std::find_if(forms.begin(), forms.end(),
                                     [name](const ServiceForm& form) { return form.name == name; });
    if (found == forms.end()) { return std::nullopt; }
    return found->service;
}

std::optional<Service> service_of_host(std::string_view host) {
    const auto* found = std::find_if(forms.begin(), forms.end(), [host](const ServiceForm& form) {
        return is_in(host, form.domain);
    });
    if (found == forms.end()) { return std::nullopt; }
    return found->service;
}

std::string new_endpoint(Service service, std::string_view subdomain) {
    const ServiceForm& form = forms[static_cast<std::size_t>(service)];
    webpush::Octets<32> random;
    webpush::random_bytes(random.data(), random.size());
    std::string token = webpush::base64url(webpush::view(random));
    if (service == Service::google) { token.insert(11, ":"); }  // as its tokens have it
    std::string host(form.label);
    if (!subdomain.empty()) { host = std::string(subdomain) + "."; }
    host += form.domain;
    return "https://" + host + std::string(form.path) + token;
}

}  // namespace pushsim
