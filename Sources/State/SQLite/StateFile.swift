import CLinux
import Foundation

/// The state file and what lies beside it: names, creation, and the lock under which it is opened.
enum StateFile {
    /// Paths that belong to the store at `path` and must never be candidates of a task: the database, what SQLite puts
    /// beside it, the locks and the reserve. Absolute; in both forms where the folder is reached through a symlink.
    static func ownPaths(for path: String) -> [String] {
        let given = URL(fileURLWithPath: path).standardizedFileURL
        let real = given.deletingLastPathComponent().resolvingSymlinksInPath()
            .appendingPathComponent(given.lastPathComponent)
        let bases = given.path == real.path ? [given.path] : [given.path, real.path]
        return bases.flatMap { base in suffixes.map { base + $0 } }
    }

    private static let suffixes = ["", "-wal", "-shm", "-journal", ".lock", ".locks", ".reserve"]

    /// Bytes of one page, which every database has: https://www.sqlite.org/fileformat.html
    private static let smallestDatabase = 512

    /// What tells one file from another of the same name.
    struct Identity: Equatable {
        var device: UInt64
        var inode: UInt64
    }

    /// The file at `path` as it is now.
    static func identity(_ path: String) throws(StateError) -> Identity {
        var info = stat()
        guard lstat(path, &info) == 0 else {
            throw failure(errno, path, doing: "found")
        }
        return Identity(device: UInt64(info.st_dev), inode: UInt64(info.st_ino))
    }

    /// Makes sure that `path` is a regular file, and makes it (mode 0600, whatever the umask) if there is none.
    static func prepare(_ path: String) throws(StateError) {
        let created = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        if created >= 0 {
            defer { close(created) }
            guard fchmod(created, 0o600) == 0 else { throw failure(errno, path, doing: "made private") }
            try syncFolder(of: path)
            return
        }
        guard errno == EEXIST else { throw failure(errno, path, doing: "created") }
        var info = stat()
        guard lstat(path, &info) == 0 else { throw failure(errno, path, doing: "found") }
        guard info.st_mode & S_IFMT != S_IFLNK else {
            throw StateError(
                .foreign,
                "State file \(path) is a symbolic link, and what lies beside its target could not be protected. "
                    + "Write the target's own path into the configuration (state)."
            )
        }
        guard info.st_mode & S_IFMT == S_IFREG else {
            throw StateError(.foreign, "State file \(path) is not a regular file. Name another path (state).")
        }
        // SQLite would take one byte for an empty file, and write over it.
        guard info.st_size == 0 || info.st_size >= smallestDatabase else {
            throw StateError(
                .foreign,
                "\(path) is too short to be a state file. It stays as it is; name another path (state)."
            )
        }
    }

    /// Runs `body` while no other process opens the store: creation and migration are one process's work.
    static func whileOpening<Value>(_ path: String, _ body: () throws -> Value) throws -> Value {
        let descriptor = open(path + ".lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(errno, path, doing: "opened") }
        // The kernel gives the lock back with the descriptor, however the process ends.
        defer { close(descriptor) }
        try waitForLock(descriptor, path)
        return try body()
    }

    private static let lockAttempts = 250
    private static let lockPauseMicroseconds: UInt32 = 20_000
    private static var lockSeconds: Int { lockAttempts * Int(lockPauseMicroseconds) / 1_000_000 }

    private static func waitForLock(_ descriptor: Int32, _ path: String) throws(StateError) {
        for _ in 0..<lockAttempts {
            let result = clinux_lock(descriptor)
            if result == 0 { return }
            guard result == -EWOULDBLOCK || result == -EINTR else {
                throw failure(-result, path, doing: "locked")
            }
            usleep(lockPauseMicroseconds)
        }
        throw isHeld(path)
    }

    /// Another process has not finished in time what only one may do.
    static func isHeld(_ path: String) -> StateError {
        StateError(
            .locked,
            "State file \(path) has been held by another process that opens it for \(lockSeconds) s. Is one stopped "
                + "or stuck?"
        )
    }

    private static func syncFolder(of path: String) throws(StateError) {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(errno, folder, doing: "opened") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure(errno, folder, doing: "synchronized") }
    }

    /// The error for an errno, in words.
    static func failure(_ code: Int32, _ path: String, doing what: String) -> StateError {
        let text = String(cString: strerror(code))
        let start = "State file \(path) cannot be \(what): \(text)."
        switch code {
        case ENOENT, ENOTDIR:
            return StateError(.missing, "\(start) Its folder must exist: create it, or name another path (state).")
        case EACCES, EPERM:
            return StateError(
                .permission,
                "\(start) The user of this process needs to read and write it: run cleanupd as its owner, or give it to "
                    + "that user (chown)."
            )
        case EROFS: return StateError(.readOnly, "\(start) Name a path that can be written to (state).")
        case ENOSPC, EDQUOT: return StateError(.full, "\(start) Make room on its file system.")
        case ELOOP: return StateError(.foreign, "\(start) It must not be a symbolic link.")
        default: return StateError(.io, "\(start) Check the disk and the system's log.")
        }
    }
}
