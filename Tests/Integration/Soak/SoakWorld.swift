import Foundation
import Support

/// Three replicas with all kinds of sources, on servers of their own, which may be stopped.
struct SoakWorld: Sendable {
    let stack: MonitoringStack
    let folder: String
    let postgres: PostgresTestServer
    /// At which the replicas meet, and which holds keys to clean.
    let locks: RedisServer
    let keys: RedisServer
    let objects: S3TestServer
    let engine: DockerTestServer
    let databaseProxy: DelayingProxy
    let locksProxy: DelayingProxy
    let keysProxy: DelayingProxy
    let objectsGate: SoakGate
    private let objectsProxy: S3Proxy
    /// Databases, without a proxy between.
    let application: String
    let state: String
    let replicas: [SoakReplica]
    let scrapes: SoakScrapes
    let sources: [any SoakSource]

    var things: [SoakThings] { sources.flatMap(\.things) }
    /// The SQLite file.
    var embedded: String { folder + "/embedded/rows.db" }

    /// Lends one whose replicas work.
    static func with(_ body: (SoakWorld) async throws -> Void) async throws {
        try await withMonitoring { stack in
            let postgres = try await onThread { try PostgresTestServer() }
            try await postgres.withDatabase { application in
                try await postgres.withDatabase { state in
                    let engine = try await DockerTestServer.started()
                    let objects = try await S3TestServer.started(.seaweed)
                    try await objects.withBucket { bucket in
                        let world = try await SoakWorld(stack, postgres, application, state, engine, bucket)
                        for replica in world.replicas { try await replica.start() }
                        try await body(world)
                        for replica in world.replicas { try await replica.stop(SIGTERM) }
                    }
                }
            }
        }
    }

    private init(
        _ stack: MonitoringStack,
        _ postgres: PostgresTestServer,
        _ application: String,
        _ state: String,
        _ engine: DockerTestServer,
        _ bucket: S3TestBucket
    ) async throws {
        (self.stack, self.postgres, self.engine, objects) = (stack, postgres, engine, bucket.server)
        (self.application, self.state) = (application, state)
        let place = stack.file("world")
        folder = place
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        var options = RedisServer.Options()
        options.lines = ["appendonly yes", "appendfsync always"]
        locks = try await RedisServer.started(options)
        keys = try await RedisServer.started()
        let ports = try (0..<3).map { _ in try Loopback.freePort() }
        func proxy(_ index: Int, _ target: Int) throws -> DelayingProxy {
            try DelayingProxy(launcher: [], address: "127.0.0.1", port: ports[index], target: target)
        }
        databaseProxy = try proxy(0, postgres.port)
        locksProxy = try proxy(1, locks.port)
        keysProxy = try proxy(2, keys.port)
        let gate = SoakGate()
        objectsGate = gate
        objectsProxy = try S3Proxy(target: bucket.server.port) { gate.fate($0) }
        func proxied(_ url: String) -> String {
            url.replacing("127.0.0.1:\(postgres.port)", with: "127.0.0.1:\(ports[0])")
        }
        let environment = [
            "FOLDER": place, "STATE_URL": proxied(state), "APP_URL": proxied(application),
            "COORDINATION_URL": "redis://127.0.0.1:\(ports[1])/0", "KEYS_URL": "redis://127.0.0.1:\(ports[2])/0",
            "BUCKET": bucket.name, "ENDPOINT": "http://127.0.0.1:\(objectsProxy.port)",
            "ACCESS_KEY": bucket.accessKey, "SECRET_KEY": bucket.secretKey, "DOCKER_URL": engine.url,
        ]
        let tree = place + "/tree"
        sources = [
            try SoakTemporaryFiles(tree), try SoakLogs(tree), try SoakOrphans(tree, database: application),
            SoakEvents(database: application), try await SoakEntries(place + "/embedded"),
            SoakObjects(bucket: bucket), SoakContainers(engine: engine), SoakKeys(redis: keys),
            try SoakRecords(place), try SoakCache(place), try SoakGuarded(tree),
        ]
        replicas = try ["first", "second", "third"].map {
            try SoakReplica(stack, $0, folder: place, environment: environment)
        }
        scrapes = SoakScrapes(replicas)
        try await Command.psql(application, SoakOrphans.schema)
        try await Command.psql(application, SoakEvents.schema)
        var check = CleanupdProcess(environment: environment)
        check.environment["CLEANUPD_CONFIG"] = "\(place)/first.yaml"
        check.environment["CLEANUP_LISTEN"] = "127.0.0.1:0"
        try await check.run("check", "--install-fence").check()
    }

    /// Lets Prometheus look on from the time at which all kinds of things go: rules that compare with the past want one.
    func beScraped() async throws {
        let isAtWork = try await eventually(seconds: 90) { things.allSatisfy { $0.gone > 0 || $0.isHeld } ? true : nil }
        guard isAtWork == true else { throw SupportError("not all kinds of things go") }
        try await stack.scrape(replicas.map { $0.service.target() })
        try await stack.waitFor("cleanup_leader == 1")
    }

    /// The numbers that a query of the state gives: the first column, in one line, is what the second one counts.
    func ledger(_ query: String) async throws -> [String: Int] {
        let lines = try await Command.psql(state, query).split(separator: "\n")
        return try Dictionary(lines.map(Self.count), uniquingKeysWith: +)
    }

    private static func count(_ line: Substring) throws -> (String, Int) {
        guard let bar = line.lastIndex(of: "|"), let number = Int(line[line.index(after: bar)...]) else {
            throw SupportError("\(line) is no name and a number")
        }
        return (String(line[..<bar]), number)
    }
}
