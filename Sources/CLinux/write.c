// See include/write.h. No state; everything here may be called from any thread.
#define _GNU_SOURCE
#include "include/CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

// A signal storm must end in an error, not in an endless loop.
enum { maximum_interruptions = 100 };

static bool is_entry(const char *name) {
    return name[0] != 0 && strchr(name, '/') == NULL && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

static int result(int value) { return value < 0 ? -errno : value; }

// What every mutating call by name does first.
static int admit(const char *operation, const char *name) {
    if (!is_entry(name)) return -EINVAL;
    return -clinux_fault(operation);
}

int clinux_open_entry(int directory, const char *name) {
    if (!is_entry(name)) return -EINVAL;
    return result(openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
}

int64_t clinux_read_fully(int fd, void *buffer, size_t count) {
    size_t done = 0;
    int interruptions = 0;
    while (done < count) {
        ssize_t n = read(fd, (char *)buffer + done, count - done);
        if (n == 0) break;
        if (n > 0) done += (size_t)n;
        else if (errno != EINTR || ++interruptions > maximum_interruptions) return -errno;
    }
    return (int64_t)done;
}

int clinux_create_exclusive(int directory, const char *name, uint32_t mode) {
    int error = admit("openat", name);
    if (error < 0) return error;
    return result(openat(directory, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, (mode_t)mode));
}

int clinux_write_all(int fd, const void *buffer, size_t count) {
    size_t done = 0;
    int interruptions = 0;
    while (done < count) {
        ssize_t n;
        int fault = clinux_fault("write");
        if (fault == 0) n = write(fd, (const char *)buffer + done, count - done);
        else n = -1, errno = fault;
        if (n > 0) done += (size_t)n;
        else if (n == 0) return -EIO;
        else if (errno != EINTR || ++interruptions > maximum_interruptions) return -errno;
    }
    return 0;
}

int clinux_fsync(int fd) {
    int fault = clinux_fault("fsync");
    return fault ? -fault : result(fsync(fd));
}

int clinux_fchmod(int fd, uint32_t mode) {
    int fault = clinux_fault("fchmod");
    return fault ? -fault : result(fchmod(fd, (mode_t)mode));
}

int clinux_fchown(int fd, uint32_t user, uint32_t group) {
    int fault = clinux_fault("fchown");
    return fault ? -fault : result(fchown(fd, user, group));
}

int clinux_futimens(int fd, int64_t access_seconds, int64_t access_nanoseconds, int64_t change_seconds,
                    int64_t change_nanoseconds) {
    struct timespec times[2] = {
        {.tv_sec = access_seconds, .tv_nsec = access_nanoseconds},
        {.tv_sec = change_seconds, .tv_nsec = change_nanoseconds},
    };
    int fault = clinux_fault("futimens");
    return fault ? -fault : result(futimens(fd, times));
}

// The kernel's limit of one value and of a list of names (XATTR_SIZE_MAX, XATTR_LIST_MAX).
enum { attribute_limit = 65536 };

static bool is_copied(const char *attribute) {
    return strncmp(attribute, "user.", 5) == 0 || strcmp(attribute, "system.posix_acl_access") == 0;
}

static int copy_attribute(int from, int to, const char *name) {
    char small[1024];
    char *value = small;
    int fault, error = 0;
    ssize_t size = fgetxattr(from, name, small, sizeof small);
    if (size < 0 && errno == ERANGE) {
        value = malloc(attribute_limit);
        if (value == NULL) return -ENOMEM;
        size = fgetxattr(from, name, value, attribute_limit);
    }
    if (size < 0) {
        error = errno == ENODATA ? 0 : -errno;
    } else {
        fault = clinux_fault("fsetxattr");
        error = fault ? -fault : result(fsetxattr(to, name, value, (size_t)size, 0));
    }
    if (value != small) free(value);
    return error;
}

int clinux_copy_attributes(int from, int to) {
    char small[1024];
    char *names = small;
    int error = 0;
    ssize_t size = flistxattr(from, small, sizeof small);
    if (size < 0 && errno == ERANGE) {
        names = malloc(attribute_limit);
        if (names == NULL) return -ENOMEM;
        size = flistxattr(from, names, attribute_limit);
    }
    if (size < 0) error = errno == ENOTSUP ? 0 : -errno;
    for (ssize_t at = 0; error == 0 && at < size; at += (ssize_t)strlen(names + at) + 1)
        if (is_copied(names + at)) error = copy_attribute(from, to, names + at);
    if (names != small) free(names);
    return error;
}

int clinux_rename_noreplace(int directory, const char *from, const char *to) {
    if (!is_entry(to)) return -EINVAL;
    int error = admit("renameat2", from);
    if (error < 0) return error;
    return result(renameat2(directory, from, directory, to, RENAME_NOREPLACE));
}

int clinux_unlink(int directory, const char *name, bool directory_entry) {
    int error = admit("unlinkat", name);
    if (error < 0) return error;
    clinux_hostile(directory);
    return result(unlinkat(directory, name, directory_entry ? AT_REMOVEDIR : 0));
}
