// In-process fault points: one process-wide counter over all mutating operations of this project, so that a test can
// fail or kill the N-th one for N = 1, 2, 3 … (SQLite's method: https://www.sqlite.org/testing.html, "I/O Error Testing").
// Environment CLEANUPD_FAULT="kill:N" or "errno:N:E" arms them in a debug build of the program itself.
#include "include/CLinux.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#ifdef CLEANUPD_FAULT_POINTS

static atomic_uint_fast64_t operations;
static atomic_uint_fast64_t target;
static atomic_int mode;
static atomic_int error_number;

void clinux_fault_arm(enum clinux_fault_mode new_mode, uint64_t at, int error) {
    atomic_store(&mode, CLINUX_FAULT_COUNT);
    atomic_store(&operations, 0);
    atomic_store(&target, at);
    atomic_store(&error_number, error);
    atomic_store(&mode, new_mode);
}

uint64_t clinux_fault_count(void) { return atomic_load(&operations); }

bool clinux_fault_available(void) { return true; }

__attribute__((constructor)) static void arm_from_environment(void) {
    const char *plan = getenv("CLEANUPD_FAULT");
    unsigned long long at;
    int error;
    if (plan == NULL) return;
    if (sscanf(plan, "kill:%llu", &at) == 1) clinux_fault_arm(CLINUX_FAULT_KILL, at, 0);
    else if (sscanf(plan, "errno:%llu:%d", &at, &error) == 2) clinux_fault_arm(CLINUX_FAULT_ERRNO_ONCE, at, error);
}

int clinux_fault(const char *operation) {
    (void)operation;
    uint64_t n = atomic_fetch_add(&operations, 1) + 1;
    uint64_t at = atomic_load(&target);
    if (at == 0 || n < at) return 0;
    switch (atomic_load(&mode)) {
    case CLINUX_FAULT_ERRNO_ONCE:
        return n == at ? atomic_load(&error_number) : 0;
    case CLINUX_FAULT_ERRNO_FROM:
        return atomic_load(&error_number);
    case CLINUX_FAULT_KILL:
        if (n == at) kill(getpid(), SIGKILL);
        return 0;
    default:
        return 0;
    }
}

#else

void clinux_fault_arm(enum clinux_fault_mode new_mode, uint64_t at, int error) {
    (void)new_mode;
    (void)at;
    (void)error;
}

uint64_t clinux_fault_count(void) { return 0; }

bool clinux_fault_available(void) { return false; }

int clinux_fault(const char *operation) {
    (void)operation;
    return 0;
}

#endif
