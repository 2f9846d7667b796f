// Tells ThreadSanitizer of Swift's Mutex, and where to report. Linked into what is built under it: scripts/tsan.sh, and
// Tests/FaultTests.
//
// A Mutex that nobody holds is taken by an atomic operation in our own code, which ThreadSanitizer sees. One that somebody
// holds is waited for in libswiftSynchronization and in the kernel, which it does not see: whatever the two then do under
// the lock would be a race. These take the place of the library's functions, call them, and say what came before what.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SWIFT __attribute__((swiftcall))
#define HANDLE __attribute__((swift_context)) void *handle

// As Swift writes Synchronization._MutexHandle._lockSlow(_:), ._tryLockSlow() and ._unlockSlow().
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY_LOCK "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

// Weak: what is built for the compiler itself has no ThreadSanitizer.
extern void __tsan_acquire(void *) __attribute__((weak));
extern void __tsan_release(void *) __attribute__((weak));

extern void __sanitizer_set_report_fd(void *) __attribute__((weak));

// Opens the file of TSAN_OPTIONS=log_path=… at once: a process that the kernel contains may make none later, and would end
// without a word. It stays empty where nothing is found.
__attribute__((constructor)) static void open_report(void) {
    const char *options = getenv("TSAN_OPTIONS");
    const char *place = options ? strstr(options, "log_path=") : NULL;
    char path[4096];
    if (!place || !__sanitizer_set_report_fd) return;
    place += strlen("log_path=");
    if (snprintf(path, sizeof path, "%.*s.%d", (int)strcspn(place, " :"), place, getpid()) >= (int)sizeof path) abort();
    int lowest = open(path, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
    // Not in the place of a standard stream that was closed: what is written to that must fail.
    int file = lowest < 0 ? -1 : fcntl(lowest, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (file < 0) abort();
    close(lowest);
    __sanitizer_set_report_fd((void *)(intptr_t)file);
}

static void *of_the_library(const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    if (!found) abort();
    return found;
}

SWIFT void tsan_lock(uint32_t thread, HANDLE) __asm__(LOCK);
SWIFT void tsan_lock(uint32_t thread, HANDLE) {
    SWIFT void (*lock)(uint32_t, HANDLE) = of_the_library(LOCK);
    lock(thread, handle);
    if (__tsan_acquire) __tsan_acquire(handle);
}

SWIFT bool tsan_try_lock(HANDLE) __asm__(TRY_LOCK);
SWIFT bool tsan_try_lock(HANDLE) {
    SWIFT bool (*try_lock)(HANDLE) = of_the_library(TRY_LOCK);
    bool is_taken = try_lock(handle);
    if (is_taken && __tsan_acquire) __tsan_acquire(handle);
    return is_taken;
}

SWIFT void tsan_unlock(HANDLE) __asm__(UNLOCK);
SWIFT void tsan_unlock(HANDLE) {
    SWIFT void (*unlock)(HANDLE) = of_the_library(UNLOCK);
    if (__tsan_release) __tsan_release(handle);
    unlock(handle);
}
