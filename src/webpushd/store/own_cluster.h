// The daemon's own PostgreSQL: a cluster in <state_dir>/db, made on the first start, run as a child
// process on a Unix socket in <state_dir>/run, as the same unprivileged user as the daemon.
//
// The server ends with the daemon, whatever becomes of it: asked by SIGINT (fast shutdown) in
// stop(), or by the kernel when the daemon dies. The kernel watches the *thread* that forked, so
// all of this is for the main thread only, which lives as long as the process.
#pragma once

#include <sys/types.h>

#include <string>

#include "settings.h"
#include "signals.h"

namespace webpushd {

class OwnCluster {
public:
    // Finds the programs and checks what can be checked; throws std::runtime_error saying what an
    // operator has to do (programs missing, cluster of another major version, path too long).
    explicit OwnCluster(const Settings& settings);
    // Stops it, if stop() was not called.
    ~OwnCluster();
    OwnCluster(const OwnCluster&) = delete;
    OwnCluster& operator=(const OwnCluster&) = delete;

    // Makes the cluster when there is none and returns when it accepts connections, or false as
    // soon as `signals` tells to stop: recovery after a crash may take long.
    bool start(Signals& signals);

    // Call when a child has ended (SIGCHLD): starts the server again if it was that one. False when
    // told to stop meanwhile.
    bool revive(Signals& signals);

    // Fast shutdown: open transactions are rolled back, nothing committed is lost.
    void stop();

    // Valid whether it runs or not.
    std::string conninfo() const;

private:
    void check_paths() const;
    void check_version() const;
    void initialize() const;
    void launch();
    bool wait_until_ready(Signals& signals);
    void end_predecessor() const;

    std::string programs_;  // directory of initdb and postgres
    std::string data_;
    std::string sockets_;
    bool fsync_;
    pid_t server_ = 0;      // 0 = none
};

}  // namespace webpushd
