import CLinux
import Glibc
import Synchronization

/// An open directory: the only thing through which a tree is looked at and changed.
///
/// Owns one descriptor, closed with the last reference. Whatever it opens lies beneath it, on the same mount, and is
/// reached over no symlink (`openat2` BENEATH, NO_SYMLINKS, NO_MAGICLINKS, NO_XDEV). Every change takes a name, not a
/// path.
package final class DirectoryHandle: Sendable {
    /// Lent to system calls of other clients; stays this object's.
    package let descriptor: Int32
    private let isLocked = Atomic(false)

    /// Takes the descriptor over.
    init(owning descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        // Not by close() alone: a child that another thread forks holds the directory open until it runs its program.
        if isLocked.load(ordering: .relaxed) { _ = clinux_unlock(descriptor) }
        close(descriptor)
    }

    /// statx of an entry; never follows a symlink, never triggers an automount.
    package func status(of name: EntryName) throws(SystemError) -> FileStatus {
        var raw = clinux_status()
        let result = clinux_status(descriptor, name.pointer, &raw)
        if result < 0 { throw SystemError(-result) }
        return FileStatus(raw)
    }

    /// statx of the directory itself.
    package func status() throws(SystemError) -> FileStatus {
        try FileStatus(descriptor: descriptor)
    }

    /// unlinkat: takes one entry that is no directory away.
    package func remove(_ name: EntryName) throws(SystemError) {
        _ = try SystemError.check(clinux_unlink(descriptor, name.pointer, false))
    }

    /// unlinkat with AT_REMOVEDIR: takes one empty directory away.
    package func removeDirectory(_ name: EntryName) throws(SystemError) {
        _ = try SystemError.check(clinux_unlink(descriptor, name.pointer, true))
    }

    /// flock, exclusive, without waiting; held until the handle goes. EWOULDBLOCK: somebody else holds it.
    package func lock() throws(SystemError) {
        _ = try SystemError.check(clinux_lock(descriptor))
        isLocked.store(true, ordering: .relaxed)
    }

    /// Gives the directory the times it had before something was taken out of it.
    package func restoreTimes(of status: FileStatus) throws(SystemError) {
        let (accessed, modified) = (Self.split(status.accessed), Self.split(status.modified))
        _ = try SystemError.check(
            clinux_futimens(descriptor, accessed.seconds, accessed.nanoseconds, modified.seconds, modified.nanoseconds)
        )
    }

    private static func split(_ time: Int64) -> (seconds: Int64, nanoseconds: Int64) {
        let nanoseconds = ((time % 1_000_000_000) + 1_000_000_000) % 1_000_000_000
        return ((time &- nanoseconds) / 1_000_000_000, nanoseconds)
    }
}
