#include "fault.h"

#include <algorithm>
#include <array>

#include "webpush/json_out.h"

namespace pushsim {
namespace {

struct Mozilla {
    int status;
    int number;  // "errno" of autopush
};

// A fault in the words of all four services. Apple's and Google's status is beside their text;
// Windows has a header instead of a body.
struct FaultForm {
    Fault fault;
    std::string_view name;
    Mozilla mozilla;
    int google;
    std::string_view google_text;
    int apple;
    std::string_view apple_reason;
    int windows;
    std::string_view windows_error;
};

constexpr std::string_view google_mismatch =
    "the VAPID credentials in the authorization header do not correspond to the credentials used "
    "to create the subscriptions.\n";
constexpr std::string_view google_unknown =
    "A valid push subscription endpoint should be specified in the URL as such: "
    "https://fcm.googleapis.com/wp/dHIoDxE7Hdg:APA91bH1Zj0kNa...\n";

constexpr std::array<FaultForm, 19> forms{{
    {Fault::method, "method", {405, 0}, 405, "", 405, "MethodNotAllowed", 405, ""},
    {Fault::ttl,
     "ttl",
     {400, 111},
     400,
     "TTL header is required.\n",
     400,
     "BadTtl",
     400,
     "TTL header is missing or invalid."},
    {Fault::wns_ttl,
     "wns-ttl",
     {400, 111},
     400,
     "",
     400,
     "BadTtl",
     400,
     "Ttl value conflicts with X-WNS-Cache-Policy."},
    {Fault::urgency,
     "urgency",
     {400, 110},
     400,
     "invalid Urgency.\n",
     400,
     "BadUrgency",
     400,
     "Urgency header is invalid."},
    {Fault::topic,
     "topic",
     {400, 113},
     400,
     "invalid Topic.\n",
     400,
     "BadWebPushTopic",
     400,
     "Topic header is invalid."},
    {Fault::legacy_headers,
     "legacy-headers",
     {400, 110},
     400,
     "unexpected crypto headers.\n",
     400,
     "BadEncryption",
     400,
     "Crypto-Key header is invalid."},
    {Fault::coding,
     "coding",
     {400, 110},
     400,
     "invalid message encryption.\n",
     400,
     "BadEncryption",
     400,
     "Content-Encoding is invalid."},
    {Fault::key_reuse,
     "key-reuse",
     {400, 110},
     400,
     "keys must differ.\n",
     400,
     "BadEncryption",
     400,
     "Keys must differ."},
    {Fault::too_big, "too-big", {413, 104}, 413, "", 413, "PayloadTooLarge", 413, ""},
    {Fault::vapid_missing,
     "vapid-missing",
     {401, 109},
     401,
     "authorization header is missing.\n",
     403,
     "BadJwtToken",
     401,
     "Authorization header is missing."},
    {Fault::vapid_invalid,
     "vapid-invalid",
     {401, 109},
     403,
     "invalid JWT provided.\n",
     403,
     "BadJwtToken",
     401,
     "JWT is invalid."},
    {Fault::vapid_audience,
     "vapid-audience",
     {401, 109},
     403,
     "aud claim in the token MUST include the origin of the push resource URL.\n",
     403,
     "BadJwtToken",
     401,
     "JWT audience is invalid."},
    {Fault::vapid_expiry,
     "vapid-expiry",
     {401, 109},
     403,
     "invalid exp claim.\n",
     403,
     "BadJwtToken",
     401,
     "JWT is expired or too long lived."},
    {Fault::vapid_contact,
     "vapid-contact",
     {401, 109},
     403,
     "invalid sub claim.\n",
     403,
     "BadJwtToken",
     401,
     "JWT subject is invalid."},
    {Fault::vapid_key,
     "vapid-key",
     {401, 109},
     403,
     google_mismatch,
     403,
     "VapidPkHashMismatch",
     401,
     "The VAPID key does not match."},
    {Fault::unknown,
     "unknown",
     {404, 102},
     404,
     google_unknown,
     404,
     "BadPath",
     404,
     "Channel is invalid."},
    {Fault::gone,
     "gone",
     {410, 106},
     410,
     "push subscription has unsubscribed or expired.\n",
     410,
     "Unregistered",
     410,
     "Channel expired."},
    {Fault::throttled, "throttled", {429, 201}, 429, "", 429, "TooManyRequests", 406, ""},
    {Fault::unavailable, "unavailable", {503, 201}, 503, "", 503, "ServiceUnavailable", 503, ""},
}};

const FaultForm& form_of(Fault fault) { return forms[static_cast<std::size_t>(fault)]; }

PushAnswer mozilla_answer(int status, int number, std::string_view name) {
    PushAnswer answer{status, {{"content-type", "application/json"}}, {}};
    webpush::JsonWriter json(answer.body);
    json.begin_object();
    json.member("code", status);
    json.member("errno", number);
    json.member("error", name);
    json.member("message", name);
    json.member("more_info", "http://autopush.readthedocs.io/en/latest/http.html#error-codes");
    json.end_object();
    return answer;
}

PushAnswer google_answer(int status, std::string_view text) {
    return {status, {{"content-type", "text/plain; charset=utf-8"}}, std::string(text)};
}

PushAnswer apple_answer(int status, std::string_view reason) {
    PushAnswer answer{status, {{"content-type", "application/json"}}, {}};
    webpush::JsonWriter json(answer.body);
    json.begin_object();
    json.member("reason", reason);
    json.end_object();
    return answer;
}

PushAnswer windows_answer(int status, std::string_view error) {
    PushAnswer answer{status, {{"x-wns-status", "dropped"}}, {}};
    if (!error.empty()) {
        answer.headers.emplace_back("x-wns-error-description", std::string(error));
    }
    if (status == 406) { answer.headers.front().second = "appthrottled"; }
    return answer;
}

int status_of(Service service, const FaultForm& form) {
    switch (service) {
        case Service::mozilla: return form.mozilla.status;
        case Service::google: return form.google;
        case Service::apple: return form.apple;
        case Service::windows: return form.windows;
    }
    return 0;
}

}  // namespace

std::string_view name(Fault fault) { return form_of(fault).name; }

PushAnswer refusal(Service service, Fault fault) {
    const FaultForm& form = form_of(fault);
    switch (service) {
        case Service::mozilla:
            return mozilla_answer(form.mozilla.status, form.mozilla.number, form.name);
        case Service::google: return google_answer(form.google, form.google_text);
        case Service::apple: return apple_answer(form.apple, form.apple_reason);
        case Service::windows: return windows_answer(form.windows, form.windows_error);
    }
    return {};
}

PushAnswer played_answer(Service service, int status) {
    // From the end: those that a rule plays first, and the wrong key before all other 401s and 403s.
    const auto found = std::find_if(
        forms.rbegin(), forms.rend(),
        [service, status](const FaultForm& form) { return status_of(service, form) == status; });
    if (status >= 400 && found != forms.rend()) { return refusal(service, found->fault); }
    return {status, {}, {}};
}

}  // namespace pushsim
