// What the answer to an exchange means.
#pragma once

#include "send/exchange.h"
#include "webpush/verdict.h"

namespace webpushd {

// REQUIRES: it was answered.
inline webpush::Verdict judge(const Exchange& exchange) {
    webpush::PushAnswer answer;
    answer.status = exchange.status;
    answer.body = exchange.answer;
    answer.retry_after = exchange.retry_after;
    answer.wns_status = exchange.wns_status;
    answer.wns_error = exchange.wns_error;
    return webpush::judge(answer);
}

}  // namespace webpushd
