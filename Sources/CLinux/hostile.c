// A remover that was taken over, for one test of the containment by the kernel: in debug builds, where the environment
// names a folder outside of all roots in CLEANUPD_HOSTILE, the first removal of a file tries everything that could change
// what lies there. One line each on standard error: `hostile WAY: done` or `hostile WAY: ERROR`. What must not be denied is
// tried, too, by way of comparison. In release builds there is nothing here.
#define _GNU_SOURCE
#include "include/CLinux.h"

#ifdef CLEANUPD_FAULT_POINTS

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <sys/wait.h>
#include <unistd.h>

static atomic_flag begun = ATOMIC_FLAG_INIT;

static void tell(const char *way, long value) {
    if (value < 0) dprintf(STDERR_FILENO, "hostile %s: %s\n", way, strerrorname_np(errno));
    else dprintf(STDERR_FILENO, "hostile %s: done\n", way);
}

// The path of a canary, with something before the folder.
static const char *canary(const char *before, const char *folder, const char *name) {
    static _Thread_local char path[PATH_MAX];
    snprintf(path, sizeof path, "%s%s/%s", before, folder, name);
    return path;
}

static long remove_path(const char *path) { return unlinkat(AT_FDCWD, path, 0); }

static long write_to(int fd) {
    if (fd < 0) return -1;
    long written = write(fd, "!", 1);
    close(fd);
    return written;
}

static void by_path(int root, const char *folder) {
    tell("unlink", remove_path(canary("", folder, "unlink")));
    // The slash of the folder follows: enough steps up lead to the root of the file system from anywhere.
    char up[256] = "";
    for (int step = 0; step < 40; step++) strcat(up, "../");
    tell("dotdot", unlinkat(root, canary(up, folder + 1, "dotdot"), 0));
    tell("magic", remove_path(canary("/proc/self/root", folder, "magic")));
    tell("rmdir", unlinkat(AT_FDCWD, canary("", folder, "rmdir"), AT_REMOVEDIR));
    tell("overwrite", write_to(open(canary("", folder, "overwrite"), O_WRONLY)));
    tell("cut", write_to(open(canary("", folder, "cut"), O_WRONLY | O_TRUNC)));
    tell("truncate", truncate(canary("", folder, "truncate"), 0));
}

static void by_making(int root, const char *folder) {
    tell("create", write_to(open(canary("", folder, "created"), O_WRONLY | O_CREAT | O_EXCL, 0600)));
    tell("mkdir", mkdir(canary("", folder, "made"), 0700));
    tell("symlink", symlink("/", canary("", folder, "link")));
    tell("mkfifo", mknod(canary("", folder, "fifo"), S_IFIFO | 0600, 0));
    tell("take", renameat2(AT_FDCWD, canary("", folder, "take"), root, "hostile-taken", 0));
    tell("hardlink", linkat(AT_FDCWD, canary("", folder, "hardlink"), root, "hostile-linked", 0));
    char from[PATH_MAX];
    snprintf(from, sizeof from, "%s", canary("", folder, "over"));
    tell("rename", renameat2(AT_FDCWD, from, AT_FDCWD, canary("", folder, "rename"), 0));
}

static void by_another_view(const char *folder) {
    long mounted = mount(folder, folder, NULL, MS_BIND, NULL);
    tell("mount", mounted);
    if (mounted == 0) umount2(folder, MNT_DETACH);
    tell("chroot", chroot("/"));
    tell("unshare", unshare(CLONE_NEWNS));
    // Only asked, as the guard of the clock does; to set it would change the machine's where nothing contains this.
    struct timex state = {0};
    tell("clock", adjtimex(&state) < 0 ? -1 : 0);
    struct {
        struct file_handle head;
        unsigned char bytes[MAX_HANDLE_SZ];
    } handle = {.head = {.handle_bytes = MAX_HANDLE_SZ}};
    int mount_id;
    long found = name_to_handle_at(AT_FDCWD, canary("", folder, "handle"), &handle.head, &mount_id, 0);
    int home = open(folder, O_RDONLY | O_DIRECTORY);
    if (found == 0) found = write_to(open_by_handle_at(home, &handle.head, O_WRONLY));
    tell("handle", found);
    close(home);
}

static void *by_thread(void *folder) {
    tell("thread", remove_path(canary("", folder, "thread")));
    return NULL;
}

static void by_others(const char *folder) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, by_thread, (void *)folder) == 0) pthread_join(thread, NULL);
    const char *path = canary("", folder, "child");
    pid_t child = fork();
    if (child == 0) {
        execl("/bin/rm", "rm", "-f", path, NULL); // banned-ok: what a taken-over one would do, in debug builds
        _exit(127);
    }
    int status = 0;
    waitpid(child, &status, 0);
    errno = EACCES;
    tell("child", status == 0 ? 0 : -1);
}

void clinux_hostile(int root) {
    const char *folder = getenv("CLEANUPD_HOSTILE");
    if (folder == NULL || folder[0] != '/' || atomic_flag_test_and_set(&begun)) return;
    by_path(root, folder);
    by_making(root, folder);
    by_others(folder);
    by_another_view(folder);
    dprintf(STDERR_FILENO, "hostile end\n");
}

#else

void clinux_hostile(int root) { (void)root; }

#endif
