import Foundation
import Support
import Testing

/// A redis-server whose clock a test sets while it runs.
///
/// By a library of its own that is loaded before all others: libfaketime and Redis' jemalloc wait for each other.
final class JumpingRedis: Sendable {
    let url: String
    private let folder: TemporaryFolder
    private let process: Process

    static func started() async throws -> JumpingRedis {
        let folder = try TemporaryFolder()
        try Data(library.utf8).write(to: folder.url.appending(path: "clock.c"))
        let output = folder.file("clock.so")
        try await Command.run("/usr/bin/cc", ["-shared", "-fPIC", "-o", output, folder.file("clock.c")]).check()
        let server = try JumpingRedis(folder)
        let isUp = try await becomes(within: 20) {
            try await Command.run("/usr/bin/redis-cli", ["-s", folder.file("s"), "PING"]).text == "PONG\n"
        }
        try #require(isUp != nil, "redis-server with a clock of its own does not answer")
        return server
    }

    private init(_ folder: TemporaryFolder) throws {
        self.folder = folder
        let port = try Loopback.freePort()
        url = "redis://127.0.0.1:\(port)/0"
        process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/redis-server")
        process.arguments = [
            "--port", "\(port)", "--bind", "127.0.0.1", "--save", "", "--dir", folder.path, "--unixsocket",
            folder.file("s"),
        ]
        process.environment = ["LD_PRELOAD": folder.file("clock.so"), "TEST_CLOCK": folder.file("clock")]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try Data(count: 8).write(to: folder.url.appending(path: "clock"))
        try Command.start(process)
    }

    deinit {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
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
