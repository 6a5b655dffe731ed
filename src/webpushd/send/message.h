// A message on its way: one recipient of a job, with the request made for it.
#pragma once

#include <string_view>

#include "send/decision.h"
#include "send/exchange.h"
#include "store/job_store.h"
#include "webpush/platform.h"

namespace webpushd {

struct Job;

// Owned by its job, at a place that does not change.
struct Message : Exchange {
    Job* job = nullptr;
    Recipient recipient;  // views into the job's rows
    std::string_view reduced;  // what the payload lost to fit
    Mended mended;
    bool apple = false;
    bool ahead = false;    // marked as begun (begin_marks.h), but not sent yet
    bool probe = false;    // tries whether a stopped origin takes messages again
    bool settled = false;  // has its outcome, or was given up

    webpush::Platform platform() const { return webpush::platform_from_name(recipient.platform); }
};

}  // namespace webpushd
