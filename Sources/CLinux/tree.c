// See include/tree.h. No state; everything here may be called from any thread.
#define _GNU_SOURCE
#include "include/CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

// openat2(2) gives EAGAIN when a rename or mount ran at the same time; an attacker must not hold us for ever.
enum { maximum_attempts = 128 };

static int result(long value) { return value < 0 ? -errno : (int)value; }

static int64_t nanoseconds(struct statx_timestamp time) {
    int64_t value;
    if (__builtin_mul_overflow(time.tv_sec, INT64_C(1000000000), &value) ||
        __builtin_add_overflow(value, (int64_t)time.tv_nsec, &value))
        return time.tv_sec < 0 ? INT64_MIN : INT64_MAX;
    return value;
}

int clinux_open_root(const char *path) {
    return result(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK));
}

static uint64_t flags_of(enum clinux_open_kind kind) {
    switch (kind) {
    case CLINUX_OPEN_DIRECTORY: return O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
    case CLINUX_OPEN_DIRECTORY_QUIET: return O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOATIME;
    case CLINUX_OPEN_LOOK: return O_PATH | O_NOFOLLOW | O_CLOEXEC;
    case CLINUX_OPEN_FILE: return O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
    }
    return O_PATH | O_NOFOLLOW | O_CLOEXEC;
}

int clinux_open_beneath(int directory, const char *path, enum clinux_open_kind kind) {
    struct open_how how = {
        .flags = flags_of(kind),
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV,
    };
    int error = -EAGAIN;
    for (int attempt = 0; attempt < maximum_attempts; attempt++) {
        error = result(syscall(SYS_openat2, directory, path, &how, sizeof how));
        // A file's EAGAIN means a lease that its holder has to give up first: not a race, so not retried.
        bool raced = error == -EAGAIN && kind != CLINUX_OPEN_FILE;
        if (!raced && error != -EINTR) return error;
    }
    return error;
}

int clinux_entries(int directory, void *buffer, size_t size) {
    int error = -EINTR;
    for (int attempt = 0; attempt < maximum_attempts && error == -EINTR; attempt++)
        error = result(syscall(SYS_getdents64, directory, buffer, size));
    return error;
}

int clinux_status(int directory, const char *name, struct clinux_status *status) {
    struct statx raw;
    int flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | (name[0] == 0 ? AT_EMPTY_PATH : 0);
    if (statx(directory, name, flags, STATX_BASIC_STATS | STATX_BTIME, &raw) < 0) return -errno;
    // A file system that cannot answer everything must not make an old file out of a young one.
    if ((raw.stx_mask & STATX_BASIC_STATS) != STATX_BASIC_STATS) return -EOPNOTSUPP;
    status->inode = raw.stx_ino;
    status->device = makedev(raw.stx_dev_major, raw.stx_dev_minor);
    status->links = raw.stx_nlink;
    status->size = (int64_t)raw.stx_size;
    status->blocks_bytes = (int64_t)(raw.stx_blocks * 512);
    status->modified = nanoseconds(raw.stx_mtime);
    status->changed = nanoseconds(raw.stx_ctime);
    status->accessed = nanoseconds(raw.stx_atime);
    status->born = raw.stx_mask & STATX_BTIME ? nanoseconds(raw.stx_btime) : INT64_MAX;
    status->mode = raw.stx_mode;
    status->user = raw.stx_uid;
    status->group = raw.stx_gid;
    status->fixed = (raw.stx_attributes & (STATX_ATTR_IMMUTABLE | STATX_ATTR_APPEND)) != 0;
    status->mount_root_known = (raw.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT) != 0;
    status->mount_root = (raw.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
    return 0;
}

int clinux_lock(int fd) { return result(flock(fd, LOCK_EX | LOCK_NB)); }

int clinux_unlock(int fd) { return result(flock(fd, LOCK_UN)); }

int clinux_lease(int fd) {
    if (fcntl(fd, F_SETSIG, SIGURG) < 0) return -errno;
    return result(fcntl(fd, F_SETLEASE, F_RDLCK));
}

int clinux_lease_stands(int fd) {
    int lease = fcntl(fd, F_GETLEASE);
    return lease < 0 ? -errno : lease == F_RDLCK;
}

int clinux_lease_end(int fd) { return result(fcntl(fd, F_SETLEASE, F_UNLCK)); }

int clinux_keep_atime(int fd) {
    int flags = fcntl(fd, F_GETFL);
    return flags < 0 ? -errno : result(fcntl(fd, F_SETFL, flags | O_NOATIME));
}
