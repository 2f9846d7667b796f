import Foundation
import Support
import Testing

/// P1 and P2: the service gets signals, dies and is started again at any moment of its work.
@Suite(.serialized) struct RestartTests {
    private static let files = 240

    /// Works slowly enough to be met in the midst of it; beside it a task that has always succeeded.
    private static func configuration(_ world: ProgramWorld) throws -> CleanupdProcess {
        let file = world.folder.appending(path: "serve.yaml")
        let text = """
            state: sqlite:state.db
            http: { listen: "127.0.0.1:0" }
            connections: { data: { url: "file://\(world.data.path)" } }
            cycles:
              quick: { every: 1h, at_start: true, tasks: [nothing] }
              slow: { every: 1h, at_start: true, tasks: [logs] }
            tasks:
              nothing:
                files: { in: data, match: ["*.none"] }
                remove: { older_than: 30d }
              logs:
                files: { in: data, match: ["*.log"] }
                compress: { older_than: 7d }
                remove: { older_than: 30d }
                pace: { batch: 1, pause: 20ms }
            """
        try text.write(to: file, atomically: false, encoding: .utf8)
        return world.cleanupd(["CLEANUPD_CONFIG": file.path])
    }

    /// However many signals come: each life ends in order, between two items, and says so in the ledger.
    @Test(.tags(.p1)) func signalsAtAnyMomentEndAServiceInOrderAndChangeNothingElse() async throws {
        let seed = Scale.seed(101)
        var random = SeededGenerator(seed: seed)
        let lives = Scale.rounds(100, nightly: 3_000) / 5
        try await ProgramWorld.with(files: Self.files) { world in
            let cleanupd = try Self.configuration(world)
            for life in 0..<lives {
                let when = "life \(life), seed \(seed)"
                try await withServe(cleanupd) { serve in
                    // Reloads of the configuration, and then the end, asked for once or twice.
                    for _ in 0..<4 {
                        serve.signal(SIGHUP)
                        try await Self.pause(&random)
                    }
                    let last = random.pick([SIGTERM, SIGINT])
                    serve.signal(last)
                    if random.oneIn(2) { serve.signal(SIGHUP) }
                    let (code, lines) = await serve.end()
                    #expect(code == 0, "\(when): \(lines.joined(separator: "\n"))")
                }
                try world.logs.expectNothingLost(when)
            }
            try await Self.expectRest(world, "seed \(seed)")
            let crashes = try await Self.ledger(world, "SELECT count(*) FROM run WHERE failure = 'crash'")
            #expect(crashes == "0", "seed \(seed)")
        }
    }

    /// What was known of the last success is known in each life, and the work gets done in the end.
    @Test(.tags(.p2)) func aServiceThatDiesAgainAndAgainForgetsNoSuccessAndGetsItsWorkDone() async throws {
        let seed = Scale.seed(102)
        var random = SeededGenerator(seed: seed)
        let name = #"cleanup_task_last_success_timestamp_seconds{task="nothing"}"#
        var last = 0.0
        try await ProgramWorld.with(files: Self.files) { world in
            let cleanupd = try Self.configuration(world)
            for life in 0..<Scale.rounds(50, nightly: 1_000) {
                let when = "life \(life), seed \(seed)"
                try await withServe(cleanupd) { serve in
                    let found = try await Self.sample(name, serve)
                    #expect(found ?? 0 >= last, "\(when): \(last) is forgotten")
                    last = max(last, found ?? 0)
                    if life == 0 {
                        let isDone = try await eventually(seconds: 60) {
                            try await Self.sample(name, serve) ?? 0 > 0 ? true : nil
                        }
                        try #require(isDone == true)
                    }
                    try await Self.pause(&random)
                    if random.oneIn(4) {
                        #expect(await serve.terminate().code == 0, "\(when)")
                    } else {
                        await serve.kill9()
                    }
                }
                try world.logs.expectNothingLost(when)
            }
            #expect(last > 0)
            try await Self.expectRest(world, "seed \(seed)")
        }
    }

    /// A run by hand finds what is left, and nothing is open afterwards.
    private static func expectRest(_ world: ProgramWorld, _ when: String) async throws {
        let rest = try await world.cleanupd().run("run", "--force", "logs")
        #expect(rest.code == 0, "\(when): \(rest.errorText)")
        try world.logs.expectDone(when)
        #expect(try await ledger(world, "SELECT count(*) FROM run WHERE outcome IS NULL") == "0", "\(when)")
    }

    private static func ledger(_ world: ProgramWorld, _ query: String) async throws -> String {
        try await Command.sqlite3(world.folder.appending(path: "state.db"), query)
    }

    private static func sample(_ name: String, _ serve: ServeProcess) async throws -> Double? {
        let lines = try await serve.request("/metrics").body.split(separator: "\n")
        return lines.first { $0.hasPrefix(name + " ") }.flatMap { Double($0.dropFirst(name.utf8.count + 1)) }
    }

    private static func pause(_ random: inout SeededGenerator) async throws {
        let length = Duration.milliseconds(Int.random(in: 0...60, using: &random))
        try await Task.sleep(for: length)  // banned-ok: a random moment of the other program
    }
}
