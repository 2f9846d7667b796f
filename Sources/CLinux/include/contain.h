#ifndef CLEANUPD_CONTAIN_H
#define CLEANUPD_CONTAIN_H

#include <stdbool.h>
#include <stdint.h>

// System calls by which a process gives up, for good, what it does not need. They bind the calling thread and all that
// it begins later, so they come before the first other thread. All return >= 0, or -errno.

// What tells a place from another that comes to lie under its path.
struct clinux_place {
    uint64_t device;
    uint64_t inode;
    uint64_t mount; // 0 where the kernel does not tell (before Linux 5.8)
    bool directory;
};

// Opens whatever lies at a path, following symlinks, for nothing but to name it (O_PATH), and says what it is.
int clinux_open_place(const char *path, struct clinux_place *place);

// The version of landlock(7) that the kernel has; -ENOSYS or -EOPNOTSUPP where it has none or is not to use it.
int clinux_landlock_version(void);
// landlock_create_ruleset(2): what is denied unless a rule allows it. Returns a descriptor. `scoped` needs version 6.
int clinux_landlock_create(uint64_t handled, uint64_t scoped);
// landlock_add_rule(2): allows it at and beneath an open place.
int clinux_landlock_allow(int ruleset, int place, uint64_t allowed);
// landlock_restrict_self(2).
int clinux_landlock_restrict(int ruleset);

// PR_SET_NO_NEW_PRIVS: no program that is started gains rights by its file.
int clinux_no_new_privileges(void);
// Drops every capability of capabilities(7) whose bit is not in `kept`, from all sets. Returns the bits that are left.
int64_t clinux_keep_capabilities(uint64_t kept);
// A seccomp(2) filter under which calls that no cleaner makes fail with EPERM: see seccomp.c.
int clinux_deny_calls(void);
// How many threads the process has.
int clinux_threads(void);

#endif
