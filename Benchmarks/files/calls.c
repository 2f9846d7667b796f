// Asks for the status of all entries of a tree's directories, or removes them, by calls or by io_uring.
//
//   calls statx|unlink calls|uring THREADS BATCH DIRECTORY...
//
// Prints the seconds and the entries. Each thread takes every THREADS-th directory; by io_uring, BATCH entries are handed to the
// kernel together and all their answers awaited. Ends with 1 at the first call that fails.
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <liburing.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 4096 };
static int removes, by_ring, threads, batch, count;
static char **directories;
// What cleanupd asks for of each entry.
static const unsigned MASK = STATX_BASIC_STATS | STATX_BTIME;
static const int FLAGS = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT;

static void fail(const char *what, int error) {
    fprintf(stderr, "calls: %s: %s\n", what, strerror(error));
    exit(1);
}

static void call(int directory, char **names, int number) {
    struct statx status;
    for (int index = 0; index < number; index++) {
        int done = removes ? unlinkat(directory, names[index], 0) : statx(directory, names[index], FLAGS, MASK, &status);
        if (done < 0) fail(names[index], errno);
    }
}

static void ring_call(struct io_uring *ring, struct statx *statuses, int directory, char **names, int number) {
    for (int index = 0; index < number; index++) {
        struct io_uring_sqe *entry = io_uring_get_sqe(ring);
        if (entry == NULL) fail("the ring is full", EAGAIN);
        if (removes) io_uring_prep_unlinkat(entry, directory, names[index], 0);
        else io_uring_prep_statx(entry, directory, names[index], FLAGS, MASK, &statuses[index]);
    }
    int sent = io_uring_submit_and_wait(ring, number);
    if (sent != number) fail("io_uring_submit_and_wait", sent < 0 ? -sent : EAGAIN);
    for (int index = 0; index < number; index++) {
        struct io_uring_cqe *answer;
        int failed = io_uring_wait_cqe(ring, &answer);
        if (failed < 0 || answer->res < 0) fail("io_uring", failed < 0 ? -failed : -answer->res);
        io_uring_cqe_seen(ring, answer);
    }
}

static long take(DIR *stream, struct io_uring *ring, struct statx *statuses) {
    char *names[MOST];
    long total = 0;
    int number = 0, end = 0;
    while (!end) {
        struct dirent *entry = readdir(stream);
        end = entry == NULL;
        if (!end && entry->d_type == DT_REG) names[number++] = strdup(entry->d_name);
        if (number < batch && !end) continue;
        if (by_ring && number > 0) ring_call(ring, statuses, dirfd(stream), names, number);
        else call(dirfd(stream), names, number);
        total += number;
        while (number > 0) free(names[--number]);
    }
    return total;
}

static void *work(void *first) {
    struct io_uring ring;
    struct statx *statuses = calloc(MOST, sizeof *statuses);
    int failed = by_ring ? io_uring_queue_init(MOST, &ring, 0) : 0;
    if (failed < 0) fail("io_uring_queue_init", -failed);
    long total = 0;
    for (long index = (long)first; index < count; index += threads) {
        DIR *stream = opendir(directories[index]);
        if (stream == NULL) fail(directories[index], errno);
        total += take(stream, &ring, statuses);
        closedir(stream);
    }
    if (by_ring) io_uring_queue_exit(&ring);
    free(statuses);
    return (void *)total;
}

int main(int argument_count, char **arguments) {
    if (argument_count < 6) fail("calls statx|unlink calls|uring THREADS BATCH DIRECTORY...", EINVAL);
    removes = strcmp(arguments[1], "unlink") == 0;
    by_ring = strcmp(arguments[2], "uring") == 0;
    threads = atoi(arguments[3]);
    batch = atoi(arguments[4]);
    directories = arguments + 5;
    count = argument_count - 5;
    if (threads < 1 || threads > 64 || batch < 1 || batch > MOST) fail("THREADS, BATCH", EINVAL);
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    pthread_t workers[64];
    long total = 0;
    for (long index = 0; index < threads; index++) pthread_create(&workers[index], NULL, work, (void *)index);
    for (int index = 0; index < threads; index++) {
        void *done;
        pthread_join(workers[index], &done);
        total += (long)done;
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    printf("%.4f %ld\n", (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9, total);
    return 0;
}
