import Clients
import Retention
import Support
import Testing

@testable import Stores

@Suite("Objects: tags")
struct ObjectsTagTests {
    @Test func tagsDecideWhereTheServerHasThem() async throws {
        try await ObjectsWorld.with(.seaweed) { world in
            try await world.client.put(key: "plain", body: [1])
            try await world.client.put(key: "temporary", body: [1], tags: ["class": "temporary"])
            try await world.client.put(key: "held", body: [1], tags: ["class": "temporary", "hold": "legal"])
            try await world.client.put(key: "other", body: [1], tags: ["class": "report"])
            func plan(_ tags: [String: String], keep: [String: String] = [:]) async throws -> StorePlan {
                try await world.plan(ObjectsSpecification(tags: tags, keepTags: keep), try .older(than: "30d"))
            }
            #expect(try await plan(["class": "temporary"]).names(.remove) == ["held", "temporary"])
            #expect(try await plan(["class": "*"]).names(.remove) == ["held", "other", "temporary"])
            #expect(try await plan(["class": "temporary", "hold": "*"]).names(.remove) == ["held"])
            #expect(try await plan(["class": "nothing"]).tally.examined == 0)
            let keeping = try await plan([:], keep: ["hold": "*", "class": "report"])
            #expect(keeping.names(.remove) == ["plain", "temporary"])
            #expect(keeping.reason("held") == "kept: has the tag hold=legal")
        }
    }

    @Test func tagsThatChangeAfterThePlanKeep() async throws {
        try await ObjectsWorld.with(.seaweed) { world in
            let specification = ObjectsSpecification(keepTags: ["hold": "*"])
            try await world.put(["a", "b"])
            let plan = try await world.plan(specification, try .older(than: "30d"))
            #expect(plan.names(.remove) == ["a", "b"])
            try await onThread { [bucket = world.bucket] in try bucket.setTag("hold", "legal", of: "b") }
            let results = try await world.act(plan, specification)
            #expect(results.keys(.deleted) == ["a"])
            #expect(results.keys(.changed) == ["b"])
            #expect(try await world.keys() == bytes(["b"]))
        }
    }

    @Test func aServerWithoutTagsIsRefusedWithASentence() async throws {
        try await ObjectsWorld.with(.swift) { world in
            try await world.put(["a"])
            // This one says of every object that it has none, so that it is found out before the first deletion.
            let specification = ObjectsSpecification(keepTags: ["hold": "*"])
            let plan = try await world.plan(specification, try .older(than: "30d"))
            let error = await #expect(throws: StoreError.self) { try await world.act(plan, specification) }
            #expect(error?.code == .denied)
            #expect(error?.message.contains("does not have tags") == true)
            #expect(try await world.keys() == bytes(["a"]))
        }
    }

    @Test func youngObjectsAreNotAskedForTheirTags() async throws {
        try await ObjectsWorld.with(.seaweed) { world in
            try await world.put(["a"])
            let age = try Age(parsing: "50d")
            // What must have a tag and has none is no candidate; a young one is not asked, and stays for its youth.
            let asked = ObjectsSpecification(tags: ["a": "b"])
            let spared = ObjectsSpecification(tags: ["a": "b"], olderThan: age)
            #expect(try await world.plan(asked, try .older(than: "50d")).tally.examined == 0)
            #expect(try await world.plan(spared, try .older(than: "50d")).tally.young == 1)
            // Should it be old by the clock of whoever decides, its tags are asked for before it goes.
            let early = try await world.plan(spared, try .older(than: "1d"))
            #expect(early.names(.remove) == ["a"])
            #expect(try await world.act(early, spared).map(\.result.outcome) == [.changed])
        }
    }
}

extension S3TestBucket {
    /// Blocking.
    func setTag(_ tag: String, _ value: String, of key: String) throws {
        let text = "<Tagging><TagSet><Tag><Key>\(tag)</Key><Value>\(value)</Value></Tag></TagSet></Tagging>"
        let answer = try server.wire.send("PUT", "/\(name)/\(key)", query: [("tagging", "")], body: .init(text.utf8))
        guard answer.status == 200 else { throw SupportError("\(answer.status): \(answer.text)") }
    }
}
