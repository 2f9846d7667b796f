import Foundation
import Support
import Testing

/// What admins set by calls: in force at once, over the file, also after a restart and for commands.
@Suite(.timeLimit(.minutes(5)))
struct SettingsCallTests {
    @Test func whatIsSetHoldsAtOnceAndAfterARestartAndForCommands() async throws {
        let world = try CallWorld.make()
        try await withServe(world.cleanupd) { serve in
            let change = #"{"tasks":{"logs":{"older_than":"43d"},"backups":{"dry_run":true}}}"#
            let settings = try await world.call(serve, "PUT", "settings", change)
            #expect(settings.text("tasks", "logs", "older_than") == "43d")
            #expect(settings.text("tasks", "logs", "file_older_than") == "30d")
            #expect(settings.flag("tasks", "backups", "dry_run") == true)
            let dry = try await world.call(serve, "POST", "run?wait=true", as: .operate, #"{"tasks":["logs"]}"#)
            #expect(dry.integer("tasks", "logs", "remove") == 3)
            #expect(await serve.terminate().code == 0)
        }
        let plan = try await world.cleanupd.run("plan", "logs")
        #expect(plan.text.contains("would remove 3"), "\(plan.text)")
        let forced = try await world.cleanupd.run("run", "backups", "--force")
        #expect(forced.text.contains("dry run"), "\(forced.text)")
        #expect(try world.names("backups").count == 5)
        try await withServe(world.cleanupd) { serve in
            let body = #"{"tasks":["logs"],"dry_run":false}"#
            let real = try await world.call(serve, "POST", "run?wait=true", as: .operate, body)
            #expect(real.integer("tasks", "logs", "deleted") == 3)
            let reset = #"{"tasks":{"logs":{"older_than":null},"backups":{"dry_run":null}}}"#
            let settings = try await world.call(serve, "PUT", "settings", reset)
            #expect(settings.text("tasks", "logs", "older_than") == "30d")
            #expect(settings.text("tasks", "logs", "file_older_than") == nil)
            let rest = try await world.call(serve, "POST", "run?wait=true", as: .operate, body)
            #expect(rest.integer("tasks", "logs", "deleted") == 3)
            #expect(await serve.terminate().code == 0)
        }
    }

    @Test func theMasterSwitchWinsOverCalls() async throws {
        let world = try CallWorld.make()
        try await withServe(world.cleanupd) { serve in
            #expect(try await world.call(serve, "PUT", "settings", #"{"dry_run":true}"#).flag("dry_run") == true)
            let body = #"{"tasks":["logs"],"dry_run":false}"#
            let run = try await world.call(serve, "POST", "run?wait=true", body)
            #expect(run.flag("tasks", "logs", "dry_run") == true)
            #expect(run.flag("dry_run") == true)
            #expect(try world.names("logs").count == 10)
            #expect(await serve.terminate().code == 0)
        }
    }

    @Test(arguments: [
        #"{"tasks":{"nope":{"dry_run":true}}}"#, #"{"tasks":{"logs":{"older_than":"0d"}}}"#,
        #"{"tasks":{"logs":{"older_than":"soon"}}}"#, #"{"tasks":{"backups":{"older_than":"3d"}}}"#,
        #"{"cycles":{"daily":{"retention_days":366}}}"#, #"{"cycles":{"daily":{"retention_days":0}}}"#,
        #"{"cycles":{"daily":{"batch_size":999}}}"#, #"{"cycles":{"daily":{"batch_size":100001}}}"#,
        #"{"cycles":{"daily":{"schedule":"61 * * * *"}}}"#, #"{"cycles":{"nope":{"enabled":true}}}"#,
        #"{"dry_run":1}"#, #"{"dryrun":true}"#,
    ])
    func whatIsOutOfRangeIsRefusedAndNothingChanges(_ change: String) async throws {
        let world = try CallWorld.make()
        try await withServe(world.cleanupd) { serve in
            let before = try await serve.request("/api/cleanup/settings", headers: world.token(.view)).body
            try await world.call(serve, "PUT", "settings", change, expecting: 400)
            #expect(try await serve.request("/api/cleanup/settings", headers: world.token(.view)).body == before)
            #expect(await serve.terminate().code == 0)
        }
    }

    /// Somebody who sets it would think that it holds.
    @Test func whatWouldChangeNothingIsRefusedWithTheReason() async throws {
        let world = try CallWorld.make()
        try await withServe(world.cleanupd) { serve in
            for (name, value, reason) in [
                ("retention_days", 30, "takes its age from there"), ("batch_size", 5_000, "goes by it"),
            ] {
                let change = #"{"cycles":{"daily":{"\#(name)":\#(value)}}}"#
                let refusal = try await world.call(serve, "PUT", "settings", change, expecting: 400)
                #expect(refusal.text("detail")?.contains("cycles.daily.\(name)") == true, "\(refusal)")
                #expect(refusal.text("detail")?.contains(reason) == true, "\(refusal)")
            }
            let cycle = try await world.get(serve, "settings", as: .view)
            #expect(cycle.integer("cycles", "daily", "retention_days") == nil)
            #expect(cycle.flag("cycles", "daily", "takes_retention_days") == false)
            #expect(cycle.flag("cycles", "daily", "takes_batch_size") == false)
            #expect(await serve.terminate().code == 0)
        }
    }

    /// Items go in batches where there is a pause between them, unless the file's own batches are smaller.
    @Test(arguments: [("pause: 10ms", true), ("batch: 2000, pause: 10ms", true), ("batch: 500, pause: 10ms", false)])
    func aBatchSizeIsTakenWhereItHolds(pace: String, isTaken: Bool) async throws {
        let world = try CallWorld.make(old: "30d }\n    pace: { \(pace)")
        try await withServe(world.cleanupd) { serve in
            let set = #"{"cycles":{"daily":{"batch_size":1000}}}"#
            let answer = try await world.call(serve, "PUT", "settings", set, expecting: isTaken ? 200 : 400)
            #expect(answer.integer("cycles", "daily", "batch_size") == (isTaken ? 1_000 : nil))
            let settings = try await world.get(serve, "settings", as: .view)
            #expect(settings.flag("cycles", "daily", "takes_batch_size") == isTaken)
            #expect(await serve.terminate().code == 0)
        }
    }

    /// Two reasons for which a cycle that is enabled does not fire; who reads that must know which one it is.
    @Test func aCycleThatDoesNotFireSaysWhy() async throws {
        let world = try CallWorld.make()
        let file = world.folder.file("cleanup.yaml")
        let text = try String(contentsOfFile: file, encoding: .utf8)
            .replacing(
                "cycles:\n",
                with: """
                    cycles:
                      skipped: { schedule: "0 3 * * *", skip_when_env: "CLEANUPD_STANDS_STILL=1", tasks: [logs] }
                      ruled: { schedule: "0 3 * * *", tasks: [logs], settings: { in: app, table: rules, columns: { enabled: is_on } } }

                    """
            )
            .replacing(
                "connections:\n",
                with: "connections:\n  app: { url: \"sqlite:\(world.folder.file("app.db"))\" }\n"
            )
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        try Data("this is no database, and long enough to be read as one".utf8)
            .write(to: URL(fileURLWithPath: world.folder.file("app.db")))
        var cleanupd = world.cleanupd
        cleanupd.environment["CLEANUPD_STANDS_STILL"] = "1"
        try await withServe(cleanupd) { serve in
            let settings = try await world.get(serve, "settings", as: .view)
            let skipped = try #require(settings.text("cycles", "skipped", "skipped"))
            #expect(skipped.contains("CLEANUPD_STANDS_STILL=1") && !skipped.contains("cannot be read"), "\(skipped)")
            let ruled = try #require(settings.text("cycles", "ruled", "skipped"))
            #expect(ruled.contains("rules cannot be read") && !ruled.contains("skip_when_env"), "\(ruled)")
            #expect(settings.text("cycles", "daily", "skipped") == nil)
            #expect(await serve.terminate().code == 0)
        }
    }

    @Test func aRetentionInDaysHoldsForTheTasksThatAskForIt() async throws {
        let world = try CallWorld.make(old: "{ setting: retention_days, default: 30d }")
        try await withServe(world.cleanupd) { serve in
            let set = #"{"cycles":{"daily":{"retention_days":43}}}"#
            let settings = try await world.call(serve, "PUT", "settings", set)
            #expect(settings.integer("cycles", "daily", "retention_days") == 43)
            let run = try await world.call(serve, "POST", "run?wait=true", as: .operate, #"{"tasks":["logs"]}"#)
            #expect(run.integer("tasks", "logs", "remove") == 3)
            #expect(await serve.terminate().code == 0)
        }
    }

    /// Half of a change must not be stored because the other half is refused.
    @Test func aChangeIsTakenWholeOrNotAtAll() async throws {
        let world = try CallWorld.make()
        try await withServe(world.cleanupd) { serve in
            let change = #"{"dry_run":true,"tasks":{"logs":{"older_than":"never"}}}"#
            try await world.call(serve, "PUT", "settings", change, expecting: 400)
            #expect(try await world.get(serve, "settings", as: .view).flag("dry_run") == false)
            #expect(await serve.terminate().code == 0)
        }
    }

    @Test func aStoppedSchedulerFiresNothingUntilItIsStarted() async throws {
        let world = try CallWorld.make(rest: RunCallTests.slowTask(""))
        try await withServe(world.cleanupd) { serve in
            let stopped = try await world.call(serve, "POST", "schedule/stop", as: .operate)
            #expect(stopped.flag("running") == false)
            #expect(stopped.list("cycles").first?["next"] as? [String] == [])
            try await world.call(serve, "PUT", "settings", #"{"cycles":{"daily":{"schedule":"* * * * *"}}}"#)
            #expect(await serve.terminate().code == 0)
        }
        try await withServe(world.cleanupd) { serve in
            let schedule = try await world.get(serve, "schedule", as: .view)
            #expect(schedule.flag("running") == false)
            #expect(schedule.list("cycles").first?.text("schedule") == "* * * * *")
            let started = try await world.call(serve, "POST", "schedule/start", as: .operate)
            #expect((started.list("cycles").first?["next"] as? [String])?.isEmpty == false)
            try await serve.waitFor("cleanup_job_complete")
            #expect(try world.names("logs").count == 4)
            #expect(await serve.terminate().code == 0)
        }
    }

    /// The queue pauses itself where its own notes are unreadable, and nothing else would tell it to go on.
    @Test func aQueueThatHasPausedItselfGoesOnOnceTheSchedulerIsStarted() async throws {
        let world = try CallWorld.make(rest: RunCallTests.slowTask(""))
        let state = URL(fileURLWithPath: world.folder.file("state/cleanup.db"))
        try await withServe(world.cleanupd) { serve in
            try await world.call(serve, "POST", "schedule/stop", as: .operate)
            let schedule = #"{"cycles":{"daily":{"schedule":"* * * * *"}}}"#
            try await world.call(serve, "PUT", "settings", schedule)
            #expect(await serve.terminate().code == 0)
        }
        try await Command.sqlite3(state, "INSERT OR REPLACE INTO job VALUES ('', '{')")
        try await withServe(world.cleanupd) { serve in
            #expect(try await world.get(serve, "jobs", as: .view).flag("paused") == true)
            #expect(try world.names("logs").count == 10)
            try await world.call(serve, "POST", "schedule/start", as: .operate)
            #expect(try await world.get(serve, "jobs", as: .view).flag("paused") == false)
            try await serve.waitFor("cleanup_job_complete")
            #expect(try world.names("logs").count == 4)
            #expect(await serve.terminate().code == 0)
        }
    }
}
