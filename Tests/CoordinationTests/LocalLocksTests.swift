import Coordination
import Dispatch
import Foundation
import Support
import Synchronization
import Testing

struct LocalLocksTests {
    private let folder: TemporaryFolder
    private let locks: LocalLocks

    init() throws {
        folder = try TemporaryFolder()
        locks = LocalLocks(folder: folder.locks)
    }

    @Test func taskIsLockedOnce() throws {
        let lock = try locks.acquire(task: "logs")
        #expect(lock.name == "task logs")
        let error = #expect(throws: LockError.self) { try locks.acquire(task: "logs") }
        #expect(error == .held("task logs", by: .process(getpid())))
        #expect(
            error?.message
                == "The lock of task logs is held by process \(getpid()). Wait until it has ended, or stop it."
        )
        withExtendedLifetime(lock) {}
    }

    @Test func tasksAndTheServiceDoNotKeepEachOtherOut() throws {
        let names = ["logs", "log", "service", "logs.lock", "LOGS", "a/b", "a%2Fb", "..", ""]
        let held = try names.map { try locks.acquire(task: $0) }
        let service = try locks.acquireService()
        for name in names { #expect(throws: LockError.self) { try locks.acquire(task: name) } }
        #expect(throws: LockError.held("the service", by: .process(getpid()))) { try locks.acquireService() }
        withExtendedLifetime((held, service)) {}
        let files = try FileManager.default.contentsOfDirectory(atPath: locks.folder)
        #expect(files.count == names.count + 1, "nothing outside of the folder")
    }

    @Test func releasedLockCanBeTakenAgain() throws {
        let first = try locks.acquire(task: "logs")
        first.release()
        first.release()
        let second = try locks.acquire(task: "logs")
        // The first one has given it back already, and must not do so for the second.
        first.release()
        #expect(throws: LockError.self) { try locks.acquire(task: "logs") }
        withExtendedLifetime(second) {}
    }

    @Test func lockEndsWithItsObject() throws {
        do { _ = try locks.acquire(task: "logs") }
        #expect(try locks.acquire(task: "logs").name == "task logs")
    }

    @Test func fileStaysAndNamesNobodyAfterwards() throws {
        try locks.acquire(task: "logs").release()
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.lockFile("logs"))).isEmpty)
    }

    @Test func oneOfManyThreadsGetsTheLock() throws {
        let taken = Mutex<[any HeldLock]>([])
        let others = Mutex(0)
        let locks = locks
        DispatchQueue.concurrentPerform(iterations: 32) { _ in
            do {
                let lock = try locks.acquire(task: "logs")
                taken.withLock { $0.append(lock) }
            } catch {
                others.withLock { $0 += 1 }
            }
        }
        #expect(taken.withLock { $0.count } == 1)
        #expect(others.withLock { $0 } == 31)
    }

    @Test func everythingIsPrivateWhateverTheUmask() throws {
        let before = umask(0)
        defer { umask(before) }
        let lock = try locks.acquire(task: "logs")
        #expect(TemporaryFolder.mode(locks.folder) == 0o700)
        #expect(TemporaryFolder.mode(folder.lockFile("logs")) == 0o600)
        withExtendedLifetime(lock) {}
    }

    @Test func openFolderIsMadePrivate() throws {
        #expect(mkdir(locks.folder, 0o777) == 0)
        #expect(chmod(locks.folder, 0o777) == 0)
        _ = try locks.acquire(task: "logs")
        #expect(TemporaryFolder.mode(locks.folder) == 0o700)
    }

    @Test func lockOfARemovedFileKeepsNobodyOutForLong() throws {
        let first = try locks.acquire(task: "logs")
        #expect(unlink(folder.lockFile("logs")) == 0)
        // Whoever removes the file takes the lock away; the next holder's is a real one again.
        let second = try locks.acquire(task: "logs")
        first.release()
        #expect(throws: LockError.held("task logs", by: .process(getpid()))) { try locks.acquire(task: "logs") }
        withExtendedLifetime(second) {}
    }

    @Test func linkedFolderIsRefused() throws {
        #expect(symlink(folder.path, locks.folder) == 0)
        try expectUnavailable("cannot be opened as a folder")
    }

    @Test func linkInPlaceOfALockIsRefused() throws {
        try locks.acquire(task: "other").release()
        let victim = folder.path + "/victim"
        try Data("precious".utf8).write(to: URL(fileURLWithPath: victim))
        #expect(symlink(victim, folder.lockFile("logs")) == 0)
        try expectUnavailable("cannot be opened")
        #expect(try Data(contentsOf: URL(fileURLWithPath: victim)) == Data("precious".utf8))
    }

    @Test func missingParentIsReported() throws {
        let locks = LocalLocks(folder: folder.path + "/none/state.db.locks")
        let error = #expect(throws: LockError.self) { try locks.acquireService() }
        #expect(
            error?.message
                == "The lock of the service cannot be taken: \(locks.folder)/service.lock cannot be created: "
                + "No such file or directory. The user of this process must own that folder and be able to write in it."
        )
    }

    private func expectUnavailable(_ part: String) throws {
        let error = #expect(throws: LockError.self) { try locks.acquire(task: "logs") }
        guard case .unavailable(let name, let problem) = error else {
            Issue.record("Not unavailable: \(String(describing: error))")
            return
        }
        #expect(name == "task logs")
        #expect(problem.contains(part))
    }
}
