/*
 * A disk that can fail, for nginx's workers and webpushd (LD_PRELOAD). Only files named *.jsonl and *.jsonl.new
 * below the directory in POWERCUT_DIR are watched.
 *
 * What a power cut would leave is kept in POWERCUT_DIR/durable: <file name> has the file's length
 * at its last completed sync, as text; <file name>.named is there when the log directory was synced
 * with this name in it. The test "cuts the power" by cutting every log back to its length and
 * removing those without a durable name.
 *
 * POWERCUT_DIR/fault, read before every call, is one of
 *   write ERRNO      write() fails
 *   short OCTETS     write() takes so many octets, the next one fails with ENOSPC
 *   sync ERRNO       fdatasync() fails, once: the file is removed
 *   ignore           fdatasync() and fsync() do nothing and say they did
 *   unnamed          fsync() of the directory does nothing and says it did
 *   memory           open() throws std::bad_alloc, as C++ around it may when memory is short
 *   space OCTETS     statvfs() says that so many are free, less what the logs in log/ take
 *   slow MS          fdatasync() takes so long, or until the file is removed
 * and absent when the disk is well.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

static char directory[PATH_MAX];
static ssize_t (*real_write)(int, const void *, size_t);
static int (*real_fdatasync)(int);
static int (*real_fsync)(int);
static int (*real_open)(const char *, int, ...);
static int (*real_statvfs)(const char *, struct statvfs *);

struct fault {
    char kind[16];
    int value;
};

/* The environment is gone in a worker, so it is read when the master loads this. */
__attribute__((constructor)) static void prepare(void)
{
    const char *from = getenv("POWERCUT_DIR");

    snprintf(directory, sizeof(directory), "%s", from ? from : "/nonexistent");
    real_write = dlsym(RTLD_NEXT, "write");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_open = dlsym(RTLD_NEXT, "open");
    real_statvfs = dlsym(RTLD_NEXT, "statvfs");
}

static struct fault current_fault(void)
{
    struct fault fault = {"", 0};
    char path[PATH_MAX + 16], text[64];
    ssize_t size;
    int fd;

    snprintf(path, sizeof(path), "%s/fault", directory);
    fd = real_open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return fault;
    }
    size = read(fd, text, sizeof(text) - 1);
    close(fd);
    text[size > 0 ? size : 0] = '\0';
    sscanf(text, "%15s %d", fault.kind, &fault.value);
    return fault;
}

static void wait_slowly(int ms)
{
    for (; ms > 0 && strcmp(current_fault().kind, "slow") == 0; ms -= 10) {
        struct timespec step = {0, (ms < 10 ? ms : 10) * 1000000L};

        nanosleep(&step, NULL);
    }
}

static void end_fault(void)
{
    char path[PATH_MAX + 16];

    snprintf(path, sizeof(path), "%s/fault", directory);
    unlink(path);
}

/* The log's name without its folder, NULL when fd is something else. */
static const char *log_name(int fd, char *path, size_t size)
{
    char link[32], *name, *suffix;
    ssize_t length;

    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    length = readlink(link, path, size - 1);
    if (length <= 0) {
        return NULL;
    }
    path[length] = '\0';
    name = strrchr(path, '/');
    suffix = strstr(path, ".jsonl");
    if (name == NULL || suffix == NULL || strncmp(path, directory, strlen(directory)) != 0) {
        return NULL;
    }
    suffix[strlen(".jsonl")] = '\0';   /* without ".new", and without " (deleted)" after it */
    return name + 1;
}

static void remember_length(const char *name, off_t length)
{
    char path[PATH_MAX + NAME_MAX + 16], text[32];
    int out, size;

    snprintf(path, sizeof(path), "%s/durable/%s", directory, name);
    out = real_open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    /* Of one size always, so that being killed in between leaves the former value. */
    size = sprintf(text, "%20lld\n", (long long) length);
    if (out < 0 || real_write(out, text, (size_t) size) != size) {
        abort();
    }
    close(out);
}

static int is_log_directory(int fd)
{
    char link[32], path[PATH_MAX], expected[PATH_MAX + 8];
    ssize_t length;

    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    length = readlink(link, path, sizeof(path) - 1);
    path[length > 0 ? length : 0] = '\0';
    snprintf(expected, sizeof(expected), "%s/log", directory);
    return strcmp(path, expected) == 0;
}

static int is_log_name(const struct dirent *entry)
{
    const char *suffix = strrchr(entry->d_name, '.');

    return suffix != NULL && strcmp(suffix, ".jsonl") == 0;
}

