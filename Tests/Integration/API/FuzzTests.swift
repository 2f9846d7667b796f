import Foundation
import Support
import Testing

/// Whatever the OpenAPI document allows, and what it does not, is asked by schemathesis: nothing may fail, answers are as
/// the document says, and nobody changes anything who may not.
@Suite(.timeLimit(.minutes(Scale.minutes(20))), .tags(.a2))
struct FuzzTests {
    /// Generated cases of each operation, beside its boundary values.
    private static let cases = Scale.rounds(22, nightly: 880)
    private static let seed = Int(clamping: Scale.seed(20_260_722))
    /// Of each caller, so that it is 5,000 in all.
    private static let leastRequests = 1_250

    private struct Caller {
        var name: String
        /// `nil` = nobody.
        var role: String?
        var tokens: [String] = []

        var document: [String: Any] {
            ["name": name, "role": role ?? NSNull(), "tokens": tokens] as [String: Any]
        }
    }

    @Test func whoMayNotChangeAnythingDoesNotWhateverIsSent() async throws {
        let world = try await FuzzWorld.make()
        try await withServe(world.cleanupd) { serve in
            try await Self.settle(world, serve)
            let before = try await world.look(serve)
            let callers = [
                Caller(name: "none"), Caller(name: "bad", tokens: ["wrong"]),
                Caller(name: "view", role: "view", tokens: [FuzzWorld.viewer]),
            ]
            let found = try await Self.fuzz(world, serve, callers, network: 16)
            for caller in callers { try await Self.expectSound(found, caller.name, serve) }
            let view = try #require(found["view"]?["statuses"] as? [String: Int])
            #expect((view["200"] ?? 0) > 50 && (view["403"] ?? 0) > 50, "\(view)")
            let after = try await world.look(serve)
            for (name, text) in before { #expect(after[name] == text, "\(name) has changed") }
            #expect(await serve.terminate().code == 0)
        }
    }

    @Test func whoMayDoAnythingMeetsNoFault() async throws {
        let world = try await FuzzWorld.make()
        try await withServe(world.cleanupd) { serve in
            try await Self.settle(world, serve)
            let admin = Caller(name: "admin", role: "admin", tokens: FuzzWorld.admins)
            let found = try await Self.fuzz(world, serve, [admin], network: 17)
            try await Self.expectSound(found, "admin", serve)
            let statuses = try #require(found["admin"]?["statuses"] as? [String: Int])
            // It went past the door: runs, plans and settings were really made, and cancelled, and not found.
            for status in ["200", "201", "202", "204", "400", "404"] {
                #expect(statuses[status] ?? 0 > 0, "\(statuses)")
            }
            #expect(await serve.terminate().code == 0)
        }
    }

    @Test func theFuzzerBites() async throws {
        let world = try await FuzzWorld.make()
        try await withServe(world.cleanupd) { serve in
            // Somebody who should have no role, and has one.
            let callers = [Caller(name: "nobody", role: nil, tokens: FuzzWorld.admins)]
            let only = "POST /api/cleanup/schedule/stop"
            let found = try await Self.fuzz(world, serve, callers, network: 18, only: only)
            let failures = try #require(found["nobody"]?["failures"] as? [String])
            #expect(failures.contains { $0.contains("operate is needed") }, "\(found)")
        }
    }

    /// A job and a run are there to be found, the scheduler does nothing by itself any more, and there is much to lose.
    private static func settle(_ world: FuzzWorld, _ serve: ServeProcess) async throws {
        let ended = try await eventually(seconds: 60) { () -> Bool? in
            let answer = try await serve.request("/api/cleanup/jobs?state=completed", headers: viewer)
            return answer.body.contains("nothing@") ? true : nil
        }
        try #require(ended == true)
        let admin = ["Authorization: Bearer \(FuzzWorld.admins[0])"]
        let stopped = try await serve.request("/api/cleanup/schedule/stop", method: "POST", headers: admin)
        try #require(stopped.status == 200, "\(stopped.body)")
        try world.addOldFiles()
    }

    private static let viewer = ["Authorization: Bearer \(FuzzWorld.viewer)"]

    private static func fuzz(
        _ world: FuzzWorld,
        _ serve: ServeProcess,
        _ callers: [Caller],
        network: Int,
        only: String = ""
    ) async throws -> [String: [String: Any]] {
        let tasks = ["logs", "backups", "rows", "quiet"]
        let known: [String: [String]] = [
            "id": try await identities(serve), "task": tasks, "tasks": tasks, "overrides": tasks,
            "cycles": ["daily", "nothing"], "name": ["states"], "origin": ["https://app.example"],
            "older_than": ["35d", "90d"], "schedule": ["0 4 * * *"], "search": ["log"],
        ]
        let given: [String: Any] = [
            "url": "http://127.0.0.1:\(serve.port)", "seed": seed, "cases": cases, "network": network, "only": only,
            "callers": callers.map(\.document), "known": known,
        ]
        let script = Project.file("Tests/Limits/fuzz_api.py").path
        let input = try JSONSerialization.data(withJSONObject: given)
        let result = try await Command.run(FastRules.python, [script], input: input).check()
        let found = try JSONSerialization.jsonObject(with: result.output)
        return try #require(found as? [String: [String: Any]], "\(result.text)")
    }

    /// Of runs and jobs that exist.
    private static func identities(_ serve: ServeProcess) async throws -> [String] {
        var found: [String] = []
        for name in ["runs", "jobs"] {
            let answer = try await serve.request("/api/cleanup/\(name)", headers: viewer)
            let object = try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any]
            found += (object ?? [:]).list(name).compactMap { $0.text("id") }
        }
        return found
    }

    private static func expectSound(
        _ found: [String: [String: Any]],
        _ name: String,
        _ serve: ServeProcess
    ) async throws {
        let found = try #require(found[name])
        let failures = found["failures"] as? [String]
        #expect(failures == [], "seed \(seed), \(name)")
        #expect(found.integer("requests") ?? 0 >= leastRequests)
        let answer = try await serve.request("/api/openapi.json")
        let document = try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any]
        let paths = try #require(document?["paths"] as? [String: [String: Any]])
        #expect(found.integer("operations") == paths.values.reduce(0) { $0 + $1.count })
        let statuses = try #require(found["statuses"] as? [String: Int])
        // A limit would have hidden what is behind it.
        #expect(statuses["429"] == nil && statuses.keys.allSatisfy { !$0.hasPrefix("5") }, "\(statuses)")
    }
}
