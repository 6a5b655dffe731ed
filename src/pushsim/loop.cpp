#include "loop.h"

#include <stdexcept>
#include <utility>

namespace pushsim {

Loop::Loop() {
    if (uv_loop_init(&loop_) != 0) { throw std::runtime_error("no event loop"); }
}

Loop::~Loop() {
    for (const auto& handler : handlers_) {
        uv_close(reinterpret_cast<uv_handle_t*>(&handler->handle), nullptr);
    }
    uv_run(&loop_, UV_RUN_DEFAULT);  // nothing but handles that are closing is left
    uv_loop_close(&loop_);
}

void Loop::on_signal(int signal, std::function<void()> task) {
    auto handler = std::make_unique<Handler>();
    handler->task = std::move(task);
    uv_signal_init(&loop_, &handler->handle);
    handler->handle.data = handler.get();
    const auto call = [](uv_signal_t* handle, int) { static_cast<Handler*>(handle->data)->task(); };
    uv_signal_start(&handler->handle, call, signal);
    handlers_.push_back(std::move(handler));
}

}  // namespace pushsim
