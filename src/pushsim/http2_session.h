// HTTP/2 (RFC 9113) as a push service, by nghttp2: octets into requests, answers into octets; no
// I/O.
#pragma once

#include <nghttp2/nghttp2.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "push_request.h"

namespace pushsim {

// How an answer ends.
enum class AnswerEnd {
    whole,
    never,    // nothing follows the header
    broken,   // RST_STREAM amid the body
    endless,  // more and more of a body
};

class Http2Session {
public:
    class User {
    public:
        // A whole request. The session must not be destroyed meanwhile.
        virtual void requested(std::int32_t stream, PushRequest request) = 0;

    protected:
        ~User() = default;
    };

    // `user` outlives the session; the client is told to have at most `max_streams` open. Throws
    // std::bad_alloc.
    Http2Session(User& user, std::uint32_t max_streams);
    ~Http2Session();
    Http2Session(const Http2Session&) = delete;
    Http2Session& operator=(const Http2Session&) = delete;

    // False when the connection is over.
    bool read(std::string_view octets);
    bool write(std::string& out);

    // Streams that have ended meanwhile are ignored.
    void answer(std::int32_t stream, const PushAnswer& answer, AnswerEnd end);
    void reset(std::int32_t stream, std::uint32_t error);
    // Refuses the stream and says that none will be looked at that has not come yet. Answers to the
    // others still go out.
    void go_away(std::int32_t stream);
    // GOAWAY with ENHANCE_YOUR_CALM, after which nothing is answered any more.
    void ask_for_calm();
    // From now on; nullopt: as in the beginning.
    void allow_streams(std::optional<std::uint32_t> most);
    // Whether bodies of requests may come.
    void open_window(bool is_open);

private:
    struct Stream {
        PushRequest request;
        std::string answer;  // its body
        std::size_t sent = 0;
        AnswerEnd end = AnswerEnd::whole;
    };

    Stream* find(std::int32_t stream);
    void change_setting(std::int32_t id, std::uint32_t value);
    static ssize_t unusual_answer(Stream& stream, std::uint8_t* out, std::size_t size);
    void add_header(Stream& stream, std::string name, std::string value);

    static nghttp2_session* make_session(Http2Session* self);
    static int on_begin_headers(nghttp2_session*, const nghttp2_frame*, void*);
    static int on_header(nghttp2_session*, const nghttp2_frame*, const std::uint8_t*, std::size_t,
                         const std::uint8_t*, std::size_t, std::uint8_t, void*);
    static int on_data(nghttp2_session*, std::uint8_t, std::int32_t, const std::uint8_t*,
                       std::size_t, void*);
    static int on_frame(nghttp2_session*, const nghttp2_frame*, void*);
    static int on_stream_close(nghttp2_session*, std::int32_t, std::uint32_t, void*);
    static ssize_t read_answer(nghttp2_session*, std::int32_t, std::uint8_t*, std::size_t,
                               std::uint32_t*, nghttp2_data_source*, void*);

    User& user_;
    std::uint32_t max_streams_;
    std::unordered_map<std::int32_t, Stream> streams_;
    std::int32_t last_ = INT32_MAX;  // stream that is looked at
    nghttp2_session* session_;
};

}  // namespace pushsim
