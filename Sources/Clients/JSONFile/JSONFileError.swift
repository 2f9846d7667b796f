import Glibc

/// Why a JSON file cannot be read or rewritten: what happened, to which file, and what to do.
package struct JSONFileError: Error, Sendable, CustomStringConvertible {
    package enum Code: Sendable {
        /// Not there.
        case missing
        /// There, but nothing that may be rewritten: a symlink, a device, a file of several names.
        case denied
        /// Cannot be opened or read.
        case unreadable
        /// No JSON, or not what the pointer expects.
        case corrupt
        /// Others hold its lock, have it open for writing, or keep replacing it.
        case busy
        /// No right to write.
        case permission
        /// The disk is full or broken.
        case io
    }

    package let code: Code
    /// For a person.
    package let message: String
    /// Of the system call; 0 if none failed.
    let errno: Int32

    init(_ code: Code, _ path: String, _ finding: String, errno: Int32 = 0) {
        self.code = code
        message = "\(PathText(path.utf8)) \(finding)."
        self.errno = errno
    }

    package var description: String { message }

    /// The directory cannot be used.
    init(folder error: FileTreeError, _ path: String) {
        let code: Code =
            switch error.code {
            case .missing, .vanished: .missing
            case .unsafe, .notDirectory: .denied
            case .permission, .mount, .inUse, .tooDeep, .conflict, .io: .unreadable
            }
        self.init(code, path, "cannot be reached: \(error.message.trimmingStop)", errno: error.errno)
    }

    /// openat2, to read.
    init(opening path: String, _ error: SystemError) {
        switch error.errno {
        case ENOENT:
            self.init(
                .missing,
                path,
                "is not there. Correct the connection's url, or say optional: true",
                errno: ENOENT
            )
        case ELOOP:
            let advice = "is a symlink, which is never followed. Name the file itself"
            self.init(.denied, path, advice, errno: ELOOP)
        case EXDEV:
            let advice = "is a mount of its own, so that it cannot be replaced. Mount its directory instead"
            self.init(.denied, path, advice, errno: EXDEV)
        case EACCES, EPERM:
            let advice = "cannot be opened: \(error.text). Let the user that cleanupd runs as read it"
            self.init(.unreadable, path, advice, errno: error.errno)
        default:
            self.init(.unreadable, path, "cannot be opened: \(error.text)", errno: error.errno)
        }
    }

    /// What chattr(1) forbids.
    init(fixed path: String) {
        self.init(
            .permission,
            path,
            "cannot be rewritten, and is as it was: it is immutable or append-only. Take the attribute away (chattr -i -a)"
        )
    }

    /// read, statx.
    init(reading path: String, _ error: SystemError) {
        self.init(.unreadable, path, "cannot be read: \(error.text)", errno: error.errno)
    }

    /// What makes, fills and exchanges files.
    init(_ step: JSONFileStep, _ path: String, _ error: SystemError) {
        let (code, advice): (Code, String) =
            switch error.errno {
            case EACCES, EPERM: (.permission, "Let the user that cleanupd runs as write to its directory, and own it")
            case EROFS: (.permission, "Its file system is mounted read-only")
            case ENOSPC, EDQUOT: (.io, "Its disk is full: free as much room as the file takes")
            case EINVAL, ENOSYS, EOPNOTSUPP:
                (.io, "Its file system cannot exchange two files (renameat2): move it to another")
            default: (.io, "The next run tries again")
            }
        self.init(
            code,
            path,
            "cannot be rewritten, and is as it was; \(step.rawValue): \(error.text). \(advice)",
            errno: error.errno
        )
    }
}

extension String {
    /// Without the full stop at its end.
    fileprivate var trimmingStop: Substring { hasSuffix(".") ? dropLast() : self[...] }
}
