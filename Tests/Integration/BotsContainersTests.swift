import Foundation
import Support
import Testing

/// The containers of `examples/bots` with the real binary, a real PostgreSQL and a real Docker engine.
@Suite(.timeLimit(.minutes(10)))
struct BotsContainersTests {
    private static let task = "bot_containers"

    /// Containers by their names; all have ended, or never ran, two hours ago, but for those that run or are young.
    private static func withContainers(
        _ body: (Example, DockerTestServer, [String: String]) async throws -> Void
    ) async throws {
        let engine = try await DockerTestServer.started()
        var ids: [String: String] = [:]
        // bot-1 and bot-2 are at work; of the others nobody knows. The last one is no bot's.
        for name in ["bot-1", "bot-91", "bot-93", "web-1"] { ids[name] = try await engine.makeEnded(name) }
        ids["bot-2"] = try await engine.create("bot-2")
        ids["bot-92"] = try await engine.create("bot-92")
        ids["bot-94"] = try await engine.makeEnded("bot-94", labels: ["keep": "for the tests"])
        ids["bot-95"] = try await engine.create("bot-95", work: .sleep)
        let old = Date(timeIntervalSinceNow: -7200)
        try await engine.age(Dictionary(uniqueKeysWithValues: ids.values.map { ($0, old) }))
        ids["bot-96"] = try await engine.makeEnded("bot-96")
        try await engine.start(try #require(ids["bot-95"]))
        try await Example.with("bots", roots: [:], environment: ["DOCKER_URL": engine.url], hasFiles: false) {
            example in
            try await body(example, engine, ids)
        }
    }

    private static let stay: Set<String> = ["bot-1", "bot-2", "bot-94", "bot-95", "bot-96", "web-1"]

    @Test func oldContainersOfNoActiveBotGoAndTheNextRunFindsNothing() async throws {
        try await Self.withContainers { example, engine, ids in
            let orphans = Set(["bot-91", "bot-92", "bot-93"].compactMap { ids[$0] })
            let all = try await engine.names()
            let plan = try await example.cleanupd.run("plan", Self.task, "--json")
            #expect(plan.code == 0, "\(plan.errorText)")
            let lines = try ReportLine.parse(plan.output)
            #expect(lines.items(of: Self.task, "remove") == orphans)
            #expect(lines.items(of: Self.task, "keep") == Set(["bot-1", "bot-2", "bot-94"].compactMap { ids[$0] }))
            #expect(try lines.summary(of: Self.task).examined == 7)
            // The id is what it is; people know it by its name.
            let table = try await example.cleanupd.run("plan", Self.task)
            for name in ["bot-1", "bot-91", "bot-92"] {
                let id = try #require(ids[name])
                #expect(lines.first { $0.item == id }?.name == name)
                #expect(table.text.contains("\(id)  \(name)  ("), "\(table.text)")
            }
            #expect(try await engine.names() == all)

            let metrics = example.folder.appendingPathComponent("cleanup.prom")
            let run = try await example.cleanupd.run("run", "--force", "--json", "--metrics-file", metrics.path)
            #expect(run.code == 0, "\(run.errorText)")
            #expect(try ReportLine.parse(run.output).summary(of: Self.task).deleted == 3)
            #expect(try await engine.names() == Self.stay)
            #expect(try await engine.state(try #require(ids["bot-95"])) == "running")
            #expect(try await example.metrics(metrics)["cleanup_containers_deleted_total"] == 3)

            let second = try await example.cleanupd.run("run", Self.task, "--force", "--json")
            let summary = try ReportLine.parse(second.output).summary(of: Self.task)
            #expect(second.code == 0 && summary.outcome == "success" && summary.remove == 0, "\(second.errorText)")
            #expect(try await engine.names() == Self.stay)
        }
    }

    @Test func withoutActiveBotsNoContainerGoes() async throws {
        try await Self.withContainers { example, engine, _ in
            let all = try await engine.names()
            try await example.sql("UPDATE bots SET deleted_at = now()")
            let run = try await example.cleanupd.run("run", Self.task, "--force", "--json")
            #expect(run.code == 4, "\(run.errorText)")
            #expect(try ReportLine.parse(run.output).summary(of: Self.task).outcome == "refused")
            #expect(try await engine.names() == all)
            let off = example.setting(["CONTAINER_CLEANUP_ENABLED": "false"])
            let disabled = try await off.cleanupd.run("run", "--force", "--json")
            #expect(disabled.code == 0, "\(disabled.errorText)")
            #expect(try ReportLine.parse(disabled.output).allSatisfy { $0.task != Self.task })
            #expect(try await engine.names() == all)
        }
    }

    @Test func withoutAnEngineTheTaskIsUnavailableAndTheOthersRun() async throws {
        try await Example.with("bots", roots: [:], hasFiles: false) { example in
            let run = try await example.cleanupd.run("run", "--force", "--json")
            #expect(run.code == 0, "\(run.errorText)")
            let lines = try ReportLine.parse(run.output)
            #expect(try lines.summary(of: Self.task).outcome == "unavailable")
            #expect(try lines.summary(of: "deleted_bots").deleted == 10)
            let warnings = run.errorText.split(separator: "\n").filter { $0.contains("docker.sock") }
            #expect(warnings.count == 1 && warnings.first?.contains("WARNING") == true, "\(run.errorText)")
        }
    }
}
