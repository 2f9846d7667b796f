import Glibc

/// What went wrong in a file tree, on which path, and what to do about it.
package struct FileTreeError: Error, Sendable, CustomStringConvertible {
    package enum Code: Sendable {
        /// Not there.
        case missing
        case notDirectory
        /// There, but not safe to delete in.
        case unsafe
        case permission
        /// On the other side of a mount point.
        case mount
        case vanished
        /// In use by another process.
        case inUse
        /// Deeper than `FileTree.maximumDepth`.
        case tooDeep
        case conflict
        case io
    }

    package let code: Code
    /// What happened, to which object, and what to do.
    package let message: String
    /// The path that `message` names, bytes.
    package let path: [UInt8]
    /// Of the system call; 0 if none failed.
    package let errno: Int32

    package init(_ code: Code, _ message: String, path: [UInt8], errno: Int32 = 0) {
        self.code = code
        self.message = message
        self.path = path
        self.errno = errno
    }

    package var description: String { message }
}

// One factory per system call. Errors by open(2), openat2(2), getdents(2), statx(2), unlink(2), rmdir(2), flock(2).
extension FileTreeError {
    /// openat2 of a directory.
    package static func opening(_ path: [UInt8], _ error: SystemError) -> FileTreeError {
        make("Cannot open the directory", path, error)
    }

    /// getdents64.
    package static func reading(_ path: [UInt8], _ error: SystemError) -> FileTreeError {
        make("Cannot read the directory", path, error)
    }

    /// statx.
    package static func examining(_ path: [UInt8], _ error: SystemError) -> FileTreeError {
        make("Cannot examine", path, error)
    }

    /// unlinkat, of either kind.
    package static func removing(_ path: [UInt8], _ error: SystemError) -> FileTreeError {
        make("Cannot remove", path, error)
    }

    /// flock.
    package static func locking(_ path: [UInt8], _ error: SystemError) -> FileTreeError {
        error.errno == EWOULDBLOCK
            ? FileTreeError(
                .inUse,
                "\(PathText(path)) is locked by another process; it stays.",
                path: path,
                errno: EWOULDBLOCK
            )
            : make("Cannot lock the directory", path, error)
    }

    /// The walk went deeper than it may.
    package static func tooDeep(_ path: [UInt8]) -> FileTreeError {
        let message =
            "\(PathText(path)) lies deeper than \(FileTree.maximumDepth) directories and was not entered. "
            + "Clean it by hand, or begin the task's path further down."
        return FileTreeError(.tooDeep, message, path: path)
    }

    private static func make(_ what: String, _ path: [UInt8], _ error: SystemError) -> FileTreeError {
        FileTreeError(
            code(of: error),
            "\(what) \(PathText(path)): \(error.text). \(remedy(error))",
            path: path,
            errno: error.errno
        )
    }

    private static func code(of error: SystemError) -> Code {
        switch error.errno {
        case ENOENT, ESTALE: .vanished
        case ENOTDIR, ELOOP: .notDirectory
        case EACCES, EPERM, EROFS: .permission
        case EXDEV: .mount
        case ENOTEMPTY, EEXIST, EAGAIN: .conflict
        case EBUSY, ETXTBSY: .inUse
        default: .io
        }
    }

    private static func remedy(_ error: SystemError) -> String {
        switch error.errno {
        case EACCES: "Let the user that cleanupd runs as read and write the directory."
        case EPERM:
            "It belongs to another user in a sticky directory, or is immutable: run as its owner, or chattr -i."
        case EROFS: "The file system is mounted read-only: mount it read-write, or disable the task."
        case EBUSY: "It is a mount point or in use: unmount it, or exclude it."
        case ENOTEMPTY, EEXIST: "Something was put into it meanwhile; the next run looks again."
        case EAGAIN: "Renames kept racing with it; the next run looks again."
        case EXDEV: "It lies on another mount, which is never crossed: make a connection of its own for it."
        case EMFILE, ENFILE: "Raise the limit of open files (ulimit -n)."
        case EIO: "Check the disk and the kernel's log."
        case ENOSPC, EDQUOT: "Free some space by hand; the next run tries again."
        case ENOSYS: "cleanupd needs Linux 5.6 or later, and a sandbox that allows openat2."
        case ENOENT, ENOTDIR, ELOOP, ESTALE: "It was replaced or removed meanwhile; the next run looks again."
        default: "The next run tries again."
        }
    }
}
