package import Foundation
import Glibc
import Synchronization

/// Lends a clock that is that far ahead of the machine's, and holds it to the end.
package func withShiftedClock<Result>(
    seconds: Int64,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (ShiftedClock) async throws -> Result
) async throws -> Result {
    let clock = try await ShiftedClock(seconds: seconds)
    defer { withExtendedLifetime(clock) {} }
    return try await body(clock)
}

/// A wall clock that is not the machine's, for programs that a test starts; it is set while they run.
///
/// Only the time of day: time since boot goes on as it is. A library of its own that is loaded before all others, because
/// libfaketime waits for ever where ThreadSanitizer or jemalloc is in the program.
package final class ShiftedClock: Sendable {
    private let folder: TemporaryFolder
    private let seconds = Mutex<Int64>(0)

    /// Whoever makes it holds it as long as programs start by it: without its library they would go by the machine's clock.
    /// `withShiftedClock` does.
    /// - Parameter seconds: how far ahead of the machine's it is.
    package init(seconds: Int64) async throws {
        folder = try TemporaryFolder()
        try Data(Self.library.utf8).write(to: folder.url.appending(path: "clock.c"))
        try Data(count: 8).write(to: folder.url.appending(path: "offset"))
        let output = ["-shared", "-fPIC", "-o", folder.file("clock.so"), folder.file("clock.c")]
        try await Command.run("/usr/bin/cc", output).check()
        try set(seconds: seconds)
        try await expectToBeLoaded(seconds)
    }

    /// A library that cannot be loaded is only warned of, and the program goes by the machine's clock.
    private func expectToBeLoaded(_ seconds: Int64) async throws {
        let date = launcher + ["/usr/bin/date", "+%s"]
        let told = try await Command.run(date[0], Array(date.dropFirst())).check().text
        let expected = Int64(Date().timeIntervalSince1970) + seconds
        guard let time = Int64(told.filter { !$0.isWhitespace }), abs(time - expected) < 60 else {
            throw SupportError("A shifted clock says \(told), and not \(expected): was it loaded?")
        }
    }

    /// What a program must have in its environment. It takes the clock with it to whatever it starts.
    package var environment: [String: String] {
        ["LD_PRELOAD": folder.file("clock.so"), "SHIFTED_CLOCK": folder.file("offset")]
    }

    /// The same, to be put before a command.
    package var launcher: [String] { ["/usr/bin/env"] + environment.map { "\($0.key)=\($0.value)" } }

    /// Sets it that far ahead of the machine's, at once and in all programs.
    package func set(seconds: Int64) throws { try change { $0 = seconds } }

    /// Sets it forth, or back, from where it is.
    package func jump(seconds: Int64) throws { try change { $0 += seconds } }

    /// Takes the reading of a clock out of a state: cleanupd compares its clock with what it stored last, and where it stored
    /// none there is no leap.
    package static func forgetReading(in state: URL) async throws {
        try await Command.sqlite3(state, "DELETE FROM setting WHERE key = 'clock'")
    }

    private func change(_ body: (inout Int64) -> Void) throws {
        try seconds.withLock { seconds in
            body(&seconds)
            // In place, as programs see the very bytes; a single write of eight bytes is never seen in half.
            let file = try FileHandle(forUpdating: folder.url.appending(path: "offset"))
            let written = pwrite(file.fileDescriptor, &seconds, 8, 0)
            try file.close()
            guard written == 8 else { throw SupportError("The offset of a clock was not written.") }
        }
    }

    /// ThreadSanitizer and jemalloc replace open, mmap and others, and are not set up yet when the time is asked for the first
    /// time: so this makes system calls itself.
    private static let library = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <fcntl.h>
        #include <pthread.h>
        #include <semaphore.h>
        #include <stdint.h>
        #include <stdlib.h>
        #include <sys/mman.h>
        #include <sys/syscall.h>
        #include <sys/time.h>
        #include <time.h>
        #include <unistd.h>

        static volatile int64_t *offset;

        static int64_t seconds(void) {
            if (!offset) {
                long file = syscall(SYS_openat, AT_FDCWD, getenv("SHIFTED_CLOCK"), O_RDONLY | O_CLOEXEC);
                long memory = syscall(SYS_mmap, 0, 8, PROT_READ, MAP_SHARED, file, 0);
                if (file < 0 || memory < 0) abort();
                syscall(SYS_close, file);
                offset = (volatile int64_t *)memory;
            }
            return *offset;
        }

        int clock_gettime(clockid_t clock, struct timespec *now) {
            int result = (int)syscall(SYS_clock_gettime, clock, now);
            if (!result && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += seconds();
            return result;
        }

        int gettimeofday(struct timeval *restrict now, void *restrict zone) {
            struct timespec exact;
            (void)zone;
            clock_gettime(CLOCK_REALTIME, &exact);
            now->tv_sec = exact.tv_sec;
            now->tv_usec = exact.tv_nsec / 1000;
            return 0;
        }

        time_t time(time_t *now) {
            struct timespec exact;
            clock_gettime(CLOCK_REALTIME, &exact);
            if (now) *now = exact.tv_sec;
            return exact.tv_sec;
        }

        // The kernel waits by its own clock.
        int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict until) {
            static int (*next)(sem_t *, const struct timespec *);
            struct timespec end = *until;
            if (!next) next = dlsym(RTLD_NEXT, "sem_timedwait");
            end.tv_sec -= seconds();
            return next(semaphore, &end);
        }

        // By which clock a condition is waited for cannot be asked; what waits by another than the time of day says so in each
        // call, pthread_cond_clockwait(3), and is left alone.
        int pthread_cond_timedwait(
            pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex, const struct timespec *restrict until
        ) {
            static int (*next)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);
            struct timespec end = *until;
            if (!next) next = dlsym(RTLD_NEXT, "pthread_cond_timedwait");
            end.tv_sec -= seconds();
            return next(condition, mutex, &end);
        }
        """
}
