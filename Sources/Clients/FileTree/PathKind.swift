import Glibc

/// What lies at a path.
package enum PathKind: Sendable, Equatable {
    case nothing
    case file(size: Int64)
    case link
    case characterDevice
    /// A directory, a block device, a FIFO or a socket.
    case other
    /// It cannot be looked at, for that reason.
    case unseen(String)

    /// By stat(2), or by lstat(2), to which a link is one.
    package init(of path: String, followsLinks: Bool) {
        var info = stat()
        guard (followsLinks ? stat(path, &info) : lstat(path, &info)) == 0 else {
            let number = errno
            self = number == ENOENT ? .nothing : .unseen(String(cString: strerror(number)))
            return
        }
        self =
            switch info.st_mode & S_IFMT {
            case S_IFREG: .file(size: Int64(info.st_size))
            case S_IFLNK: .link
            case S_IFCHR: .characterDevice
            default: .other
            }
    }
}
