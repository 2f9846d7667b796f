import CLinux
import Foundation

/// The file behind a lock: opened, locked, and marked with the holder's process.
enum LockFile {
    /// What came of trying.
    enum Attempt {
        /// Locked; the receiver closes the descriptor.
        case taken(descriptor: Int32)
        case held(pid: Int32?)
    }

    /// Somebody who removes lock files over and over must not keep us here.
    private static let maximumAttempts = 10

    /// Tries to lock `file`, made with mode 0600 if it is not there. Does not wait.
    static func lock(_ file: String, in folder: borrowing LockFolder) throws(LockFolder.Problem) -> Attempt {
        for _ in 0..<maximumAttempts {
            let flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
            let descriptor = openat(folder.descriptor, file, flags, 0o600)
            guard descriptor >= 0 else { throw .call("opened", errno) }
            let error = -clinux_lock(descriptor)
            if error == 0, isCurrent(descriptor, file, in: folder) {
                do throws(LockFolder.Problem) {
                    try mark(descriptor)
                } catch {
                    close(descriptor)
                    throw error
                }
                return .taken(descriptor: descriptor)
            }
            let holder = readHolder(descriptor)
            close(descriptor)
            if error == EWOULDBLOCK { return .held(pid: holder) }
            guard error == 0 || error == EINTR else { throw .call("locked", error) }
        }
        throw .isReplaced
    }

    /// Whether the name still leads to the locked file; a lock on a removed one keeps nobody out.
    private static func isCurrent(_ descriptor: Int32, _ file: String, in folder: borrowing LockFolder) -> Bool {
        var locked = stat()
        var named = stat()
        guard fstat(descriptor, &locked) == 0,
            fstatat(folder.descriptor, file, &named, AT_SYMLINK_NOFOLLOW) == 0
        else { return false }
        return locked.st_ino == named.st_ino && locked.st_dev == named.st_dev
    }

    /// Writes who holds the lock. A full disk is no reason not to clean: then the file stays empty.
    private static func mark(_ descriptor: Int32) throws(LockFolder.Problem) {
        // Whatever the umask was: a file without permissions could not be opened by the next holder.
        guard fchmod(descriptor, 0o600) == 0 else { throw .call("made private", errno) }
        let text = Array("\(getpid())\n".utf8)
        guard ftruncate(descriptor, 0) == 0 else { throw .call("written", errno) }
        guard pwrite(descriptor, text, text.count, 0) >= 0 || errno == ENOSPC || errno == EDQUOT else {
            throw .call("written", errno)
        }
    }

    /// The process that the file names; `nil` if it names none.
    private static func readHolder(_ descriptor: Int32) -> Int32? {
        var buffer = [UInt8](repeating: 0, count: 16)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { return nil }
        let digits = buffer[..<count].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return Int32(String(decoding: digits, as: UTF8.self))
    }
}
