import Foundation
import Synchronization

/// A redis-server or redis-sentinel with its files: can be ended in several ways, stopped for a while, and started
/// again as itself. Calls block.
final class RedisProcess: Sendable {
    let folder: RedisFolder
    private let name: String
    private let program: String
    private let launcher: [String]
    private let arguments: [String]
    /// `nil` while it does not run.
    private let child = Mutex<Spawned?>(nil)

    /// - Parameter name: of its files in the folder: NAME.conf is there already.
    init(_ folder: RedisFolder, name: String, program: String, launcher: [String] = [], arguments: [String] = []) throws
    {
        guard FileManager.default.isExecutableFile(atPath: program) else {
            throw SupportError("These tests need \(program): run `apt-get install redis-server redis-sentinel`.")
        }
        self.folder = folder
        self.name = name
        self.program = program
        self.launcher = launcher
        self.arguments = arguments
    }

    deinit {
        guard let child = child.withLock({ $0 }) else { return }
        kill(child.pid, SIGKILL)
        do {
            _ = try child.wait(seconds: 10)
        } catch {
            preconditionFailure("\(program) is nobody else's child: \(error)")
        }
        unlink(pidFile)
    }

    private var pidFile: String { folder.file(name + ".pid") }
    var log: String { get throws { try String(contentsOfFile: folder.file(name + ".log"), encoding: .utf8) } }

    /// Starts it.
    func start() throws {
        let log = folder.file(name + ".log")
        let child = try Spawned(launcher + [program, folder.file(name + ".conf")] + arguments, output: log)
        try "\(child.pid)".write(toFile: pidFile, atomically: true, encoding: .utf8)
        self.child.withLock { $0 = child }
    }

    /// Whether it has ended by itself.
    var hasEnded: Bool {
        get throws {
            try child.withLock { child in
                guard let running = child, try running.wait(seconds: 0) != nil else { return false }
                child = nil
                return true
            }
        }
    }

    /// Sends a signal.
    func signal(_ number: Int32) throws {
        guard let child = child.withLock({ $0 }) else { throw SupportError("\(program) \(name) does not run") }
        kill(child.pid, number)
    }

    /// Sends a signal that ends it, and waits for that.
    func end(_ number: Int32) throws {
        try signal(number)
        guard let child = child.withLock({ $0 }), try child.wait(seconds: 30) != nil else {
            throw SupportError("\(program) \(name) did not end in 30 s: \(try log)")
        }
        self.child.withLock { $0 = nil }
        unlink(pidFile)
    }
}
