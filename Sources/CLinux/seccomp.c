// The filter of clinux_deny_calls: what no cleaner does, and what a taken-over one could leave its bounds by. All else is
// allowed, whatever its arguments, so that the kernel answers from a table (Linux 5.11) and an allowed call costs nothing.
#define _GNU_SOURCE
#include "include/CLinux.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#ifdef ARCHITECTURE

// Numbers from 424 on are the same everywhere, and may be younger than the headers.
enum {
    call_open_tree = 428,
    call_move_mount = 429,
    call_fsopen = 430,
    call_fsconfig = 431,
    call_fsmount = 432,
    call_fspick = 433,
    call_mount_setattr = 442,
    call_quotactl_fd = 443,
};

static const unsigned int denied[] = {
    // Another view of the file system.
    SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_unshare, SYS_setns, call_open_tree, call_move_mount,
    call_fsopen, call_fsconfig, call_fsmount, call_fspick, call_mount_setattr,
    // A file without its path.
    SYS_open_by_handle_at,
    // Another process's memory.
    SYS_ptrace, SYS_process_vm_writev,
    // The kernel, and the machine as a whole.
    SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_kexec_load, SYS_kexec_file_load, SYS_bpf,
    SYS_perf_event_open, SYS_userfaultfd, SYS_reboot, SYS_swapon, SYS_swapoff, SYS_acct, SYS_quotactl, call_quotactl_fd,
    SYS_sethostname, SYS_setdomainname,
    // Not adjtimex, which is asked whether the clock is synchronised; without CAP_SYS_TIME it sets nothing.
    SYS_settimeofday, SYS_clock_settime,
#if defined(__x86_64__)
    SYS_iopl, SYS_ioperm,
#endif
};

enum { denied_count = sizeof denied / sizeof denied[0], refusal = SECCOMP_RET_ERRNO | EPERM };
// Calls of the 32-bit pointers' interface of x86-64 have this bit: https://www.kernel.org/doc/html/latest/userspace-api/seccomp_filter.html
enum { other_interface = 0x40000000 };
enum { check_count = 5 };

static int install(struct sock_fprog *program) {
    // Without SPEC_ALLOW an older kernel makes every call slower; one before 4.17 does not know it.
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, program) == 0) return 0;
    if (errno != EINVAL) return -errno;
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, program) == 0 ? 0 : -errno;
}

int clinux_deny_calls(void) {
    struct sock_filter code[check_count + denied_count + 2];
    const struct sock_filter checks[check_count] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        // A foreign architecture's numbers mean something else.
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, refusal),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, other_interface, denied_count + 1, 0),
    };
    int at = 0;
    for (int check = 0; check < check_count; check++) code[at++] = checks[check];
    for (int call = 0; call < denied_count; call++) {
        code[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, denied[call],
                                                  (unsigned char)(denied_count - call), 0);
    }
    code[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    code[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, refusal);
    struct sock_fprog program = {.len = (unsigned short)at, .filter = code};
    return install(&program);
}

#else

int clinux_deny_calls(void) { return -ENOSYS; }

#endif
