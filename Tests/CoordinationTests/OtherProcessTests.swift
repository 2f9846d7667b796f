import Coordination
import Foundation
import Support
import Testing

/// Locks between processes: the other one is `flock` of util-linux.
struct OtherProcessTests {
    private let folder: TemporaryFolder
    private let locks: LocalLocks

    init() throws {
        folder = try TemporaryFolder()
        locks = LocalLocks(folder: folder.locks)
        try locks.acquire(task: "logs").release()
    }

    @Test func errorNamesTheOtherProcess() throws {
        let other = try OtherProcess(locking: folder.lockFile("logs"))
        let error = #expect(throws: LockError.self) { try locks.acquire(task: "logs") }
        #expect(error == .held("task logs", by: .process(other.pid)))
        #expect(error?.message.contains("process \(other.pid)") == true)
        other.kill()
        #expect(try locks.acquire(task: "logs").name == "task logs", "the kernel drops the lock of a killed process")
    }

    @Test func fileThatNamesNobodyIsNoObstacle() throws {
        let other = try OtherProcess(locking: folder.lockFile("logs"))
        try Data("garbage".utf8).write(to: URL(fileURLWithPath: folder.lockFile("logs")))
        let error = #expect(throws: LockError.self) { try locks.acquire(task: "logs") }
        #expect(error == .held("task logs", by: nil))
        #expect(error?.message.contains("held by another process") == true)
        other.kill()
        let lock = try locks.acquire(task: "logs")
        let text = try String(contentsOfFile: folder.lockFile("logs"), encoding: .utf8)
        #expect(text == "\(getpid())\n")
        withExtendedLifetime(lock) {}
    }

    @Test func childrenDoNotInheritTheLock() throws {
        let lock = try locks.acquire(task: "logs")
        // Foundation's Process would close every descriptor; not everybody who starts a program does.
        var child: pid_t = 0
        let arguments = [strdup("sleep"), strdup("600"), nil]
        defer { arguments.forEach { free($0) } }
        try #require(posix_spawn(&child, "/bin/sleep", nil, nil, arguments, environ) == 0)
        defer {
            kill(child, SIGKILL)
            waitpid(child, nil, 0)
        }
        lock.release()
        #expect(try locks.acquire(task: "logs").name == "task logs")
    }
}

/// A process that writes its pid into a file, locks it, and holds it until it is killed.
private final class OtherProcess {
    private let process = Process()
    private let input = Pipe()

    var pid: Int32 { process.processIdentifier }

    init(locking path: String) throws {
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        // The shell holds the lock itself, by descriptor 9, and waits for input that never comes.
        process.arguments = [
            "-c", "exec 9<>\"$1\" && flock -n 9 && echo $$ >\"$1\" && echo ready && read line", "sh", path,
        ]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let answer = output.fileHandleForReading.availableData
        try #require(String(decoding: answer, as: UTF8.self) == "ready\n", "flock (util-linux) could not lock \(path)")
    }

    deinit { kill() }

    fileprivate func kill() {
        guard process.isRunning else { return }
        Foundation.kill(pid, SIGKILL)
        process.waitUntilExit()
    }
}
