import Foundation
import Support
import Testing

/// A redis-server whose clock a test sets while it runs.
///
/// By a library of its own that is loaded before all others: libfaketime and Redis' jemalloc wait for each other.
final class JumpingRedis: Sendable {
    var url: String { server.url() }
    private let folder: TemporaryFolder
    private let server: RedisServer

    static func started() async throws -> JumpingRedis {
        let folder = try TemporaryFolder()
        try Data(library.utf8).write(to: folder.url.appending(path: "clock.c"))
        let output = folder.file("clock.so")
        try await Command.run("/usr/bin/cc", ["-shared", "-fPIC", "-o", output, folder.file("clock.c")]).check()
        try Data(count: 8).write(to: folder.url.appending(path: "clock"))
        var options = RedisServer.Options()
        options.launcher = ["/usr/bin/env", "LD_PRELOAD=\(output)", "TEST_CLOCK=\(folder.file("clock"))"]
        return JumpingRedis(folder, try await RedisServer.started(options))
    }

    private init(_ folder: TemporaryFolder, _ server: RedisServer) {
        self.folder = folder
        self.server = server
    }

    /// Sets the clock forth, or back, from where it is.
    func jump(hours: Int64) throws {
        let clock = try FileHandle(forUpdating: folder.url.appending(path: "clock"))
        let data = try clock.readToEnd() ?? Data()
        // In place, as the server sees the very bytes; a single write of eight bytes is never seen in half.
        var seconds = data.withUnsafeBytes { $0.loadUnaligned(as: Int64.self) } + hours * 3600
        let written = pwrite(clock.fileDescriptor, &seconds, 8, 0)
        try clock.close()
        try #require(written == 8)
    }

    /// Redis takes the time of its keys from gettimeofday alone.
    private static let library = """
        #define _GNU_SOURCE
        #include <fcntl.h>
        #include <stdlib.h>
        #include <sys/mman.h>
        #include <sys/syscall.h>
        #include <sys/time.h>
        #include <time.h>
        #include <unistd.h>

        static volatile long long *offset;

        int gettimeofday(struct timeval *restrict time, void *restrict zone) {
            struct timespec now;
            syscall(SYS_clock_gettime, CLOCK_REALTIME, &now);
            if (!offset) {
                int file = open(getenv("TEST_CLOCK"), O_RDONLY | O_CLOEXEC);
                offset = mmap(0, 8, PROT_READ, MAP_SHARED, file, 0);
            }
            time->tv_sec = now.tv_sec + *offset;
            time->tv_usec = now.tv_nsec / 1000;
            return 0;
        }
        """
}
