#ifndef CLEANUPD_WRITE_H
#define CLEANUPD_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// System calls that make, fill, rename and remove files by (directory, name). Each mutating one passes a fault point
// first (see fault.c). All return >= 0, or -errno. Names are zero-terminated bytes; one with a slash, an empty one, "."
// and ".." are refused with -EINVAL, so that nothing can be reached outside of the directory that the caller holds.

// Opens an existing entry for reading; never follows a symlink, never waits for a fifo. Returns the descriptor.
int clinux_open_entry(int directory, const char *name);
// Reads until `count` bytes are there or the file ends. Returns the number of bytes; 0 = end.
int64_t clinux_read_fully(int fd, void *buffer, size_t count);

// Creates a file that did not exist (O_EXCL), for reading and writing. Returns the descriptor.
int clinux_create_exclusive(int directory, const char *name, uint32_t mode);
// Writes all of it. An interruption is retried a bounded number of times.
int clinux_write_all(int fd, const void *buffer, size_t count);
// An error is final: the kernel may have dropped the pages, so that a second fsync proves nothing.
int clinux_fsync(int fd);
int clinux_fchmod(int fd, uint32_t mode);
int clinux_fchown(int fd, uint32_t user, uint32_t group);
int clinux_futimens(int fd, int64_t access_seconds, int64_t access_nanoseconds, int64_t change_seconds,
                    int64_t change_nanoseconds);
// Copies the POSIX access list and the user.* attributes; what the security modules own is left to them.
int clinux_copy_attributes(int from, int to);
// renameat2 with RENAME_NOREPLACE, in one directory; -EEXIST if `to` is there.
int clinux_rename_noreplace(int directory, const char *from, const char *to);
// unlinkat(2); `directory_entry` removes an empty directory instead.
int clinux_unlink(int directory, const char *name, bool directory_entry);

#endif
