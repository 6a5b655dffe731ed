#include "counters.h"

#include <algorithm>
#include <cerrno>
#include <csignal>

namespace ngx_webpush {
namespace {

// EPERM: it is there, somebody else's.
bool is_alive(ngx_pid_t pid) { return ::kill(pid, 0) == 0 || errno != ESRCH; }

bool take(WorkerSlot& slot) {
    ngx_pid_t owner = slot.pid.load();
    return (owner == 0 || !is_alive(owner)) && slot.pid.compare_exchange_strong(owner, ngx_pid);
}

}  // namespace

void count_sync(SyncCounters& sync, std::chrono::nanoseconds time) {
    auto us = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(time).count());
    auto bound = std::lower_bound(sync_bounds.begin(), sync_bounds.end(), us);
    sync.buckets[static_cast<std::size_t>(bound - sync_bounds.begin())].add(1);
    sync.microseconds.add(us);
}

WorkerSeat::WorkerSeat(Counters& counters) {
    auto slot = std::find_if(counters.workers.begin(), counters.workers.end(), take);
    if (slot != counters.workers.end()) { slot_ = &*slot; }
    slot_->queue.set(0);
}

WorkerSeat::~WorkerSeat() {
    slot_->queue.set(0);
    slot_->pid = 0;
}

bool is_taken(const WorkerSlot& slot) {
    ngx_pid_t owner = slot.pid.load();
    return owner != 0 && is_alive(owner);
}

}  // namespace ngx_webpush
