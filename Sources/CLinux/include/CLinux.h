#ifndef CLEANUPD_CLINUX_H
#define CLEANUPD_CLINUX_H

#include <stdbool.h>
#include <stdint.h>

#include "clock.h"
#include "contain.h"
#include "exchange.h"
#include "monotonic_semaphore.h"
#include "tree.h"
#include "write.h"

// Fault points: each mutating system call of this project passes through clinux_fault() first. See fault.c; in release
// builds it does nothing. A function in every build, because Swift sees this header without the C target's defines.
//
// Returns 0 to go on, or an errno with which the call must fail at once (without having been made).
int clinux_fault(const char *operation);

// What the fault points do. `at` counts mutating operations from 1; 0 = only count.
enum clinux_fault_mode {
    CLINUX_FAULT_COUNT = 0,      // count only
    CLINUX_FAULT_ERRNO_ONCE = 1, // operation `at` fails with `error`
    CLINUX_FAULT_ERRNO_FROM = 2, // operation `at` and all later ones fail with `error` (a dead disk; a dead process)
    CLINUX_FAULT_KILL = 3,       // SIGKILL to the own process at operation `at`
};

// Arms the fault points and sets the counter to 0. Does nothing in release builds.
void clinux_fault_arm(enum clinux_fault_mode mode, uint64_t at, int error);
// Operations seen since the last arming (0 in release builds).
uint64_t clinux_fault_count(void);
// Whether this build has fault points.
bool clinux_fault_available(void);

// What a remover does that was taken over, from a directory beneath a root: see hostile.c. Nothing in release builds, and
// where the environment does not ask for it.
void clinux_hostile(int root);

#endif
