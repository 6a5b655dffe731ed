#include "send/exchange.h"

namespace webpushd {

void Exchange::reset_answer() {
    status = 0;
    answer.clear();
    answer_size = 0;
    retry_after.clear();
    wns_status.clear();
    wns_error.clear();
    body_sent = 0;
}

}  // namespace webpushd
