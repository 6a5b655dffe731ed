// The daemon's API, called over its admin socket.
#pragma once

#include <memory>
#include <string>

namespace webpush_cli {

class Client {
public:
    explicit Client(std::string socket);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    // Each returns the answer's body when the daemon did what was asked. Throws Failure with the
    // daemon's refusal in words (refusal.h), or Unreachable.
    std::string get(const std::string& path);
    std::string post(const std::string& path, const std::string& json);
    // With an Idempotency-Key: however often it is asked, it is done once.
    std::string post_once(const std::string& path, const std::string& json, const std::string& key);
    std::string patch(const std::string& path, const std::string& json);

    // Percent-encodes what a person typed as one part of a path.
    std::string escape(const std::string& part) const;

private:
    std::string call(const char* method, const std::string& path, const std::string* json);

    struct Curl;
    std::string socket_;
    std::unique_ptr<Curl> curl_;
};

}  // namespace webpush_cli
