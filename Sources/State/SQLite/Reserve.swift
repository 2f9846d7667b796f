import Foundation

/// Asked before every change, with the operation's name: 0 = go on, else the errno with which it must fail.
package typealias FaultPoint = @Sendable (String) -> Int32

/// Room that is held back beside the state file, so that the ledger can still be written on a full disk.
struct Reserve {
    /// Bytes held back: the plan of some 50,000 deletions.
    static let size = 4 << 20
    /// Free bytes from which the reserve is made again: taking the last room would only fill the disk once more.
    private static let enoughRoom: UInt64 = 16 << 20

    let path: String
    private let fault: FaultPoint

    init(statePath: String, fault: @escaping FaultPoint) {
        path = statePath + ".reserve"
        self.fault = fault
    }

    /// Gives the room back.
    /// - Returns: false if there was no reserve.
    private func release() throws(StateError) -> Bool {
        let fault = fault("unlink")
        guard fault == 0 else { throw StateFile.failure(fault, path, doing: "removed") }
        if unlink(path) == 0 { return true }  // banned-ok: our own reserve, in our own folder
        guard errno == ENOENT else { throw StateFile.failure(errno, path, doing: "removed") }
        return false
    }

    /// Runs `body`, and once more with the reserve given back if the disk was full.
    func retrying<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error where SQLiteFailure.isFull(error) {
            guard try release() else { throw error }
            return try body()
        }
    }

    /// Makes the reserve if it is not there and there is room for it. Having no room is no error.
    func restore() throws(StateError) {
        guard access(path, F_OK) != 0, hasRoom else { return }
        let fault = fault("fallocate")
        guard fault == 0 else { throw StateFile.failure(fault, path, doing: "created") }
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            // Another process was first, or the room is gone.
            if errno == EEXIST || errno == ENOSPC || errno == EDQUOT { return }
            throw StateFile.failure(errno, path, doing: "created")
        }
        defer { close(descriptor) }
        let error = posix_fallocate(descriptor, 0, Self.size)
        guard error != 0 else { return }
        // A part of a reserve would keep a whole one from being made.
        let isGone = unlink(path) == 0 || errno == ENOENT  // banned-ok: our own reserve, in our own folder
        guard isGone else { throw StateFile.failure(errno, path, doing: "removed") }
        guard error == ENOSPC || error == EDQUOT else { throw StateFile.failure(error, path, doing: "filled") }
    }

    private var hasRoom: Bool {
        var info = statvfs()
        guard statvfs(path, &info) == 0 || statvfs(folder, &info) == 0 else { return false }
        return UInt64(info.f_bavail) * UInt64(info.f_frsize) >= Self.enoughRoom
    }

    private var folder: String { URL(fileURLWithPath: path).deletingLastPathComponent().path }
}
