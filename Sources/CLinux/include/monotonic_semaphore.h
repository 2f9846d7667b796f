#ifndef CLEANUPD_MONOTONIC_SEMAPHORE_H
#define CLEANUPD_MONOTONIC_SEMAPHORE_H

#include <stdbool.h>
#include <stdint.h>

// A semaphore whose waits end by CLOCK_MONOTONIC: pthread_cond_clockwait(3), which Swift does not import.
struct clinux_semaphore;

// With no signal; NULL without memory.
struct clinux_semaphore *clinux_semaphore_make(void);

// Nobody may wait for it any more.
void clinux_semaphore_free(struct clinux_semaphore *semaphore);

// Lets one wait end, now or later.
void clinux_semaphore_signal(struct clinux_semaphore *semaphore);

// Waits for a signal and takes it; false if none came within so many nanoseconds, of which zero and less are none.
bool clinux_semaphore_wait(struct clinux_semaphore *semaphore, int64_t nanoseconds);

#endif
