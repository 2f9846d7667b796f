import Foundation

/// A master with a replica, and three Sentinels that replace it when it does not answer for half a second.
///
/// All of it ends with this object or with the test process.
package final class RedisSentinels: Sendable {
    /// What the Sentinels call the master.
    package static let master = "main"

    /// The master at the start.
    package let first: RedisServer
    /// The replica at the start.
    package let second: RedisServer
    package let ports: [Int]
    private let folder: RedisFolder
    private let sentinels: [RedisProcess]

    /// Makes and starts all of it, and waits until the Sentinels know each other and the replica, which takes about
    /// three seconds.
    /// - Parameters:
    ///   - password: of both servers' default user.
    ///   - sentinelPassword: that the Sentinels want.
    package static func started(
        password: String? = nil,
        sentinelPassword: String? = nil
    ) async throws -> RedisSentinels {
        var options = RedisServer.Options()
        options.password = password
        let first = try await RedisServer.started(options)
        options.replicaOf = first.port
        let second = try await RedisServer.started(options)
        return try await onThread {
            let all = try RedisSentinels(first, second, password: password, sentinelPassword: sentinelPassword)
            for sentinel in all.sentinels { try sentinel.start() }
            let isReady = try waitUntil(seconds: 60) {
                try all.ports.allSatisfy { port in
                    try all.ask(port, ["CKQUORUM", master], sentinelPassword).hasPrefix("OK 3 usable")
                        && all.ask(port, ["REPLICAS", master], sentinelPassword).contains("master-link-status\nok")
                }
            }
            guard isReady else { throw SupportError("The Sentinels do not agree: \(try all.sentinels[0].log)") }
            return all
        }
    }

    private init(_ first: RedisServer, _ second: RedisServer, password: String?, sentinelPassword: String?) throws {
        self.first = first
        self.second = second
        let folder = try RedisFolder()
        self.folder = folder
        ports = try (0..<3).map { _ in try Loopback.freePort() }
        sentinels = try ports.enumerated().map { index, port in
            var lines = [
                "bind 127.0.0.1", "port \(port)", "dir \(folder.path)", "daemonize no",
                "sentinel monitor \(Self.master) 127.0.0.1 \(first.port) 2",
                "sentinel down-after-milliseconds \(Self.master) 500",
                "sentinel failover-timeout \(Self.master) 3000",
            ]
            if let password { lines.append("sentinel auth-pass \(Self.master) \(password)") }
            if let sentinelPassword {
                lines += ["requirepass \(sentinelPassword)", "sentinel sentinel-pass \(sentinelPassword)"]
            }
            let name = "sentinel-\(index)"
            let text = lines.joined(separator: "\n")
            try text.write(toFile: folder.file(name + ".conf"), atomically: false, encoding: .utf8)
            return try RedisProcess(folder, name: name, program: "/usr/bin/redis-sentinel")
        }
    }

    /// All Sentinels, with the master's name.
    /// - Parameters:
    ///   - credentials: of the servers, with the @.
    ///   - options: with the ?.
    package func url(_ credentials: String = "", options: String = "") -> String {
        let hosts = ports.map { "127.0.0.1:\($0)" }.joined(separator: ",")
        return "redis-sentinel://\(credentials)\(hosts)/\(Self.master)/0\(options)"
    }

    /// `kill -9` of one Sentinel.
    package func kill9(sentinel index: Int) async throws {
        try await onThread { [self] in try sentinels[index].end(SIGKILL) }
    }

    /// Makes the replica the master, and the master its replica, as an administrator does. The Sentinels must want no
    /// password.
    package func failOver() async throws {
        let answer = try await onThread { [self] in try ask(ports[0], ["FAILOVER", Self.master], nil) }
        guard answer == "OK" else { throw SupportError("SENTINEL FAILOVER: \(answer)") }
    }

    private func ask(_ port: Int, _ words: [String], _ password: String?) throws -> String {
        let login = password.map { ["-a", $0, "--no-auth-warning"] } ?? []
        return try folder.ask(["-p", "\(port)"] + login, ["SENTINEL"] + words)
    }
}
