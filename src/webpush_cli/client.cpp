#include "client.h"

#include <curl/curl.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "failure.h"
#include "refusal.h"

namespace webpush_cli {
namespace {

constexpr long connect_seconds = 5;
constexpr long answer_seconds = 120;  // a report over millions of deliveries takes its time

std::size_t append(char* data, std::size_t size, std::size_t count, void* body) {
    static_cast<std::string*>(body)->append(data, size * count);
    return size * count;
}

std::string how_to_reach(const std::string& socket, long error) {
    if (error == EACCES || error == EPERM) {
        return "The socket is for root and the user of webpushd: use sudo.";
    }
    constexpr std::string_view default_ending = "/run/admin.sock";
    std::string hint = "Is webpushd running? Start it with: webpushd";
    if (socket.ends_with(default_ending)) {
        hint += " --state-dir " + socket.substr(0, socket.size() - default_ending.size());
    }
    return hint + "\nIf its socket is elsewhere, name it: --socket PATH or $WEBPUSH_SOCKET.";
}

Unreachable unreachable(const std::string& socket, CURL* curl, CURLcode code) {
    long error = 0;
    curl_easy_getinfo(curl, CURLINFO_OS_ERRNO, &error);
    const bool refused = code == CURLE_COULDNT_CONNECT && error != 0;
    const char* why = refused ? std::strerror(static_cast<int>(error)) : curl_easy_strerror(code);
    return Unreachable("webpushd does not answer at " + socket + ": " + why + "\n" +
                       how_to_reach(socket, error));
}

}  // namespace

struct Client::Curl {
    Curl() : handle(curl_easy_init()) {
        if (handle == nullptr) { throw Failure("libcurl does not start"); }
    }
    ~Curl() {
        curl_slist_free_all(headers);
        curl_easy_cleanup(handle);
    }
    Curl(const Curl&) = delete;
    Curl& operator=(const Curl&) = delete;

    CURL* handle;
    curl_slist* headers = nullptr;
};

Client::Client(std::string socket) : socket_(std::move(socket)), curl_(std::make_unique<Curl>()) {
    curl_->headers = curl_slist_append(nullptr, "Content-Type: application/json");
    CURL* curl = curl_->handle;
    curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, socket_.c_str());
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, curl_->headers);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, append);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, connect_seconds);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, answer_seconds);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");  // whatever the environment says
}

Client::~Client() = default;

std::string Client::get(const std::string& path) { return call("GET", path, nullptr); }

std::string Client::post(const std::string& path, const std::string& json) {
    return call("POST", path, &json);
}

std::string Client::post_once(const std::string& path, const std::string& json,
                              const std::string& key) {
    CURL* curl = curl_->handle;
    const std::string header = "Idempotency-Key: " + key;
    curl_slist line{const_cast<char*>(header.c_str()), curl_->headers};
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, &line);
    try {
        std::string body = call("POST", path, &json);
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, curl_->headers);
        return body;
    } catch (...) {
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, curl_->headers);
        throw;
    }
}

std::string Client::patch(const std::string& path, const std::string& json) {
    return call("PATCH", path, &json);
}

std::string Client::call(const char* method, const std::string& path, const std::string* json) {
    CURL* curl = curl_->handle;
    const std::string url = "http://webpushd" + path;
    std::string body;
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
    if (json != nullptr) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, json->c_str());
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(json->size()));
    } else {
        curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
    }
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
    const CURLcode code = curl_easy_perform(curl);
    if (code != CURLE_OK) { throw unreachable(socket_, curl, code); }

    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    if (status >= 300) { throw refusal(body, status, json == nullptr ? "" : *json); }
    return body;
}

std::string Client::escape(const std::string& part) const {
    char* escaped = curl_easy_escape(curl_->handle, part.data(), static_cast<int>(part.size()));
    if (escaped == nullptr) { throw Failure("out of memory"); }
    std::string result = escaped;
    curl_free(escaped);
    return result;
}

}  // namespace webpush_cli
