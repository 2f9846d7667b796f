/// The locks of one machine: one service, and one run of a task at a time, for each state store.
package struct LocalLocks: TaskLocks {
    package let folder: String

    /// - Parameter folder: made (mode 0700) when the first lock is taken; its parent must exist.
    package init(folder: String) {
        self.folder = folder
    }

    /// Takes the lock of the service. Does not wait.
    package func acquireService() throws(LockError) -> FileLock {
        try FileLock.acquire(name: "the service", folder: folder, file: "service.lock")
    }

    /// Takes the lock of a task. Does not wait.
    package func acquire(task: String) throws(LockError) -> any HeldLock {
        try FileLock.acquire(name: "task \(task)", folder: folder, file: "task-\(Self.escape(task)).lock")
    }

    /// A task's name as part of a file name: what is not a plain letter, digit, `-` or `_` becomes `%XX`.
    private static func escape(_ name: String) -> String {
        name.utf8.reduce(into: "") { text, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                text += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
    }
}
