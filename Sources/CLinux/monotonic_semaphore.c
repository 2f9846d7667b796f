// See include/monotonic_semaphore.h.
#define _GNU_SOURCE
#include "include/CLinux.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct clinux_semaphore {
    pthread_mutex_t mutex;
    pthread_cond_t signalled;
    // Signals that nobody took yet; guarded by the mutex.
    uint64_t count;
};

// With these arguments none of the calls can fail.

struct clinux_semaphore *clinux_semaphore_make(void) {
    struct clinux_semaphore *semaphore = calloc(1, sizeof *semaphore);
    if (!semaphore) return NULL;
    pthread_mutex_init(&semaphore->mutex, NULL);
    pthread_cond_init(&semaphore->signalled, NULL);
    return semaphore;
}

void clinux_semaphore_free(struct clinux_semaphore *semaphore) {
    pthread_cond_destroy(&semaphore->signalled);
    pthread_mutex_destroy(&semaphore->mutex);
    free(semaphore);
}

void clinux_semaphore_signal(struct clinux_semaphore *semaphore) {
    pthread_mutex_lock(&semaphore->mutex);
    semaphore->count++;
    pthread_cond_signal(&semaphore->signalled);
    pthread_mutex_unlock(&semaphore->mutex);
}

bool clinux_semaphore_wait(struct clinux_semaphore *semaphore, int64_t nanoseconds) {
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    if (nanoseconds > 0) {
        end.tv_sec += nanoseconds / 1000000000;
        end.tv_nsec += nanoseconds % 1000000000;
        if (end.tv_nsec >= 1000000000) {
            end.tv_sec++;
            end.tv_nsec -= 1000000000;
        }
    }
    pthread_mutex_lock(&semaphore->mutex);
    // It may also end without a reason.
    while (semaphore->count == 0
           && pthread_cond_clockwait(&semaphore->signalled, &semaphore->mutex, CLOCK_MONOTONIC, &end) == 0) {}
    bool taken = semaphore->count > 0;
    if (taken) semaphore->count--;
    pthread_mutex_unlock(&semaphore->mutex);
    return taken;
}
