// The state directory, and becoming the user that owns it. All throw std::runtime_error saying what
// an operator has to do.
#pragma once

#include <string>

#include "settings.h"

namespace webpushd {

// Makes the directories that are missing; as root, they are given to settings.user.
void prepare_directories(const Settings& settings);

// As root: becomes settings.user for good, with its groups and no way back. Else nothing.
void drop_root(const std::string& user);

// One daemon a state directory: holds a lock file as long as it lives; the kernel releases it when
// the process ends in whatever way.
class InstanceLock {
public:
    explicit InstanceLock(const std::string& state_dir);
    ~InstanceLock();
    InstanceLock(const InstanceLock&) = delete;
    InstanceLock& operator=(const InstanceLock&) = delete;

private:
    int fd_;
};

}  // namespace webpushd
