#ifndef CLEANUPD_EXCHANGE_H
#define CLEANUPD_EXCHANGE_H

#include <stddef.h>
#include <stdint.h>

// System calls that put one file in the place of another, and read and lock both. All return >= 0, or -errno. Those
// that change something pass a fault point first (see fault.c).

// renameat2 with RENAME_EXCHANGE, in one directory: both names must be there, and at each instant both are. -EINVAL on
// file systems that cannot.
int clinux_rename_exchange(int directory, const char *first, const char *second);
// fallocate(2) of the first `size` bytes, which the file's length does not show. -EOPNOTSUPP on file systems that cannot.
int clinux_reserve(int fd, int64_t size);
// Gives back what was reserved beyond the file's end.
int clinux_release(int fd);
// pread(2) until `count` bytes are there or the file ends. Returns the number of bytes; 0 = end.
int64_t clinux_read_at(int fd, void *buffer, size_t count, int64_t offset);
// flock(2), shared, without waiting: -EWOULDBLOCK if somebody holds it exclusively.
int clinux_lock_shared(int fd);

#endif
