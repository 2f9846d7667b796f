// See include/exchange.h. No state; everything here may be called from any thread.
#define _GNU_SOURCE
#include "include/CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

// A signal storm must end in an error, not in an endless loop.
enum { maximum_interruptions = 100 };

static bool is_entry(const char *name) {
    return name[0] != 0 && strchr(name, '/') == NULL && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

int clinux_rename_exchange(int directory, const char *first, const char *second) {
    if (!is_entry(first) || !is_entry(second)) return -EINVAL;
    int fault = clinux_fault("renameat2");
    if (fault != 0) return -fault;
    return renameat2(directory, first, directory, second, RENAME_EXCHANGE) < 0 ? -errno : 0;
}

int clinux_reserve(int fd, int64_t size) {
    int fault = clinux_fault("fallocate");
    if (fault != 0) return -fault;
    int interruptions = 0;
    while (fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, (off_t)size) < 0)
        if (errno != EINTR || ++interruptions > maximum_interruptions) return -errno;
    return 0;
}

int clinux_release(int fd) {
    struct stat status;
    if (fstat(fd, &status) < 0) return -errno;
    int fault = clinux_fault("ftruncate");
    if (fault != 0) return -fault;
    return ftruncate(fd, status.st_size) < 0 ? -errno : 0;
}

int64_t clinux_read_at(int fd, void *buffer, size_t count, int64_t offset) {
    size_t done = 0;
    int interruptions = 0;
    while (done < count) {
        ssize_t n = pread(fd, (char *)buffer + done, count - done, (off_t)(offset + (int64_t)done));
        if (n == 0) break;
        if (n > 0) done += (size_t)n;
        else if (errno != EINTR || ++interruptions > maximum_interruptions) return -errno;
    }
    return (int64_t)done;
}

int clinux_lock_shared(int fd) { return flock(fd, LOCK_SH | LOCK_NB) < 0 ? -errno : 0; }
