// See include/contain.h. No state.
#define _GNU_SOURCE
#include "include/CLinux.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

// Of linux/landlock.h, which the headers of a distribution may have in an older version or not at all. The numbers are
// the same on all architectures.
enum { call_create_ruleset = 444, call_add_rule = 445, call_restrict_self = 446 };
enum { create_ruleset_version = 1, rule_path_beneath = 1 };
// Of linux/stat.h, likewise: STATX_MNT_ID_UNIQUE.
enum { unique_mount = 0x4000 };

struct ruleset {
    uint64_t handled_files;
    uint64_t handled_network;
    uint64_t scoped;
};

struct path_beneath {
    uint64_t allowed;
    int32_t parent;
} __attribute__((packed));

static int result(long value) { return value < 0 ? -errno : (int)value; }

int clinux_open_place(const char *path, struct clinux_place *place) {
    struct statx raw;
    // O_DIRECTORY mounts what is to be mounted by itself; O_PATH alone does not (automount).
    int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 && errno == ENOTDIR) fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0) return -errno;
    // Numbers of mounts are used again, unless the kernel has unique ones (Linux 6.8).
    unsigned int mask = STATX_BASIC_STATS | STATX_MNT_ID | unique_mount;
    if (statx(fd, "", AT_EMPTY_PATH | AT_NO_AUTOMOUNT, mask, &raw) < 0) {
        int error = -errno;
        close(fd);
        return error;
    }
    place->device = makedev(raw.stx_dev_major, raw.stx_dev_minor);
    place->inode = raw.stx_ino;
    place->mount = raw.stx_mask & (STATX_MNT_ID | unique_mount) ? raw.stx_mnt_id : 0;
    place->directory = S_ISDIR(raw.stx_mode);
    return fd;
}

int clinux_landlock_version(void) { return result(syscall(call_create_ruleset, NULL, 0, create_ruleset_version)); }

int clinux_landlock_create(uint64_t handled, uint64_t scoped) {
    struct ruleset attributes = {.handled_files = handled, .scoped = scoped};
    // An older kernel takes only what it knows of the structure.
    size_t size = scoped ? sizeof attributes : sizeof attributes.handled_files;
    return result(syscall(call_create_ruleset, &attributes, size, 0));
}

int clinux_landlock_allow(int ruleset, int place, uint64_t allowed) {
    struct path_beneath attributes = {.allowed = allowed, .parent = place};
    return result(syscall(call_add_rule, ruleset, rule_path_beneath, &attributes, 0));
}

int clinux_landlock_restrict(int ruleset) { return result(syscall(call_restrict_self, ruleset, 0)); }

int clinux_no_new_privileges(void) { return result(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)); }

// The words of the sets, low bits first, as capget(2) has them.
static uint64_t joined(uint32_t low, uint32_t high) { return (uint64_t)high << 32 | low; }

int64_t clinux_keep_capabilities(uint64_t kept) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    struct __user_cap_data_struct sets[2] = {{0}};
    if (syscall(SYS_capget, &header, sets) < 0) return -errno;
    // So that no program that is started gains them again. Without CAP_SETPCAP there is nothing to be gained: that is
    // what PR_SET_NO_NEW_PRIVS sees to.
    for (int capability = 0; capability < 64; capability++) {
        if (kept >> capability & 1) continue;
        if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0 && errno != EINVAL && errno != EPERM) return -errno;
    }
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0 && errno != EINVAL) return -errno;
    for (int word = 0; word < 2; word++) {
        uint32_t mask = (uint32_t)(kept >> (32 * word));
        sets[word].effective &= mask;
        sets[word].permitted &= mask;
        sets[word].inheritable = 0;
    }
    if (syscall(SYS_capset, &header, sets) < 0) return -errno;
    return (int64_t)joined(sets[0].permitted, sets[1].permitted);
}

int clinux_threads(void) {
    int count = 0;
    DIR *tasks = opendir("/proc/self/task");
    if (tasks == NULL) return -errno;
    for (struct dirent *entry = readdir(tasks); entry != NULL; entry = readdir(tasks))
        if (entry->d_name[0] != '.') count++;
    closedir(tasks);
    return count;
}
