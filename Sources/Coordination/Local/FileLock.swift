import CLinux
import Foundation
import Synchronization

/// A lock that is held as long as this object, or the process, lives: the kernel drops it even after `kill -9`.
///
/// The file stays when the lock is gone, because removing it would let two processes lock two files of one name.
package final class FileLock: HeldLock {
    /// What is locked: `the service`, or a task.
    package let name: String
    /// The kernel's lock ends with its holder: nobody can act with an old one.
    package var epoch: Int64? { nil }
    package var isTrusted: Bool { descriptor.withLock { $0 >= 0 } }
    // -1 = released.
    private let descriptor: Mutex<Int32>

    private init(name: String, descriptor: Int32) {
        self.name = name
        self.descriptor = Mutex(descriptor)
    }

    deinit { release() }

    /// Gives the lock back; harmless when that has happened.
    package func release() {
        descriptor.withLock { descriptor in
            guard descriptor >= 0 else { return }
            // So that the next holder is not mistaken for this one; a failure misleads a message at most.
            _ = ftruncate(descriptor, 0)
            // Not by close() alone: a child that another thread forks holds the file open until it runs its program.
            _ = clinux_unlock(descriptor)
            close(descriptor)
            descriptor = -1
        }
    }

    /// Takes the lock `file` in `folder` without waiting; the file then says who holds it.
    static func acquire(name: String, folder: String, file: String) throws(LockError) -> FileLock {
        let attempt: LockFile.Attempt
        do throws(LockFolder.Problem) {
            attempt = try LockFile.lock(file, in: LockFolder(folder))
        } catch {
            throw .unavailable(name, problem: "\(folder)/\(file) \(error.text). \(error.remedy)")
        }
        switch attempt {
        case .taken(let descriptor): return FileLock(name: name, descriptor: descriptor)
        case .held(let pid): throw .held(name, by: pid.map { .process($0) })
        }
    }
}
