#include "http2_session.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <vector>

namespace pushsim {
namespace {

// Many bodies of 4 kB under way at once do not wait for each other.
constexpr std::int32_t connection_window = 1 << 20;

std::uint8_t* octets(std::string_view text) {
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));  // only read
}

std::string_view view_of(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

nghttp2_nv header(std::string_view name, std::string_view value) {
    return {octets(name), octets(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

bool is_request(const nghttp2_frame* frame) {
    return frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST;
}

Http2Session& self_of(void* user_data) { return *static_cast<Http2Session*>(user_data); }

}  // namespace

Http2Session::Http2Session(User& user, std::uint32_t max_streams)
    : user_(user), max_streams_(max_streams), session_(make_session(this)) {
    if (session_ == nullptr) { throw std::bad_alloc(); }
    const nghttp2_settings_entry settings{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, max_streams};
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, &settings, 1);
    nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, connection_window);
}

Http2Session::~Http2Session() { nghttp2_session_del(session_); }

nghttp2_session* Http2Session::make_session(Http2Session* self) {
    nghttp2_session_callbacks* callbacks = nullptr;
    if (nghttp2_session_callbacks_new(&callbacks) != 0) { return nullptr; }
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, on_begin_headers);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_stream_close);
    nghttp2_session* session = nullptr;
    nghttp2_session_server_new(&session, callbacks, self);
    nghttp2_session_callbacks_del(callbacks);
    return session;
}

bool Http2Session::read(std::string_view received) {
    return nghttp2_session_mem_recv(session_, octets(received), received.size()) >= 0;
}

bool Http2Session::write(std::string& out) {
    for (;;) {
        const std::uint8_t* data = nullptr;
        const ssize_t size = nghttp2_session_mem_send(session_, &data);
        if (size < 0) { return false; }
        if (size == 0) { break; }
        out.append(view_of(data, static_cast<std::size_t>(size)));
    }
    return nghttp2_session_want_read(session_) != 0 || nghttp2_session_want_write(session_) != 0;
}

void Http2Session::answer(std::int32_t stream, const PushAnswer& answer, AnswerEnd end) {
    Stream* open = find(stream);
    if (open == nullptr) { return; }
    open->answer = answer.body;
    open->end = end;
    const std::string status = std::to_string(answer.status);
    std::vector<nghttp2_nv> fields{header(":status", status)};
    for (const auto& [name, value] : answer.headers) {
        fields.push_back(header(name, value));
    }
    nghttp2_data_provider body{};
    body.read_callback = read_answer;
    nghttp2_submit_response(session_, stream, fields.data(), fields.size(),
                            open->answer.empty() && end == AnswerEnd::whole ? nullptr : &body);
}

void Http2Session::reset(std::int32_t stream, std::uint32_t error) {
    if (find(stream) == nullptr) { return; }
    nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, stream, error);
}

// Later streams may have been taken before this one, so that GOAWAY alone would tell a lie.
void Http2Session::go_away(std::int32_t stream) {
    reset(stream, NGHTTP2_REFUSED_STREAM);
    last_ = std::min(last_, nghttp2_session_get_last_proc_stream_id(session_));
    nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE, last_, NGHTTP2_NO_ERROR, nullptr, 0);
}

void Http2Session::ask_for_calm() {
    nghttp2_session_terminate_session(session_, NGHTTP2_ENHANCE_YOUR_CALM);
}

void Http2Session::allow_streams(std::optional<std::uint32_t> most) {
    change_setting(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, most.value_or(max_streams_));
}

void Http2Session::open_window(bool is_open) {
    change_setting(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE,
                   is_open ? NGHTTP2_INITIAL_WINDOW_SIZE : 0);
}

void Http2Session::change_setting(std::int32_t id, std::uint32_t value) {
    const nghttp2_settings_entry setting{id, value};
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, &setting, 1);
}

