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
                #expect(second.text("outcome") == nil)
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
}
