// How long answers take at a fixed rate: open_loop PORT CONNECTIONS RATE SECONDS FILE...
//
// Sends HTTP/1.1 requests to 127.0.0.1, at random moments, RATE a second on the average, over so many
// keep-alive connections, whatever the answers do: a request whose moment comes while all connections
// are busy waits for one, and that is part of its time. So a server that stalls is seen by all who would
// have come meanwhile. The files have one kind each (raw requests, a NUL after each); kinds take turns,
// and so do the requests of one. Prints a line for each file:
//
//   requests <n> errors <not answered 2xx or 3xx> p50_ns <n> p99_ns <n>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
constexpr int failed_poll = -1;

struct Kind {
    std::vector<std::string> requests;
    std::size_t sent = 0;
    std::vector<long> times;  // nanoseconds
    int errors = 0;
};

struct Connection {
    int fd = -1;
    Kind* kind = nullptr;  // of the request that waits for its answer
    Clock::time_point due;
    std::string answer;
};

// Octets of the whole answer that `text` begins with, 0 while it is not complete.
std::size_t answer_size(std::string_view text) {
    constexpr std::string_view name = "\r\nContent-Length: ";
    const std::size_t end = text.find("\r\n\r\n");
    if (end == std::string_view::npos) { return 0; }
    std::size_t body = 0;
    const std::size_t at = text.substr(0, end).find(name);
    if (at != std::string_view::npos) {
        std::from_chars(text.data() + at + name.size(), text.data() + end, body);
    }
    const std::size_t size = end + 4 + body;
    return text.size() < size ? 0 : size;
}

bool is_good(std::string_view answer) {
    return answer.starts_with("HTTP/1.1 2") || answer.starts_with("HTTP/1.1 3");
}

[[noreturn]] void give_up(const char* what) {
    std::perror(what);
    std::exit(1);
}

int connect_to(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
        give_up("connect");
    }
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

class Load {
public:
    Load(std::uint16_t port, std::size_t connections, std::vector<Kind> kinds)
        : kinds_(std::move(kinds)), connections_(connections), polled_(connections) {
        for (std::size_t i = 0; i < connections; ++i) {
            connections_[i].fd = connect_to(port);
            polled_[i] = {connections_[i].fd, POLLIN, 0};
            free_.push_back(&connections_[i]);
        }
    }

    // Looks without a pause, as waking up would take longer than an answer.
    void run(double rate, double seconds) {
        std::mt19937_64 random(1);
        std::exponential_distribution<double> pause(rate);
        const auto begin = Clock::now();
        double next = pause(random);
        while (next < seconds || !waiting_.empty() || free_.size() < connections_.size()) {
            const double now = std::chrono::duration<double>(Clock::now() - begin).count();
            for (; next < seconds && next <= now; next += pause(random)) {
                waiting_.push_back(begin + std::chrono::nanoseconds(static_cast<long>(next * 1e9)));
            }
            send_waiting();
            receive();
        }
    }

    void print() {
        for (Kind& kind : kinds_) {
            std::sort(kind.times.begin(), kind.times.end());
            std::cout << "requests " << kind.times.size() << " errors " << kind.errors << " p50_ns "
                      << quantile(kind.times, 0.50) << " p99_ns " << quantile(kind.times, 0.99)
                      << '\n';
        }
    }

private:
    void send_waiting() {
        for (; !waiting_.empty() && !free_.empty(); waiting_.pop_front(), free_.pop_front()) {
            Connection& connection = *free_.front();
            Kind& kind = kinds_[sent_++ % kinds_.size()];
            connection.kind = &kind;
            connection.due = waiting_.front();
            const std::string& request = kind.requests[kind.sent++ % kind.requests.size()];
            if (write(connection.fd, request.data(), request.size()) !=
                static_cast<ssize_t>(request.size())) {
                give_up("write");
            }
        }
    }

    void receive() {
        if (poll(polled_.data(), polled_.size(), 0) == failed_poll) { give_up("poll"); }
        for (std::size_t i = 0; i < polled_.size(); ++i) {
            if (polled_[i].revents != 0) { receive(connections_[i]); }
        }
    }

    void receive(Connection& connection) {
        char octets[16384];
        const ssize_t size = read(connection.fd, octets, sizeof octets);
        if (size <= 0) { give_up("read"); }
        connection.answer.append(octets, static_cast<std::size_t>(size));
        if (answer_size(connection.answer) == 0) { return; }
        Kind& kind = *connection.kind;
        kind.times.push_back((Clock::now() - connection.due) / std::chrono::nanoseconds(1));
        kind.errors += is_good(connection.answer) ? 0 : 1;
        connection.answer.clear();
        free_.push_back(&connection);
    }

    static long quantile(const std::vector<long>& sorted, double part) {
        if (sorted.empty()) { return 0; }
        return sorted[static_cast<std::size_t>(part * static_cast<double>(sorted.size() - 1))];
    }

    std::vector<Kind> kinds_;
    std::vector<Connection> connections_;
    std::vector<pollfd> polled_;
    std::deque<Connection*> free_;
    std::deque<Clock::time_point> waiting_;
    std::size_t sent_ = 0;
};

Kind read_kind(const char* path) {
    std::ifstream file(path, std::ios::binary);
    Kind kind;
    for (std::string request; std::getline(file, request, '\0');) {
        kind.requests.push_back(request);
    }
    if (kind.requests.empty()) { give_up(path); }
    return kind;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 6) {
        std::cerr << "open_loop PORT CONNECTIONS RATE SECONDS FILE...\n";
        return 1;
    }
    std::vector<Kind> kinds;
    std::transform(argv + 5, argv + argc, std::back_inserter(kinds), read_kind);
    Load load(static_cast<std::uint16_t>(std::atoi(argv[1])),
              static_cast<std::size_t>(std::atoi(argv[2])), std::move(kinds));
    load.run(std::atof(argv[3]), std::atof(argv[4]));
    load.print();
    return 0;
}
