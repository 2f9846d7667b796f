import Glibc
import Support

/// A directory that is open, to make and to see names in: paths may be too long for one call.
final class OpenDirectory {
    private static let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC

    private let descriptor: Int32

    init(_ path: String) throws {
        let opened = open(path, Self.flags)
        guard opened >= 0 else { throw Self.failure("open", path) }
        descriptor = opened
    }

    private init(owning descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Makes an empty file.
    /// - Parameter isOld: of 2001; else of now.
    func makeFile(_ name: String, isOld: Bool) throws {
        let file = openat(descriptor, name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw Self.failure("openat", name) }
        defer { close(file) }
        guard isOld else { return }
        var times = [timespec(tv_sec: Int(World.old), tv_nsec: 0), timespec(tv_sec: Int(World.old), tv_nsec: 0)]
        guard futimens(file, &times) == 0 else { throw Self.failure("futimens", name) }
    }

    /// Makes a directory, and opens it.
    func makeDirectory(_ name: String) throws -> OpenDirectory {
        guard mkdirat(descriptor, name, 0o755) == 0 else { throw Self.failure("mkdirat", name) }
        return try directory(name)
    }

    /// Opens a directory that is there.
    func directory(_ name: String) throws -> OpenDirectory {
        let opened = openat(descriptor, name, Self.flags)
        guard opened >= 0 else { throw Self.failure("openat", name) }
        return OpenDirectory(owning: opened)
    }

    func has(_ name: String) -> Bool {
        var status = stat()
        return fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0
    }

    private static func failure(_ call: String, _ name: String) -> SupportError {
        SupportError("\(call) \(name): \(String(cString: strerror(errno)))")
    }
}
