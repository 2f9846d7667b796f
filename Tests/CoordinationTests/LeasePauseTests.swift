import Coordination
import Foundation
import State
import Support
import Testing

/// Whoever was paused is not trusted when it goes on, if another one has acted meanwhile.
@Suite(.tags(.r1)) struct LeasePauseTests {
    private static let ttl: Duration = .milliseconds(500)

    @Test func aServerThatWasPausedLeavesNobodyTrustedWhoIsNotTheLast() async throws {
        let server = try await RedisServer.started()
        var generator = SeededGenerator(seed: Scale.seed(1))
        try await withReplicas(2, on: server, ttl: Self.ttl) { replicas, state in
            let watch = LeaseWatch("leader", state: state, replicas.map { $0.epoch })
            for round in 1...Scale.rounds(25, nightly: 1_000) {
                _ = try await replicas.leader()
                let before = try state.epoch(of: "leader")
                let length = Double.random(in: 0.5...5, using: &generator) * 0.5
                try server.pause()
                try await repeatedly(seconds: length, every: .milliseconds(5)) { _ in }
                try server.resume()
                _ = try await replicas.leader()
                #expect(try state.epoch(of: "leader") >= before, "round \(round), \(length) s")
            }
            #expect(await watch.end().isEmpty)
            #expect(try state.epoch(of: "leader") > 5, "some pauses were longer than the lease")
        }
    }

    @Test func aServerThatLosesAllItKnowsLeavesNobodyTrustedWhoIsNotTheLast() async throws {
        let server = try await RedisServer.started()
        try await withReplicas(2, on: server, ttl: .milliseconds(600)) { replicas, state in
            let watch = LeaseWatch("leader", state: state, replicas.map { $0.epoch })
            for _ in 1...10 {
                _ = try await replicas.leader()
                let before = try state.epoch(of: "leader")
                try await server.command("FLUSHALL")
                #expect(try await becomes(within: 10) { try state.epoch(of: "leader") > before } != nil)
            }
            #expect(await watch.end().isEmpty)
        }
    }

    @Test func aHolderThatWasPausedIsNotTrustedOnceAnotherHasActed() async throws {
        let server = try await RedisServer.started()
        let folder = try TemporaryFolder()
        let state = try SQLiteStateStore(path: folder.file("state.db"))
        let (url, path) = (server.url(), folder.path)
        let child = Task {
            _ = await #expect(processExitsWith: .success) {  // banned-ok: apart (LEASES)
                [url = url as String, path = path as String] in
                try await PausedHolder.run(url: url, folder: path)
            }
        }
        let result: Result<Void, any Error>
        do {
            result = .success(try await Self.pauseAgainAndAgain(server, state, folder))
        } catch {
            result = .failure(error)
        }
        try Data().write(to: folder.url.appending(path: "stop"))
        await child.value
        try result.get()
        let report = try String(contentsOfFile: folder.file("report"), encoding: .utf8)
        #expect(report == "[]")
    }

    private static func pauseAgainAndAgain(
        _ server: RedisServer,
        _ state: any StateStore,
        _ folder: TemporaryFolder
    ) async throws {
        var generator = SeededGenerator(seed: Scale.seed(2))
        let pid = try #require(
            try await eventually(seconds: 30, every: .milliseconds(10)) { PausedHolder.pid(in: folder.path) }
        )
        for round in 1...Scale.rounds(25, nightly: 1_000) {
            // It leads: the mark is its epoch.
            let leads = try await becomes(within: 10) {
                let holder = try await server.command("GET", "{test}:lock:leader")
                let counter = try await server.command("GET", "{test}:epoch:leader")
                return try holder.hasPrefix("paused:1/") && Int64(counter) == state.epoch(of: "leader")
            }
            #expect(leads != nil, "round \(round)")
            let rival = try LeaseReplica("rival:1", url: server.url(), state: state, ttl: ttl)
            try await rival.connected()
            let before = try state.epoch(of: "leader")
            let length = Double.random(in: 0.5...5, using: &generator) * 0.5
            kill(pid, SIGSTOP)
            let watch = LeaseWatch("leader", state: state, [rival.epoch])
            try await repeatedly(seconds: length, every: .milliseconds(5)) { _ in }
            if length > 1 {
                let time = try await becomes(within: 2.5) { rival.elector.leadership != nil }
                #expect(time != nil, "round \(round): another leads within the time-to-live and two seconds")
                #expect(try state.epoch(of: "leader") > before)
            }
            kill(pid, SIGCONT)
            try await repeatedly(seconds: 0.05, every: .milliseconds(5)) { _ in }
            #expect(await watch.end().isEmpty, "round \(round)")
            try await rival.end()
        }
    }
}

extension LeaseReplica {
    /// The scheduler's epoch, as long as it is trusted.
    var epoch: @Sendable () -> Int64? {
        let elector = elector
        return { elector.leadership?.epoch }
    }
}

/// A process that competes for the lock, and looks whether it is trusted when it should not be.
enum PausedHolder {
    static func pid(in folder: String) -> Int32? {
        FileManager.default.contents(atPath: folder + "/pid").flatMap { Int32(String(decoding: $0, as: UTF8.self)) }
    }

    static func run(url: String, folder: String) async throws {
        let state = try SQLiteStateStore(path: folder + "/state.db")
        let replica = try LeaseReplica("paused:1", url: url, state: state, ttl: .milliseconds(500))
        let watch = LeaseWatch("leader", state: state, [replica.epoch])
        try "\(getpid())".write(toFile: folder + "/pid", atomically: true, encoding: .utf8)
        let isOver = try await eventually(seconds: 300, every: .milliseconds(20)) {
            FileManager.default.fileExists(atPath: folder + "/stop") ? true : nil
        }
        let report = await watch.end()
        try "\(report)".write(toFile: folder + "/report", atomically: true, encoding: .utf8)
        try await replica.end()
        try #require(isOver == true)
    }
}
