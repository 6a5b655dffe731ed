/*
 * Names for webpushd that no DNS has (LD_PRELOAD), and where it connects to.
 *
 * RESOLVE_NAMES is a file of lines "<name> <numeric address> ...": getaddrinfo() answers these, other names as
 * ever. Each connect() to an IP address adds "<address> <port>" to the file RESOLVE_LOG; beyond loopback it
 * fails with ECONNREFUSED, so that no test leaves the machine.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int (*real_connect)(int, const struct sockaddr *, socklen_t);
static int (*real_getaddrinfo)(const char *, const char *, const struct addrinfo *, struct addrinfo **);

__attribute__((constructor)) static void find_real(void) {
    real_connect = (int (*)(int, const struct sockaddr *, socklen_t))dlsym(RTLD_NEXT, "connect");
    real_getaddrinfo = (int (*)(const char *, const char *, const struct addrinfo *, struct addrinfo **))dlsym(
        RTLD_NEXT, "getaddrinfo");
}

/* A list of what the real one makes of each numeric address. */
static int resolve_all(char *addresses, const char *service, const struct addrinfo *hints, struct addrinfo **out) {
    struct addrinfo *first = NULL, **end = &first;
    char *rest = NULL;
    for (char *one = strtok_r(addresses, " \n", &rest); one != NULL; one = strtok_r(NULL, " \n", &rest)) {
        int error = real_getaddrinfo(one, service, hints, end);
        if (error != 0) { return error; }
        while (*end != NULL) { end = &(*end)->ai_next; }
    }
    *out = first;
    return first == NULL ? EAI_NONAME : 0;
}

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **out) {
    const char *path = getenv("RESOLVE_NAMES");
    FILE *names = path == NULL || name == NULL ? NULL : fopen(path, "r");
    if (names == NULL) { return real_getaddrinfo(name, service, hints, out); }
    char line[1024];
    size_t length = strlen(name);
    int found = 0, result = 0;
    while (!found && fgets(line, sizeof line, names) != NULL) {
        found = strncmp(line, name, length) == 0 && line[length] == ' ';
        if (found) { result = resolve_all(line + length, service, hints, out); }
    }
    fclose(names);
    return found ? result : real_getaddrinfo(name, service, hints, out);
}

static int is_loopback(const struct sockaddr *address) {
    if (address->sa_family == AF_INET) {
        return ntohl(((const struct sockaddr_in *)address)->sin_addr.s_addr) >> 24 == 127;
    }
    return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)address)->sin6_addr);
}

static void write_down(const struct sockaddr *address) {
    char text[INET6_ADDRSTRLEN + 8] = "";
    const int is_4 = address->sa_family == AF_INET;
    const struct sockaddr_in *in4 = (const struct sockaddr_in *)address;
    const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)address;
    inet_ntop(address->sa_family, is_4 ? (const void *)&in4->sin_addr : &in6->sin6_addr, text, INET6_ADDRSTRLEN);
    size_t length = strlen(text);
    length += (size_t)snprintf(text + length, 8, " %d\n", ntohs(is_4 ? in4->sin_port : in6->sin6_port));
    const char *path = getenv("RESOLVE_LOG");
    int file = path == NULL ? -1 : open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (file < 0) { return; }
    if (write(file, text, length) != (ssize_t)length) { abort(); }
    close(file);
}

int connect(int fd, const struct sockaddr *address, socklen_t size) {
    if (address->sa_family != AF_INET && address->sa_family != AF_INET6) { return real_connect(fd, address, size); }
    write_down(address);
    if (is_loopback(address)) { return real_connect(fd, address, size); }
    errno = ECONNREFUSED;
    return -1;
}
