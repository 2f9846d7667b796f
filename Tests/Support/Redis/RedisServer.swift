import Foundation

/// A real Redis server of one test: on a free port of the loopback interface and on a socket, with an administrator who
/// may do everything whatever the options say.
///
/// It ends, and its folder goes, with this object or with the test process, however that ends.
package final class RedisServer: Sendable {
    /// How a server differs from the usual one, which has no password and keeps nothing on disk.
    package struct Options: Sendable {
        /// Of the default user.
        package var password: String?
        /// Lines of `user NAME …`, without the word user.
        package var users: [String] = []
        /// Speaks TLS on `tlsPort`, with a certificate for these names, such as `DNS:localhost,IP:127.0.0.1`.
        package var certificateNames: String?
        /// The port of the master, on loopback.
        package var replicaOf: Int?
        /// A program, by its path, and its arguments, that runs the server in its own place: `nsenter …`.
        package var launcher: [String] = []
        /// Any other lines of redis.conf.
        package var lines: [String] = []

        /// The usual one.
        package init() {}
    }

    /// On 127.0.0.1; the same after a restart.
    package let port: Int
    /// With TLS, if the options say so.
    package let tlsPort: Int
    package let folder: RedisFolder
    private let process: RedisProcess

    private static let admin = "test-admin"
    private static let adminPassword = "test-admin-password"

    /// Makes and starts a server, which takes a few hundredths of a second.
    package static func started(_ options: Options = Options()) async throws -> RedisServer {
        let server = try await onThread { try RedisServer(options) }
        try await server.start()
        return server
    }

    private init(_ options: Options) throws {
        folder = try RedisFolder()
        port = try Loopback.freePort()
        tlsPort = try Loopback.freePort()
        var lines = [
            "bind 127.0.0.1", "port \(port)", "unixsocket \(folder.file("redis.sock"))", "dir \(folder.path)",
            "save \"\"", "daemonize no", "repl-diskless-sync-delay 0", "repl-ping-replica-period 1",
            "user \(Self.admin) on >\(Self.adminPassword) ~* &* +@all",
            "masteruser \(Self.admin)", "masterauth \(Self.adminPassword)",
        ]
        if let password = options.password { lines.append("requirepass \(password)") }
        lines += options.users.map { "user \($0)" }
        if let names = options.certificateNames {
            try folder.makeCertificate("server", names: names)
            lines += [
                "tls-port \(tlsPort)", "tls-cert-file \(folder.file("server.crt"))",
                "tls-key-file \(folder.file("server.key"))", "tls-ca-cert-file \(folder.file("server.crt"))",
                "tls-auth-clients no",
            ]
        }
        if let master = options.replicaOf { lines.append("replicaof 127.0.0.1 \(master)") }
        lines += options.lines
        try lines.joined(separator: "\n").write(toFile: folder.file("redis.conf"), atomically: false, encoding: .utf8)
        process = try RedisProcess(folder, name: "redis", program: "/usr/bin/redis-server", launcher: options.launcher)
    }

    /// For `unix://`.
    package var socket: String { folder.file("redis.sock") }
    /// The certificate that signed the server's, if it speaks TLS.
    package var caFile: String { folder.file("server.crt") }
    /// Without TLS.
    package func url(_ credentials: String = "", database: Int = 0) -> String {
        "redis://\(credentials)127.0.0.1:\(port)/\(database)"
    }

    /// All that the server has logged since its first start.
    package var log: String { get throws { try process.log } }

    // MARK: Life

    /// Starts a server that has ended, on the same port; waits until it answers.
    package func start() async throws {
        try await onThread { [self] in
            try process.start()
            let isUp = try waitUntil(seconds: 30) {
                if try process.hasEnded { throw SupportError("redis-server did not start: \(try log)") }
                return try run(["PING"]) == "PONG"
            }
            guard isUp else { throw SupportError("redis-server does not answer: \(try log)") }
        }
    }

    /// Ends it as its administrator would.
    package func stop() async throws { try await onThread { [self] in try process.end(SIGTERM) } }

    /// `kill -9`.
    package func kill9() async throws { try await onThread { [self] in try process.end(SIGKILL) } }

    /// Stops and starts it.
    package func restart() async throws {
        try await stop()
        try await start()
    }

    /// It does nothing until `resume`; connections stay.
    package func pause() throws { try process.signal(SIGSTOP) }

    /// It goes on.
    package func resume() throws { try process.signal(SIGCONT) }

    // MARK: Administration

    /// Runs a command by redis-cli as the administrator.
    /// - Returns: what redis-cli prints, without a line end behind it.
    @discardableResult
    package func command(_ words: String...) async throws -> String {
        try await onThread { [self] in try run(words) }
    }

    private func run(_ words: [String]) throws -> String {
        let administrator = ["--user", Self.admin, "--pass", Self.adminPassword, "--no-auth-warning"]
        return try folder.ask(["-s", socket] + administrator, words)
    }
}