Http2Session::Stream* Http2Session::find(std::int32_t stream) {
    const auto found = streams_.find(stream);
    return found == streams_.end() ? nullptr : &found->second;
}

void Http2Session::add_header(Stream& stream, std::string name, std::string value) {
    PushRequest& request = stream.request;
    if (name == ":method") {
        request.method = std::move(value);
    } else if (name == ":path") {
        request.path = std::move(value);
    } else if (name == ":authority") {
        constexpr std::string_view default_port = ":443";
        if (value.ends_with(default_port)) { value.resize(value.size() - default_port.size()); }
        request.authority = std::move(value);
    } else if (!name.starts_with(':')) {
        request.headers.emplace_back(std::move(name), std::move(value));
    }
}

// ---- nghttp2's callbacks; out of memory, the only exception, ends the program anyway ----

int Http2Session::on_begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* user_data) {
    if (is_request(frame)) { self_of(user_data).streams_[frame->hd.stream_id]; }
    return 0;
}

int Http2Session::on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                            std::size_t name_size, const std::uint8_t* value,
                            std::size_t value_size, std::uint8_t, void* user_data) {
    Http2Session& self = self_of(user_data);
    if (Stream* stream = self.find(frame->hd.stream_id)) {
        self.add_header(*stream, std::string(view_of(name, name_size)),
                        std::string(view_of(value, value_size)));
    }
    return 0;
}

int Http2Session::on_data(nghttp2_session*, std::uint8_t, std::int32_t stream,
                          const std::uint8_t* data, std::size_t size, void* user_data) {
    if (Stream* open = self_of(user_data).find(stream)) {
        PushRequest& request = open->request;
        const std::size_t room = max_kept - std::min(max_kept, request.body.size());
        request.body.append(view_of(data, std::min(size, room)));
        request.body_size += size;
    }
    return 0;
}

int Http2Session::on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user_data) {
    Http2Session& self = self_of(user_data);
    const bool ends = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    const bool has_content = frame->hd.type == NGHTTP2_DATA || frame->hd.type == NGHTTP2_HEADERS;
    const bool wanted = ends && has_content && frame->hd.stream_id <= self.last_;
    Stream* stream = wanted ? self.find(frame->hd.stream_id) : nullptr;
    if (stream != nullptr) {
        self.user_.requested(frame->hd.stream_id, std::move(stream->request));
    }
    return 0;
}

int Http2Session::on_stream_close(nghttp2_session*, std::int32_t stream, std::uint32_t,
                                  void* user_data) {
    self_of(user_data).streams_.erase(stream);
    return 0;
}

// The failure makes nghttp2 reset the stream with INTERNAL_ERROR.
ssize_t Http2Session::unusual_answer(Stream& stream, std::uint8_t* out, std::size_t size) {
    if (stream.end == AnswerEnd::never) { return NGHTTP2_ERR_DEFERRED; }
    const bool breaks = stream.end == AnswerEnd::broken;
    if (breaks && stream.sent > 0) { return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE; }
    const std::size_t count = breaks ? 1 : size;
    std::memset(out, 'x', count);
    stream.sent += count;
    return static_cast<ssize_t>(count);
}

ssize_t Http2Session::read_answer(nghttp2_session*, std::int32_t stream, std::uint8_t* out,
                                  std::size_t size, std::uint32_t* flags, nghttp2_data_source*,
                                  void* user_data) {
    Stream* open = self_of(user_data).find(stream);
    if (open == nullptr) { return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE; }
    if (open->end != AnswerEnd::whole) { return unusual_answer(*open, out, size); }
    const std::size_t count = std::min(size, open->answer.size() - open->sent);
    std::memcpy(out, open->answer.data() + open->sent, count);
    open->sent += count;
    if (open->sent == open->answer.size()) { *flags |= NGHTTP2_DATA_FLAG_EOF; }
    return static_cast<ssize_t>(count);
}

}  // namespace pushsim
