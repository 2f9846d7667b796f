#ifndef CLEANUPD_TREE_H
#define CLEANUPD_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// System calls that look at a tree by (directory, name), and hold files in it. All return >= 0, or -errno.

// What statx(2) tells of an entry. Times are nanoseconds since the epoch, held at the ends of 64 bits.
struct clinux_status {
    uint64_t inode;
    uint64_t device; // as makedev(3) composes it
    uint64_t links;
    int64_t size;
    int64_t blocks_bytes; // st_blocks * 512
    int64_t modified;
    int64_t changed;
    int64_t accessed;
    int64_t born; // INT64_MAX where the file system does not keep it
    uint32_t mode;
    uint32_t user;
    uint32_t group;
    bool fixed; // immutable or append-only (chattr +i, +a)
    bool mount_root;
    bool mount_root_known; // Linux 5.8
};

// How clinux_open_beneath opens.
enum clinux_open_kind {
    CLINUX_OPEN_DIRECTORY = 0,       // to read a directory
    CLINUX_OPEN_DIRECTORY_QUIET = 1, // the same, with O_NOATIME: for files' owners and root only
    CLINUX_OPEN_LOOK = 2,            // O_PATH, of anything
    CLINUX_OPEN_FILE = 3,            // to read a file; never waits for a fifo or a lease
};

// Opens the absolute or relative path of a directory, as the shell would; for roots only.
int clinux_open_root(const char *path);
// openat2(2) with RESOLVE_BENEATH, NO_SYMLINKS, NO_MAGICLINKS and NO_XDEV: -ELOOP or -ENOTDIR a symlink, -EXDEV a mount
// or an escape.
// -EAGAIN (a rename raced with it) is retried a bounded number of times. Kernel 5.6.
int clinux_open_beneath(int directory, const char *path, enum clinux_open_kind kind);
// Raw getdents64(2). Returns bytes, 0 = end.
int clinux_entries(int directory, void *buffer, size_t size);
// statx(2) of an entry, or with an empty name of the descriptor itself. Never follows a symlink, never mounts.
int clinux_status(int directory, const char *name, struct clinux_status *status);

// flock(2), exclusive, without waiting: -EWOULDBLOCK if somebody holds it. Ends with the last close of the descriptor.
int clinux_lock(int fd);
// Gives the lock back at once, even while a forked child still holds the descriptor.
int clinux_unlock(int fd);
// fcntl(F_SETLEASE, F_RDLCK): -EAGAIN while any process has the file open for writing. Who opens it for writing
// afterwards waits until it is given back or the kernel's break time is over; the break is announced by SIGURG, which
// is ignored by default (SIGIO, the kernel's choice, would end the process).
int clinux_lease(int fd);
// 1 = the lease stands and nobody waits for it, 0 = somebody does.
int clinux_lease_stands(int fd);
int clinux_lease_end(int fd);
// fcntl(F_SETFL) with O_NOATIME: what is read from here on leaves no trace in the time of access. -EPERM for those who
// neither own the file nor are root.
int clinux_keep_atime(int fd);

#endif
