import Foundation
import Support
import Testing

/// Sealed plans by calls: what the confirmation shows is what goes, and nothing else.
@Suite(.timeLimit(.minutes(5)))
struct PlanCallTests {
    @Test func exactlyWhatThePlanListsGoes() async throws {
        let world = try CallWorld.make()
        try await withServe(world.cleanupd) { serve in
            let plan = try await world.call(
                serve,
                "POST",
                "plans",
                as: .operate,
                #"{"tasks":["logs"]}"#,
                expecting: 201
            )
            let id = try #require(plan.text("id"))
            let task = try #require(plan.list("tasks").first)
            #expect(task.integer("remove") == 6)
            #expect(task.integer("bytes") == 6 * 4096)
            #expect(plan.text("created_by") == "t_operate")
            let run = try #require(task.text("run"))
            let items = try await world.get(serve, "runs/\(run)/items", as: .view).list("items")
            #expect(Set(items.compactMap { $0.text("item") }) == Set((0..<6).map { "logs/\($0).log" }))

            let waiting = try await world.get(serve, "runs?task=logs", as: .view).list("runs").first
            #expect(waiting?.text("state") == "sealed")
            // One changes, one appears, both due.
            try world.write("logs/0.log", days: 50, bytes: 7)
            try world.write("logs/new.log", days: 50)
            let applied = try await world.call(serve, "POST", "plans/\(id)/apply?wait=true", as: .operate)
            #expect(applied.integer("tasks", "logs", "deleted") == 5)
            #expect(applied.integer("tasks", "logs", "changed") == 1)
            let began = try #require(applied.text("tasks", "logs", "started_at"))
            #expect(
                began >= (applied.text("started_at") ?? "~")
                    && began <= (applied.text("tasks", "logs", "ended_at") ?? "")
            )
            #expect(try world.names("logs") == ["0.log", "6.log", "7.log", "8.log", "9.log", "new.log"])

            let again = try await world.call(serve, "POST", "plans/\(id)/apply?wait=true", as: .operate)
            #expect(again.text("outcome") == "failed")
            #expect(again.text("message")?.contains("applied already") == true)
            #expect(try await world.get(serve, "plans/\(id)", as: .operate).text("applied_by") == "t_operate")
            let call = try #require(applied.text("id"))
            #expect(try await world.get(serve, "runs/\(call)", as: .view).integer("tasks", "logs", "deleted") == 5)
            #expect(await serve.terminate().code == 0)
            let refused = try #require(again.text("id"))
            try await withServe(world.cleanupd) { serve in
                // The ledger knows whose the deletions are.
                let first = try await world.get(serve, "runs/\(call)", as: .view)
                #expect(first.text("outcome") == "success")
                #expect(first.integer("tasks", "logs", "deleted") == 5)
                let second = try await world.get(serve, "runs/\(refused)", as: .view)
                #expect(second.text("outcome") == "failed")
                #expect(second.text("message")?.contains("applied already") == true)
                #expect((second["tasks"] as? [String: Any])?.isEmpty == true)
                #expect(await serve.terminate().code == 0)
            }
        }
    }

    @Test func candidatesAreShownInPagesAndFound() async throws {
        let world = try CallWorld.make()
        try await withServe(world.cleanupd) { serve in
            let first = try await world.get(serve, "candidates?task=logs&limit=4", as: .view)
            #expect(first.integer("remove") == 6)
            #expect(first.integer("matching") == 6)
            #expect(first.text("policy")?.contains("30d") == true)
            let next = try #require(first.text("next"))
            let second = try await world.get(serve, "candidates?task=logs&limit=4&after=\(next)", as: .view)
            #expect(second.text("next") == nil)
            let names = (first.list("items") + second.list("items")).compactMap { $0.text("item") }
            #expect(Set(names) == Set((0..<6).map { "logs/\($0).log" }))
            #expect(first.list("items").allSatisfy { $0.text("reason")?.contains("30d") == true })

            let found = try await world.get(serve, "candidates?task=logs&search=3.LOG", as: .view)
            #expect(found.list("items").map { $0.text("item") } == ["logs/3.log"])
            let orphans = try await world.get(serve, "orphaned?task=logs", as: .view)
            #expect(orphans.integer("matching") == 0)
            _ = try await world.get(serve, "candidates?task=nope", as: .view, expecting: 404)
            #expect(try world.names("logs").count == 10)
            #expect(await serve.terminate().code == 0)
        }
    }

    /// Orphans are marked in what a run took, as they are among the candidates.
    @Test func theItemsOfARunTellThatTheyWereOrphans() async throws {
        let task = """
              uploads:
                files: { in: data, path: uploads }
                remove: { older_than: 1h, orphan: true }
                keep: { referenced_by: [{ in: app, query: "SELECT path FROM uploads" }] }
                limits: { max_percent: 100 }
            """
        let world = try CallWorld.make(rest: task)
        let file = world.folder.file("cleanup.yaml")
        let database = world.folder.file("app.db")
        try String(contentsOfFile: file, encoding: .utf8)
            .replacing("connections:\n", with: "connections:\n  app: { url: \"sqlite:\(database)\" }\n")
            .write(toFile: file, atomically: true, encoding: .utf8)
        let sql = "CREATE TABLE uploads (path TEXT); INSERT INTO uploads VALUES ('uploads/kept.bin')"
        try await Command.sqlite3(URL(fileURLWithPath: database), sql)
        try FileManager.default.createDirectory(
            atPath: world.folder.file("data/uploads"),
            withIntermediateDirectories: true
        )
        for name in ["kept", "lost"] { try world.write("uploads/\(name).bin", days: 3) }
        try await withServe(world.cleanupd) { serve in
            let body = #"{"tasks":["uploads","logs"],"dry_run":false}"#
            let run = try await world.call(serve, "POST", "run?wait=true", as: .operate, body)
            #expect(try world.names("uploads") == ["kept.bin"], "\(run)")
            let orphans = try await world.get(
                serve,
                "runs/\(run.text("tasks", "uploads", "id") ?? "")/items",
                as: .view
            )
            #expect(orphans.flag("orphans") == true)
            #expect(orphans.list("items").first?.text("item") == "uploads/lost.bin")
            let logs = try await world.get(serve, "runs/\(run.text("tasks", "logs", "id") ?? "")/items", as: .view)
            #expect(logs.flag("orphans") == false)
            // What the policy is by now says nothing of what it was then.
            let change = #"{"tasks":{"uploads":{"older_than":"2h"}}}"#
            try await world.call(serve, "PUT", "settings", change)
            let later = try await world.get(serve, "runs/\(run.text("tasks", "uploads", "id") ?? "")/items", as: .view)
            #expect(later.flag("orphans") == false)
            #expect(await serve.terminate().code == 0)
        }
    }

    /// A look is kept for a while, but not over a run of the task.
    @Test func candidatesAreLookedAtAnewAfterARun() async throws {
        let world = try CallWorld.make()
        try await withServe(world.cleanupd) { serve in
            let before = try await world.get(serve, "candidates?task=logs", as: .view)
            #expect(before.integer("remove") == 6)
            try world.write("logs/new.log", days: 40)
            let kept = try await world.get(serve, "candidates?task=logs", as: .view)
            #expect(kept.integer("remove") == 6)
            let body = #"{"tasks":["logs"],"dry_run":false}"#
            let run = try await world.call(serve, "POST", "run?wait=true", as: .operate, body)
            #expect(run.integer("tasks", "logs", "deleted") == 7)
            // The history is read anew after two seconds, the look by itself only after two minutes.
            let after = try await eventually(seconds: 60) {
                let found = try await world.get(serve, "candidates?task=logs", as: .view)
                return found.integer("remove") == 0 ? found : nil
            }
            #expect(after?.list("items").isEmpty == true)
            #expect(await serve.terminate().code == 0)
        }
    }

    /// What was only planned, and given up or left, is no run of the task.
    @Test func plansThatNobodyAppliedAreNoRuns() async throws {
        let world = try CallWorld.make(
            rest: RunCallTests.slowTask("").replacing("max_percent: 100", with: "max_items: 1")
        )
        for number in 0..<3 { try world.write("slow-\(number).tmp", days: 40) }
        try await withServe(world.cleanupd) { serve in
            let body = #"{"tasks":["logs"],"dry_run":false}"#
            let run = try await world.call(serve, "POST", "run?wait=true", as: .operate, body)
            let id = try #require(run.text("tasks", "logs", "id"))
            try world.write("logs/late.log", days: 50)
            let plan = try await world.call(
                serve,
                "POST",
                "plans",
                as: .operate,
                #"{"tasks":["logs"]}"#,
                expecting: 201
            )
            #expect(plan.list("tasks").first?.integer("remove") == 1)
            // The guard of one task refuses the plan of both.
            let both = #"{"tasks":["logs","slow"]}"#
            try await world.call(serve, "POST", "plans", as: .operate, both, expecting: 422)
            let history = try await world.get(serve, "runs?task=logs", as: .view).list("runs")
            #expect(history.map { $0.text("state") } == ["ended", "sealed", "ended"])
            #expect(history.first?.text("outcome") == "cancelled")

            let tasks = try await world.get(serve, "status", as: .view).list("tasks")
            let logs = tasks.first { $0.text("name") == "logs" }
            #expect(logs?.text("last_real_run", "id") == id)
            #expect(logs?.text("last_run", "id") == id)
            #expect(logs?.list("recent").count == 1)
            #expect(await serve.terminate().code == 0)
        }
    }

    /// A plan is good for a day; then it says so, and nobody is offered to carry it out.
    @Test func aPlanThatIsTooOldSaysSo() async throws {
        let world = try CallWorld.make()
        let id = try await withServe(world.cleanupd) { serve in
            let plan = try await world.call(
                serve,
                "POST",
                "plans",
                as: .operate,
                #"{"tasks":["logs"]}"#,
                expecting: 201
            )
            #expect(plan.flag("expired") == false)
            #expect(await serve.terminate().code == 0)
            return try #require(plan.text("id"))
        }
        try await withShiftedClock(seconds: 25 * 3_600) { clock in
            var later = world.cleanupd
            later.environment.merge(clock.environment) { $1 }
            try await withServe(later) { serve in
                #expect(try await world.get(serve, "plans/\(id)", as: .operate).flag("expired") == true)
                let page = try await serve.request("/cleanup/plans/\(id)", headers: world.token(.operate))
                #expect(page.body.contains("too old to be carried out") && !page.body.contains(#"id="confirm""#))
                #expect(try world.names("logs").count == 10)
                #expect(await serve.terminate().code == 0)
            }
        }
    }
}
