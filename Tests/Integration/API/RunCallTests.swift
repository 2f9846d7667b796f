import Foundation
import Support
import Testing

/// Runs that calls ask for: what goes, what is told of it, and what is refused.
@Suite(.timeLimit(.minutes(5)))
struct RunCallTests {
    @Test func aRunIsDryUnlessTheCallSaysOtherwise() async throws {
        let world = try CallWorld.make()
        try await withServe(world.cleanupd) { serve in
            let dry = try await world.call(serve, "POST", "run?wait=true", as: .operate, #"{"tasks":["logs"]}"#)
            #expect(dry.flag("dry_run") == true)
            #expect(dry.text("outcome") == "success")
            #expect(dry.integer("tasks", "logs", "remove") == 6)
            #expect(dry.integer("tasks", "logs", "bytes") == 6 * 4096)
            #expect(try world.names("logs").count == 10)

            let body = #"{"tasks":["logs","backups"],"dry_run":false}"#
            let real = try await world.call(serve, "POST", "run?wait=true", as: .operate, body)
            #expect(real.text("outcome") == "success")
            #expect(real.integer("tasks", "logs", "deleted") == 6)
            #expect(real.integer("tasks", "backups", "deleted") == 2)
            #expect(try world.names("logs") == ["6.log", "7.log", "8.log", "9.log"])
            #expect(try world.names("backups") == ["0.tar", "1.tar", "2.tar"])
            #expect(await serve.terminate().code == 0)
        }
    }

    /// However often the status was looked at just before.
    @Test func theStatusKnowsARunAsSoonAsItsCallIsAnswered() async throws {
        let world = try CallWorld.make()
        try await withServe(world.cleanupd) { serve in
            for number in 1...20 {
                #expect(try await Self.lastRun(of: "logs", "last_run", world, serve) == nil || number > 1)
                let isDry = number.isMultiple(of: 2)
                let body = #"{"tasks":["logs"],"dry_run":\#(isDry)}"#
                let run = try await world.call(serve, "POST", "run?wait=true", as: .operate, body)
                let id = try #require(run.text("tasks", "logs", "id"))
                #expect(try await Self.lastRun(of: "logs", "last_run", world, serve) == id, "run \(number)")
                guard !isDry else { continue }
                #expect(try await Self.lastRun(of: "logs", "last_real_run", world, serve) == id, "run \(number)")
            }
            #expect(await serve.terminate().code == 0)
        }
    }

    private static func lastRun(
        of task: String,
        _ kind: String,
        _ world: CallWorld,
        _ serve: ServeProcess
    ) async throws -> String? {
        let tasks = try await world.get(serve, "status", as: .view).list("tasks")
        return try #require(tasks.first { $0.text("name") == task }).text(kind, "id")
    }

    /// Without `wait` the answer comes at once, and the run is found under the identity that it gives.
    @Test func aRunIsFoundByTheIdentityOfItsCall() async throws {
        let world = try CallWorld.make()
        try await withServe(world.cleanupd) { serve in
            let body = #"{"tasks":["logs"],"dry_run":false}"#
            let begun = try await world.call(serve, "POST", "run", as: .operate, body, expecting: 202)
            let id = try #require(begun.text("id"))
            let ended = try await eventually(seconds: 30) {
                let run = try await world.get(serve, "runs/\(id)", as: .view)
                return run.text("state") == "ended" ? run : nil
            }
            #expect(ended?.integer("tasks", "logs", "deleted") == 6)
            #expect(ended?.text("requested_by") == "t_operate")

            let run = try #require(ended?.text("tasks", "logs", "id"))
            let items = try await world.get(serve, "runs/\(run)/items?limit=4", as: .view)
            #expect(items.list("items").count == 4)
            let next = try #require(items.text("next"))
            let rest = try await world.get(serve, "runs/\(run)/items?limit=4&after=\(next)", as: .view)
            let all = items.list("items") + rest.list("items")
            #expect(Set(all.compactMap { $0.text("item") }) == Set((0..<6).map { "logs/\($0).log" }))
            #expect(all.allSatisfy { $0.text("outcome") == "deleted" })

            let history = try await world.get(serve, "runs?task=logs", as: .view)
            #expect(history.list("runs").first?.text("request") == id)
            #expect(history.list("runs").first?.text("trigger") == "api")
            #expect(await serve.terminate().code == 0)
        }
    }

    @Test func aShorterRetentionNeedsTheRoleOfAnAdmin() async throws {
        let world = try CallWorld.make()
        try await withServe(world.cleanupd) { serve in
            let shorter = #"{"tasks":["logs"],"dry_run":false,"overrides":{"logs":{"older_than":"7d"}}}"#
            let refusal = try await world.call(serve, "POST", "run", as: .operate, shorter, expecting: 403)
            #expect(refusal.text("detail")?.contains("admin") == true)
            let fewer = #"{"tasks":["backups"],"dry_run":false,"overrides":{"backups":{"keep":{"last":1}}}}"#
            try await world.call(serve, "POST", "run", as: .operate, fewer, expecting: 403)
            #expect(try world.names("logs").count == 10)
            #expect(try world.names("backups").count == 5)

            let longer = #"{"tasks":["logs"],"dry_run":false,"overrides":{"logs":{"older_than":"43d"}}}"#
            let kept = try await world.call(serve, "POST", "run?wait=true", as: .operate, longer)
            #expect(kept.integer("tasks", "logs", "deleted") == 3)
            let gone = try await world.call(serve, "POST", "run?wait=true", as: .admin, shorter)
            #expect(gone.integer("tasks", "logs", "deleted") == 6)
            #expect(await serve.terminate().code == 0)
        }
    }

    @Test(arguments: [
        #"{"tasks":["nope"]}"#, #"{"tasks":[],"dry_run":false}"#, #"{"tasks":["logs"],"dry_rum":false}"#,
        #"{"tasks":["logs"],"dry_run":"no"}"#,
        #"{"tasks":["logs"],"overrides":{"logs":{"older_than":"7 parsecs"}}}"#,
        #"{"tasks":["logs"],"overrides":{"backups":{"older_than":"7d"}}}"#,
        #"{"tasks":["backups"],"overrides":{"backups":{"keep":{"last":0}}}}"#,
        #"{"tasks":["logs"],"filters":{"user":1}}"#, #"{"tasks":["#, "[]", "null",
    ])
    func whatMakesNoSenseIsRefusedAndDoesNothing(_ body: String) async throws {
        let world = try CallWorld.make()
        try await withServe(world.cleanupd) { serve in
            let refusal = try await world.call(serve, "POST", "run?wait=true", body, expecting: 400)
            #expect(refusal.text("detail")?.isEmpty == false)
            #expect(try world.names("logs").count == 10)
            #expect(try world.names("backups").count == 5)
            #expect(await serve.terminate().code == 0)
        }
    }

    @Test func everyCallThatChangesSomethingIsInTheLedger() async throws {
        let world = try CallWorld.make()
        try await withServe(world.cleanupd) { serve in
            let body = #"{"tasks":["logs"],"dry_run":false}"#
            let run = try await world.call(serve, "POST", "run?wait=true", as: .operate, body)
            try await world.call(serve, "POST", "schedule/stop", as: .operate)
            try await world.call(serve, "PUT", "settings", as: .view, "{}", expecting: 403)
            let calls = try await world.get(serve, "calls", as: .admin).list("calls")
            #expect(calls.map { $0.text("call") } == ["POST /api/cleanup/schedule/stop", "POST /api/cleanup/run"])
            let first = try #require(calls.last)
            #expect(first.text("who") == "t_operate")
            #expect(first.text("from") == "127.0.0.1")
            #expect(first.text("detail") == body)
            #expect(first.integer("status") == 200)
            #expect(first.text("id") == run.text("id"))
            #expect(await serve.terminate().code == 0)
        }
    }

    /// A run that is told to end does so at an item boundary, and says that it was cancelled.
    @Test func aRunCanBeCancelled() async throws {
        let slow = "    pace: { batch: 1, pause: 500ms }"
        let world = try CallWorld.make(rest: Self.slowTask(slow))
        for number in 0..<400 { try world.write("slow-\(number).tmp", days: 40) }
        try await withServe(world.cleanupd) { serve in
            let body = #"{"tasks":["slow"],"dry_run":false}"#
            let begun = try await world.call(serve, "POST", "run", as: .operate, body, expecting: 202)
            let id = try #require(begun.text("id"))
            _ = try await eventually(seconds: 30) {
                let status = try await world.get(serve, "status", as: .view)
                return status.list("active").first { $0.integer("planned") == 400 }
            }
            try await world.call(serve, "POST", "run", as: .operate, body, expecting: 409)
            try await world.call(serve, "DELETE", "runs/\(id)", as: .operate, expecting: 204)
            let ended = try await eventually(seconds: 30) {
                let run = try await world.get(serve, "runs/\(id)", as: .view)
                return run.text("state") == "ended" ? run : nil
            }
            #expect(ended?.text("outcome") == "cancelled")
            let deleted = try #require(ended?.integer("tasks", "slow", "deleted"))
            let left = try FileManager.default.contentsOfDirectory(atPath: world.folder.file("data"))
                .filter { $0.hasSuffix(".tmp") }.count
            #expect(deleted > 0 && deleted < 400)
            #expect(left == 400 - deleted)
            try await world.call(serve, "DELETE", "runs/\(id)", as: .operate, expecting: 409)
            #expect(await serve.terminate().code == 0)
        }
    }

    /// Whoever waits for the end of a run does not keep the service from ending, and the run ends in the ledger.
    @Test func theEndOfTheServiceEndsARunThatIsWaitedFor() async throws {
        let world = try CallWorld.make(rest: Self.slowTask("    pace: { batch: 1, pause: 500ms }"))
        for number in 0..<400 { try world.write("slow-\(number).tmp", days: 40) }
        try await withServe(world.cleanupd) { serve in
            let body = #"{"tasks":["slow"],"dry_run":false}"#
            let token = world.token(.operate).flatMap { ["--header", $0] }
            let address = "http://127.0.0.1:\(serve.port)/api/cleanup/run?wait=true"
            async let answer = Command.run(
                "/usr/bin/curl",
                ["--silent", "--max-time", "150", "--header", "Content-Type: application/json"] + token
                    + ["--data-binary", body, address]
            )
            let active = try await eventually(seconds: 30) {
                let status = try await world.get(serve, "status", as: .view)
                return status.list("active").first { $0.integer("planned") == 400 }
            }
            let end = await serve.terminate()
            #expect(end.code == 0)
            #expect(end.seconds < 10)
            let answered = try await answer.text
            let result = try JSONSerialization.jsonObject(with: Data(answered.utf8)) as? [String: Any]
            #expect(result?.text("outcome") == "partial", "\(answered)")
            let id = try #require(active?.text("id"))
            try await withServe(world.cleanupd) { serve in
                let run = try await world.get(serve, "runs/\(id)", as: .view)
                #expect(run.text("tasks", "slow", "outcome") == "partial")
                let left = try FileManager.default.contentsOfDirectory(atPath: world.folder.file("data"))
                    .filter { $0.hasSuffix(".tmp") }.count
                #expect(run.integer("tasks", "slow", "deleted") == 400 - left)
                #expect(await serve.terminate().code == 0)
            }
        }
    }

    /// Whoever asks after the process died hears that the call was not carried out to its end.
    @Test func aCallWhoseProcessDiedIsInterrupted() async throws {
        let world = try CallWorld.make(rest: Self.slowTask("    pace: { batch: 1, pause: 500ms }"))
        for number in 0..<400 { try world.write("slow-\(number).tmp", days: 40) }
        let id = try await withServe(world.cleanupd) { serve in
            let body = #"{"tasks":["slow","logs"],"dry_run":false}"#
            let begun = try await world.call(serve, "POST", "run", as: .operate, body, expecting: 202)
            _ = try await eventually(seconds: 30) {
                let status = try await world.get(serve, "status", as: .view)
                return status.list("active").first { $0.integer("planned") == 400 }
            }
            await serve.kill9()
            return try #require(begun.text("id"))
        }
        try await withServe(world.cleanupd) { serve in
            let call = try await world.get(serve, "runs/\(id)", as: .view)
            #expect(call.text("state") == "interrupted")
            #expect(call.text("outcome") == nil)
            #expect(try world.names("logs").count == 10)
            let stop = try await world.call(serve, "POST", "schedule/stop", as: .operate)
            #expect(stop.flag("running") == false)
            let calls = try await world.get(serve, "calls", as: .admin).list("calls")
            let other = try #require(calls.first?.text("id"))
            _ = try await world.get(serve, "runs/\(other)", as: .view, expecting: 404)
            #expect(await serve.terminate().code == 0)
        }
    }

    static func slowTask(_ pace: String) -> String {
        """
          slow:
            files: { in: data, depth: 1, match: ["*.tmp"] }
            remove: { older_than: 30d }
            limits: { max_percent: 100 }
        \(pace)
        """
    }
}
