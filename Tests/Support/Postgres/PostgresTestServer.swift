import Foundation
import Synchronization

/// A real PostgreSQL server of the tests: on a free port of the loopback interface and on a socket, with SCRAM and TLS.
///
/// All of it lies in a temporary folder. It ends, and the folder goes, with this object or with the test process,
/// however that ends. Calls block.
package final class PostgresTestServer: Sendable {
    /// How a server differs from the usual one.
    package struct Options: Sendable {
        /// Off is much faster, and loses data only if the machine stops.
        package var fsync = false
        /// `log_statement`: none, ddl, mod or all.
        package var logStatement = "none"
        /// Any other settings of postgresql.conf.
        package var settings: [String: String] = [:]

        /// The usual one: no fsync, no statements in its log.
        package init() {}
    }

    /// One server for all tests of the process that do not stop or break it, started when it is first asked for.
    package static var shared: PostgresTestServer {
        get throws { try started.get() }
    }

    private static let started = Result { try PostgresTestServer() }

    /// The superuser's name.
    package static let user = "app"
    /// The superuser's password.
    package static let password = "correct-horse-battery"

    /// On 127.0.0.1; the same after a restart.
    package let port: Int
    let files: PostgresFiles
    private let options: Options
    /// The child that runs the server; `nil` while it is stopped.
    private let child = Mutex<Spawned?>(nil)
    private let databases = Atomic<Int>(0)

    /// Makes and starts a server, which takes about a second and a half.
    /// - Throws: what to install, where something is missing.
    package init(_ options: Options = Options()) throws {
        self.options = options
        files = try PostgresFiles()
        port = try Loopback.freePort()
        try start()
    }

    deinit {
        // The folder's watcher ends what still runs.
        if let child = child.withLock({ $0 }) { kill(child.pid, SIGQUIT) }
    }

    /// The certificate that signed the server's: for `sslrootcert`.
    package var certificate: String { files.certificate }
    /// A new certificate with the same names that signed nothing.
    package func otherCertificate() throws -> String {
        let path = try files.folder.newFile()
        try PostgresFiles.makeCertificate(key: path + ".key", certificate: path, log: path + ".log")
        return path
    }

    /// For files of a test that must go with the server.
    package var folder: String { files.folder.path }

    /// Without TLS, which is the fastest over TCP.
    package func url(_ database: String = "postgres", user: String = user, password: String = password) -> String {
        "postgres://\(user):\(password)@127.0.0.1:\(port)/\(database)?sslmode=disable"
    }

    /// With TLS, and the server's name and certificate checked.
    package func verifyFullURL(_ database: String = "postgres") -> String {
        "postgres://\(Self.user):\(Self.password)@localhost:\(port)/\(database)?hostaddr=127.0.0.1&sslmode=verify-full"
            + "&sslrootcert=\(certificate)"
    }

    /// Over the socket.
    package func socketURL(_ database: String = "postgres") -> String {
        "host=\(files.socketFolder) port=\(port) user=\(Self.user) password=\(Self.password) dbname=\(database)"
    }

    /// The same database as a URL names, over the socket.
    package func overSocket(_ url: String) -> String {
        url.replacing("@127.0.0.1:\(port)/", with: "@/") + "&host=\(files.socketFolder)&port=\(port)"
    }

    /// Runs SQL by psql as the superuser.
    /// - Returns: rows on lines, columns between `|`.
    @discardableResult
    package func sql(_ sql: String, in database: String = "postgres") throws -> String {
        let output = try files.folder.newFile()
        defer { unlink(output) }
        return try Spawned.run(
            [files.program("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", socketURL(database), "-c", sql],
            output: output
        ).trimmingCharacters(in: .newlines)
    }

    /// Lends an empty database of its own, which is dropped afterwards, whoever is still connected.
    /// - Parameter body: gets its `url`.
    package func withDatabase<Result>(
        isolation: isolated (any Actor)? = #isolation,
        _ body: (_ url: String) async throws -> Result
    ) async throws -> Result {
        let name = "test_\(databases.add(1, ordering: .relaxed).newValue)"
        try sql("CREATE DATABASE \(name)")
        do {
            let result = try await body(url(name))
            try sql("DROP DATABASE \(name) WITH (FORCE)")
            return result
        } catch {
            try sql("DROP DATABASE \(name) WITH (FORCE)")
            throw error
        }
    }

    /// All that the server has logged since its first start.
    package func log() throws -> String { try String(contentsOfFile: files.log, encoding: .utf8) }

    /// Starts a stopped server, on the same port and with the same data; waits until it takes connections.
    package func start() throws {
        var failure = ""
        // A killed server's processes need a moment to leave its shared memory, and a port may be taken just now.
        let isUp = try waitUntil(seconds: 30) {
            let logged = try log().utf8.count
            let child = try Spawned(files.command("postgres", arguments), output: files.log)
            var isRunning = true
            try waitUntil(seconds: 30) {
                isRunning = try child.wait(seconds: 0) == nil
                return !isRunning || files.isReady
            }
            failure = String(decoding: try log().utf8.dropFirst(logged), as: UTF8.self)
            if isRunning { self.child.withLock { $0 = child } }
            return isRunning
        }
        guard isUp else { throw SupportError("PostgreSQL did not start: \(failure)") }
    }

    /// Ends the server as its administrator would: sessions are cut, everything is written.
    package func stop() throws { try end(SIGINT) }

    /// Ends the server without a shutdown: the next start recovers.
    package func stopImmediately() throws { try end(SIGQUIT) }

    /// `kill -9` of the server itself; its sessions notice and end.
    package func kill9() throws { try end(SIGKILL) }

    /// Stops and starts it.
    package func restart() throws {
        try stop()
        try start()
    }

    /// `kill -9` of one session: the server ends all others and recovers. Waits until it takes connections again.
    package func kill9(backend pid: Int32) throws {
        let recovered = "database system is ready to accept connections"
        let before = try log().components(separatedBy: recovered).count
        kill(pid, SIGKILL)
        guard try waitUntil(seconds: 30, { try log().components(separatedBy: recovered).count > before }) else {
            throw SupportError("PostgreSQL did not recover from kill -9 of session \(pid): \(try log())")
        }
    }

    private var arguments: [String] {
        var settings = [
            "listen_addresses": "127.0.0.1", "port": "\(port)", "unix_socket_directories": files.socketFolder,
            "ssl": "on", "max_connections": "200", "log_statement": options.logStatement,
            "fsync": options.fsync ? "on" : "off", "full_page_writes": options.fsync ? "on" : "off",
        ]
        settings.merge(options.settings) { $1 }
        return ["-D", files.data] + settings.sorted { $0.key < $1.key }.flatMap { ["-c", "\($0.key)=\($0.value)"] }
    }

    private func end(_ signal: Int32) throws {
        guard let child = child.withLock({ $0 }) else { throw SupportError("PostgreSQL does not run") }
        guard let pid = files.serverPID else { throw SupportError("PostgreSQL's pid is not known") }
        kill(pid, signal)
        guard try child.wait(seconds: 30) != nil else { throw SupportError("PostgreSQL did not end in 30 s") }
        self.child.withLock { $0 = nil }
    }
}
