import Foundation

/// A standby on the loopback interface that streams from a test server, and that can be made to lag. Calls block.
///
/// It ends, and its folder goes, with this object or with the test process, however that ends.
package final class PostgresStandby: Sendable {
    private let primary: PostgresTestServer
    private let folder: PostgresFolder
    private let port: Int
    private let child: Spawned

    /// Copies the server and waits until the copy follows it, which takes a second or two.
    package init(of primary: PostgresTestServer) throws {
        self.primary = primary
        folder = try PostgresFolder()
        port = try Loopback.freePort()
        let place = folder.path + "/server"
        _ = try Spawned.run(
            primary.files.command(
                "pg_basebackup",
                ["-D", place + "/data", "-d", primary.socketURL(), "-R", "-X", "stream", "-c", "fast", "--no-sync"]
            ),
            output: try folder.newFile()
        )
        let settings = [
            "listen_addresses=", "port=\(port)", "unix_socket_directories=\(place)", "max_connections=200", "fsync=off",
            "max_standby_streaming_delay=-1",
        ]
        let arguments = ["-D", place + "/data"] + settings.flatMap { ["-c", $0] }
        let log = try folder.newFile()
        child = try Spawned(primary.files.command("postgres", arguments), output: log)
        let following = "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'"
        guard try waitUntil(seconds: 60, { try primary.sql(following) == "1" }) else {
            throw SupportError("The standby does not follow: \(try String(contentsOfFile: log, encoding: .utf8))")
        }
    }

    deinit {
        // The folder's watcher waits for its end.
        kill(child.pid, SIGQUIT)
    }

    /// Holds back what arrives from now on, as a long query on the standby or a slow disk would.
    package func pauseReplay() throws {
        try sql("SELECT pg_wal_replay_pause()")
        let isPaused = "SELECT pg_get_wal_replay_pause_state()"
        guard try waitUntil(seconds: 30, { try sql(isPaused) == "paused" }) else {
            throw SupportError("The standby does not pause")
        }
    }

    /// Goes on after `pauseReplay`.
    package func resumeReplay() throws { try sql("SELECT pg_wal_replay_resume()") }

    /// Stops all its processes, as a machine does that hangs.
    package func halt() throws { try signal(SIGSTOP) }

    /// Goes on after `halt`.
    package func goOn() throws { try signal(SIGCONT) }

    private func signal(_ number: Int32) throws {
        let lines = try String(contentsOfFile: folder.path + "/server/data/postmaster.pid", encoding: .utf8)
        guard let pid = lines.split(separator: "\n").first.flatMap({ pid_t($0) }) else {
            throw SupportError("The standby's pid is not known: \(lines)")
        }
        let children = try String(contentsOfFile: "/proc/\(pid)/task/\(pid)/children", encoding: .utf8)
        for process in [pid] + children.split(separator: " ").compactMap({ pid_t($0) }) {
            // One that has ended meanwhile does nothing either.
            guard kill(process, number) == 0 || errno == ESRCH else {
                throw SupportError("kill \(process): \(String(cString: strerror(errno)))")
            }
        }
    }

    /// Runs SQL by psql as the superuser.
    /// - Returns: rows on lines, columns between `|`.
    @discardableResult
    package func sql(_ sql: String, in database: String = "postgres") throws -> String {
        let output = try folder.newFile()
        defer { unlink(output) }
        let url =
            "host=\(folder.path)/server port=\(port) user=\(PostgresTestServer.user) "
            + "password=\(PostgresTestServer.password) dbname=\(database)"
        return try Spawned.run(
            [primary.files.program("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", sql],
            output: output
        ).trimmingCharacters(in: .newlines)
    }
}
