import Foundation
import Synchronization

/// The other users of a database, as pgbench plays them: four, who want so many transactions a second together. Calls
/// block.
package final class TransactionLoad: Sendable {
    /// A transaction as its user saw it.
    package struct Transaction: Sendable {
        /// Seconds since 1970.
        package let end: Double
        /// Since the instant at which it was wanted.
        package let seconds: Double
    }

    private static let users = 4

    private let child: Spawned
    private let output: String
    private let log: String
    private let isDone = Atomic<Bool>(false)

    /// Makes the tables of pgbench in a database.
    /// - Parameter scale: hundreds of thousands of accounts.
    package static func prepare(_ url: String, on server: PostgresTestServer, scale: Int) throws {
        let output = try server.files.folder.newFile()
        let arguments = ["-i", "-q", "-s", "\(scale)", url]
        _ = try Spawned.run([server.files.program("pgbench")] + arguments, output: output)
    }

    /// Begins, and waits until all of them are connected.
    /// - Parameters:
    ///   - url: of a database that is prepared.
    ///   - rate: transactions a second.
    ///   - seconds: how long they come, unless `stop` ends them.
    package init(_ url: String, on server: PostgresTestServer, rate: Int, seconds: Int = 24 * 60 * 60) throws {
        let folder = server.files.folder
        (output, log) = (try folder.newFile(), try folder.newFile())
        let program = [server.files.program("pgbench"), "-n", "-c", "\(Self.users)", "-j", "1"]
        let options = ["--rate=\(rate)", "-T", "\(seconds)", "-l", "--log-prefix=\(log)"]
        child = try Spawned(program + options + [url], output: output)
        let connected = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pgbench'"
        guard try waitUntil(seconds: 60, { try server.sql(connected) == "\(Self.users)" }) else {
            throw SupportError("pgbench does not work: \(try String(contentsOfFile: output, encoding: .utf8))")
        }
    }

    deinit {
        guard !isDone.load(ordering: .relaxed) else { return }
        kill(child.pid, SIGKILL)
        do {
            _ = try child.wait(seconds: 10)
        } catch {
            preconditionFailure("pgbench is nobody else's child: \(error)")
        }
    }

    /// Ends it as its own clock would, so that it writes all that it has measured.
    package func stop() throws -> [Transaction] {
        kill(child.pid, SIGALRM)
        return try end(within: 60)
    }

    /// Waits for its end.
    /// - Returns: all transactions that ended.
    package func end(within seconds: Double) throws -> [Transaction] {
        let code = try child.wait(seconds: seconds)
        isDone.store(code != nil, ordering: .relaxed)
        guard code == 0 else {
            throw SupportError("pgbench failed: \(try String(contentsOfFile: output, encoding: .utf8))")
        }
        let lines = try String(contentsOfFile: "\(log).\(child.pid)", encoding: .utf8).split(separator: "\n")
        return try lines.map { line in
            // client, number, microseconds, script, seconds and microseconds since 1970, and how late it began
            let fields = line.split(separator: " ").map { Double($0) }
            guard fields.count >= 6, let taken = fields[2], let end = fields[4], let rest = fields[5] else {
                throw SupportError("pgbench wrote: \(line)")
            }
            return Transaction(end: end + rest / 1e6, seconds: taken / 1e6)
        }
    }
}

extension [TransactionLoad.Transaction] {
    /// What so great a part of them did not exceed, in seconds; 0 if there are none.
    package func percentile(_ part: Double) -> Double {
        let sorted = map(\.seconds).sorted()
        return sorted.isEmpty ? 0 : sorted[Swift.min(sorted.count - 1, Int(Double(sorted.count) * part))]
    }
}
