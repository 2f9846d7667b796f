import Foundation

/// A small world for tests of deletion: a root to clean, and an outside that must never change. Made of raw calls on
/// bytes, because names are bytes.
package final class World: Sendable {
    /// Seconds since the epoch of what counts as old, in all worlds.
    package static let old: Int64 = 1_000_000_000

    /// Absolute path without symlinks; the root lies in `root`, canaries in `outside`.
    package let base: String
    package var root: String { base + "/root" }
    package var outside: String { base + "/outside" }

    fileprivate init(_ folder: String) throws {
        var template = Array((folder + "/cleanupd-world-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw World.failure("mkdtemp", folder) }
        base = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        try makeDirectory("root")
        try makeDirectory("outside")
    }

    /// Makes a directory and those above it.
    package func makeDirectory(_ path: String) throws {
        var built = base
        for component in path.split(separator: "/") {
            built += "/" + component
            guard mkdir(built, 0o755) == 0 || errno == EEXIST else { throw World.failure("mkdir", built) }
        }
    }

    /// Makes a file of `bytes` bytes; `seconds` = its times, `nil` = now.
    package func makeFile(_ path: String, bytes: Int = 1, seconds: Int64? = World.old) throws {
        try makeFile(Array(path.utf8), bytes: bytes, seconds: seconds)
    }

    /// As above, with a path of any bytes.
    package func makeFile(_ path: [UInt8], bytes: Int = 1, seconds: Int64? = World.old) throws {
        let full = (Array(base.utf8) + [UInt8(ascii: "/")] + path + [0]).map { CChar(bitPattern: $0) }
        let descriptor = open(full, O_CREAT | O_WRONLY | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw World.failure("open", String(decoding: path, as: UTF8.self)) }
        defer { close(descriptor) }
        let content = [UInt8](repeating: UInt8(ascii: "x"), count: bytes)
        guard write(descriptor, content, bytes) == bytes else {
            throw World.failure("write", String(decoding: path, as: UTF8.self))
        }
        guard let seconds else { return }
        var times = [timespec(tv_sec: Int(seconds), tv_nsec: 0), timespec(tv_sec: Int(seconds), tv_nsec: 0)]
        guard futimens(descriptor, &times) == 0 else {
            throw World.failure("futimens", String(decoding: path, as: UTF8.self))
        }
    }

    /// Sets both times of whatever lies there, not of what a symlink points to.
    package func age(_ path: String, seconds: Int64 = World.old) throws {
        var times = [timespec(tv_sec: Int(seconds), tv_nsec: 0), timespec(tv_sec: Int(seconds), tv_nsec: 0)]
        let full = base + "/" + path
        guard utimensat(AT_FDCWD, full, &times, AT_SYMLINK_NOFOLLOW) == 0 else {
            throw World.failure("utimensat", full)
        }
    }

    /// Ages a directory and all beneath it, the deepest first.
    package func ageAll(_ path: String, seconds: Int64 = World.old) throws {
        for entry in try TreeSnapshot(of: base + "/" + path).entries.keys.sorted(by: { $0.count > $1.count }) {
            try age(path + "/" + String(decoding: entry, as: UTF8.self), seconds: seconds)
        }
        try age(path, seconds: seconds)
    }

    package func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(base + "/" + path, &status) == 0
    }

    /// What lies beneath the whole world now.
    package func snapshot() throws -> TreeSnapshot { try TreeSnapshot(of: base) }

    /// Runs a program to its end; throws unless it ends with 0.
    package func run(_ program: String, _ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        try Command.start(process)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw SupportError("\(program) \(arguments.joined(separator: " ")) ended with \(process.terminationStatus)")
        }
    }

    /// Throws, naming the call and errno, unless a call that answers -1 for failure succeeded.
    package func check(_ result: Int32, _ call: String) throws {
        guard result >= 0 else { throw World.failure(call, base) }
    }

    static func failure(_ call: String, _ path: String) -> SupportError {
        SupportError("\(call) \(path): \(String(cString: strerror(errno)))")
    }
}

/// Lends a world and removes it afterwards, also when `body` throws.
///
/// - Parameter isOnDisk: on the file system of /tmp instead of one in memory.
package func withWorld<Result>(isOnDisk: Bool = false, _ body: (World) throws -> Result) throws -> Result {
    let world = try World(isOnDisk ? "/tmp" : "/dev/shm")
    let result = Swift.Result { try body(world) }
    try world.run("/bin/rm", "-rf", "--one-file-system", "--", world.base)
    return try result.get()
}

/// Mounts and devices need root; without it a test fails with this sentence rather than pass without having looked.
package func requireRoot() throws {
    guard geteuid() == 0 else { throw SupportError("This test mounts file systems: run the tests as root.") }
}
