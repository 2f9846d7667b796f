import Foundation
import Synchronization

/// A server of a stack: can be ended and started again, as itself.
package final class MonitoredChild: Sendable {
    private let folder: MonitoringFolder
    private let arguments: [String]
    private let environment: [String: String]
    private let logName: String
    private let running = Mutex<Spawned?>(nil)

    init(_ folder: MonitoringFolder, _ arguments: [String], environment: [String: String] = [:], log: String) {
        self.folder = folder
        self.arguments = arguments
        self.environment = environment
        logName = log
    }

    /// 0 while it does not run.
    package var pid: Int32 { running.withLock { $0?.pid ?? 0 } }

    /// All that it printed.
    package var log: String {
        do {
            return try String(contentsOfFile: folder.file(logName), encoding: .utf8)
        } catch {
            return "no log: \(error)"
        }
    }

    /// - Parameter environment: for this time, besides its own.
    package func start(_ environment: [String: String] = [:]) throws {
        let all = self.environment.merging(environment) { $1 }
        let child = try folder.start(arguments, environment: all, log: logName)
        running.withLock { $0 = child }
    }

    /// Sends a signal.
    package func signal(_ number: Int32) {
        let pid = pid
        if pid > 0 { kill(pid, number) }
    }

    /// Sends a signal that ends it, and waits for that.
    /// - Returns: the exit code, or 128 + the signal.
    @discardableResult
    package func stop(_ number: Int32 = SIGTERM, seconds: Double = 60) async throws -> Int32 {
        guard let child = running.withLock({ $0 }) else { throw SupportError("\(logName) does not run") }
        kill(child.pid, number)
        let code = try await eventually(seconds: seconds, every: .milliseconds(20)) { try endIfItHas() }
        if let code { return code }
        throw SupportError("\(logName) did not end within \(seconds) s of signal \(number)")
    }

    /// Waits until an address on loopback answers with 200; throws with what it printed if it ends, or takes too long.
    package func waitUntilItAnswers(port: Int, _ path: String, seconds: Double = 180) async throws {
        let isUp = try await eventually(seconds: seconds) {
            if let code = try endIfItHas() { throw SupportError("\(logName) ended with \(code): \(log.suffix(4000))") }
            return try await Loopback.status(port: port, path) == 200 ? true : nil
        }
        if isUp != nil { return }
        throw SupportError("\(logName) does not answer on \(path): \(log.suffix(4000))")
    }

    /// - Returns: how it ended; `nil` while it runs.
    private func endIfItHas() throws -> Int32? {
        try running.withLock { running in
            guard let code = try running?.wait(seconds: 0) else { return nil }
            running = nil
            return code
        }
    }
}
