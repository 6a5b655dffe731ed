#include <curl/curl.h>

#include <ctime>
#include <memory>
#include <string_view>

#include "doctor/gather.h"
#include "failure.h"

namespace webpush_cli::doctor {
namespace {

constexpr long connect_seconds = 5;
constexpr long answer_seconds = 10;
constexpr std::size_t max_body = 1 << 20;

struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, FreeList>;

struct CloseCurl {
    void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};
using Curl = std::unique_ptr<CURL, CloseCurl>;

struct CloseMulti {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};

List make_list(const std::vector<std::string>& lines) {
    List list;
    for (const std::string& line : lines) {
        curl_slist* longer = curl_slist_append(list.get(), line.c_str());
        if (longer == nullptr) { throw Failure("out of memory"); }
        static_cast<void>(list.release());
        list.reset(longer);
    }
    return list;
}

// What is too much is read and thrown away: the transfer itself is fine.
std::size_t take_body(char* data, std::size_t size, std::size_t count, void* body) {
    auto& text = *static_cast<std::string*>(body);
    text.append(data, std::min(size * count, max_body - text.size()));
    return size * count;
}

std::string header(CURL* curl, const char* name) {
    curl_header* found = nullptr;
    return curl_easy_header(curl, name, 0, CURLH_HEADER, -1, &found) == CURLHE_OK ? found->value
                                                                                  : "";
}

Curl make_request(WebAnswer& answer, const Network& network, curl_slist* connect_to) {
    Curl curl(curl_easy_init());
    if (!curl) { throw Failure("libcurl does not start"); }
    CURL* handle = curl.get();
    curl_easy_setopt(handle, CURLOPT_URL, answer.url.c_str());
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &answer.body);
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT, connect_seconds);
    curl_easy_setopt(handle, CURLOPT_TIMEOUT, answer_seconds);
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_PROXY, "");  // webpushd takes none either
    curl_easy_setopt(handle, CURLOPT_CONNECT_TO, connect_to);
    if (!network.ca_file.empty()) {
        curl_easy_setopt(handle, CURLOPT_CAINFO, network.ca_file.c_str());
    }
    return curl;
}

void read_answer(CURL* curl, CURLcode code, WebAnswer& answer) {
    answer.at = std::time(nullptr);
    if (code != CURLE_OK) {
        answer.error = curl_easy_strerror(code);
        return;
    }
    long version = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.status);
    curl_easy_getinfo(curl, CURLINFO_HTTP_VERSION, &version);
    answer.http2 = version == CURL_HTTP_VERSION_2_0;
    answer.content_type = header(curl, "Content-Type");
    answer.cache_control = header(curl, "Cache-Control");
    answer.location = header(curl, "Location");
    const std::time_t date = curl_getdate(header(curl, "Date").c_str(), nullptr);
    if (date >= 0) { answer.date = date; }
}

void finish(CURLM* multi, const std::vector<Curl>& requests,
            const std::vector<WebAnswer*>& answers) {
    int rest = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi, &rest)) {
        if (message->msg != CURLMSG_DONE) { continue; }
        for (std::size_t i = 0; i < requests.size(); ++i) {
            if (requests[i].get() == message->easy_handle) {
                read_answer(message->easy_handle, message->data.result, *answers[i]);
            }
        }
    }
}

// Asks for all at the same time: each answer's `url` is given, the rest is filled in.
void fetch(const std::vector<WebAnswer*>& answers, const Network& network) {
    const List connect_to = make_list(network.connect_to);
    const std::unique_ptr<CURLM, CloseMulti> multi(curl_multi_init());
    if (!multi) { throw Failure("libcurl does not start"); }
    std::vector<Curl> requests;
    for (WebAnswer* answer : answers) {
        requests.push_back(make_request(*answer, network, connect_to.get()));
        curl_multi_add_handle(multi.get(), requests.back().get());
    }
    for (int running = 1; running > 0;) {
        curl_multi_perform(multi.get(), &running);
        finish(multi.get(), requests, answers);
        if (running > 0) { curl_multi_poll(multi.get(), nullptr, 0, 1000, nullptr); }
    }
    for (const Curl& request : requests) {
        curl_multi_remove_handle(multi.get(), request.get());
    }
}

}  // namespace

WebFacts gather_web(const std::string& origin, const std::string& push_path,
                    const Network& network) {
    WebFacts facts;
    facts.origin = origin;
    const std::string folder = origin + push_path;
    facts.worker.url = folder + "sw.js";
    facts.script.url = folder + "sdk.js";
    facts.config.url = folder + "config.json";
    facts.subscribe.url = folder + "subscribe";
    facts.click.url = folder + "c/doctor";
    fetch({&facts.worker, &facts.script, &facts.config, &facts.subscribe, &facts.click}, network);
    return facts;
}

std::vector<PushServiceAnswer> gather_push_services(const Network& network) {
    // One host for each of webpush::EndpointPolicy::known_services(); Microsoft has one a data
    // centre.
    constexpr std::pair<const char*, const char*> services[] = {
        {"Google", "fcm.googleapis.com"},
        {"Mozilla", "updates.push.services.mozilla.com"},
        {"Apple", "web.push.apple.com"},
        {"Microsoft", "wns2-par02p.notify.windows.com"},
    };
    std::vector<PushServiceAnswer> asked;
    std::vector<WebAnswer*> answers;
    for (const auto& [name, host] : services) {
        asked.push_back({name, {}});
        asked.back().answer.url = std::string("https://") + host + "/";
    }
    for (PushServiceAnswer& service : asked) {
        answers.push_back(&service.answer);
    }
    fetch(answers, network);
    return asked;
}

}  // namespace webpush_cli::doctor