static void remember_name(const char *name)
{
    char path[PATH_MAX + NAME_MAX + 16];
    int out;

    snprintf(path, sizeof(path), "%s/durable/%s.named", directory, name);
    out = real_open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (out < 0) {
        abort();
    }
    close(out);
}

ssize_t write(int fd, const void *data, size_t size)
{
    static __thread int was_short;
    char path[PATH_MAX];
    struct fault fault;

    if (log_name(fd, path, sizeof(path)) == NULL) {
        return real_write(fd, data, size);
    }
    fault = current_fault();
    if (strcmp(fault.kind, "write") == 0) {
        errno = fault.value;
        return -1;
    }
    if (strcmp(fault.kind, "short") == 0) {
        was_short = !was_short;
        if (!was_short) {
            errno = ENOSPC;
            return -1;
        }
        return real_write(fd, data, size < (size_t) fault.value ? size : (size_t) fault.value);
    }
    return real_write(fd, data, size);
}

int fdatasync(int fd)
{
    char path[PATH_MAX];
    const char *name = log_name(fd, path, sizeof(path));
    struct fault fault;
    struct stat st;

    if (name == NULL) {
        return real_fdatasync(fd);
    }
    fault = current_fault();
    if (strcmp(fault.kind, "sync") == 0) {
        end_fault();
        errno = fault.value;
        return -1;
    }
    if (strcmp(fault.kind, "ignore") == 0) {
        return 0;
    }
    if (strcmp(fault.kind, "slow") == 0) {
        wait_slowly(fault.value);
    }

    /* What is appended while the sync runs may or may not be on the disk: it does not count. */
    if (fstat(fd, &st) != 0 || real_fdatasync(fd) != 0) {
        return -1;
    }
    remember_length(name, st.st_size);
    return 0;
}

int fsync(int fd)
{
    char path[PATH_MAX + 8];
    struct dirent **names;
    struct fault fault;
    int count, rc;

    if (!is_log_directory(fd)) {
        return real_fsync(fd);
    }
    fault = current_fault();
    if (strcmp(fault.kind, "ignore") == 0 || strcmp(fault.kind, "unnamed") == 0) {
        return 0;
    }

    /* A name that appears while the sync runs may or may not be on the disk: it does not count. */
    snprintf(path, sizeof(path), "%s/log", directory);
    count = scandir(path, &names, is_log_name, NULL);
    rc = real_fsync(fd);
    for (int i = 0; i < count; i++) {
        if (rc == 0) {
            remember_name(names[i]->d_name);
        }
        free(names[i]);
    }
    if (count >= 0) {
        free(names);
    }
    return rc;
}

int open(const char *path, int flags, ...)
{
    void (*throw_bad_alloc)(void);
    va_list arguments;
    mode_t mode;

    va_start(arguments, flags);
    mode = flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);

    if (strncmp(path, directory, strlen(directory)) == 0 && strstr(path, ".jsonl") != NULL
        && strcmp(current_fault().kind, "memory") == 0)
    {
        throw_bad_alloc = (void (*)(void)) dlsym(RTLD_DEFAULT, "_ZSt17__throw_bad_allocv");
        if (throw_bad_alloc == NULL) {
            abort();
        }
        throw_bad_alloc();
    }
    return real_open(path, flags, mode);
}

static long long taken_by_logs(void)
{
    char path[PATH_MAX + NAME_MAX + 16];
    struct dirent **names;
    struct stat st;
    long long octets = 0;
    int count;

    snprintf(path, sizeof(path), "%s/log", directory);
    count = scandir(path, &names, is_log_name, NULL);
    for (int i = 0; i < count; i++) {
        snprintf(path, sizeof(path), "%s/log/%s", directory, names[i]->d_name);
        if (stat(path, &st) == 0) {
            octets += (long long) st.st_blocks * 512;
        }
        free(names[i]);
    }
    if (count >= 0) {
        free(names);
    }
    return octets;
}

int statvfs(const char *path, struct statvfs *disk)
{
    int rc = real_statvfs(path, disk);
    struct fault fault = current_fault();
    long long octets;

    if (rc == 0 && strcmp(fault.kind, "space") == 0
        && strncmp(path, directory, strlen(directory)) == 0)
    {
        octets = fault.value - taken_by_logs();
        disk->f_frsize = 1;
        disk->f_bavail = octets > 0 ? (fsblkcnt_t) octets : 0;
    }
    return rc;
}

/* What statvfs() is called with _FILE_OFFSET_BITS=64. */
int statvfs64(const char *path, struct statvfs64 *disk)
{
    _Static_assert(sizeof(struct statvfs) == sizeof(struct statvfs64), "a 64-bit system");
    return statvfs(path, (struct statvfs *) disk);
}
