import Clients
import Foundation
import Retention
import Support
import Testing

@testable import Stores

@Suite("Objects: the same on every server")
struct ObjectsStoreTests {
    private static let old = Result { try Policy.older(than: "30d") }

    @Test(arguments: S3TestServer.Kind.allCases)
    func whatIsOldGoesAndOthersStay(_ kind: S3TestServer.Kind) async throws {
        try await ObjectsWorld.with(kind) { world in
            try await world.put(["p/a.log", "p/deep/b.log", "p/c.txt", "p/keep.log", "q/d.log"], body: "four")
            let specification = ObjectsSpecification(prefix: "p/", match: ["*.log"], keepMatch: ["p/keep.*"])
            let plan = try await world.plan(specification, try Self.old.get())
            #expect(plan.names(.remove) == ["p/a.log", "p/deep/b.log"])
            #expect(plan.reason("p/keep.log") == "kept: matches p/keep.*")
            #expect(plan.summary.examined == 3)
            #expect(plan.tally.removeBytes == 8)
            let results = try await world.act(plan, specification)
            #expect(results.count(.deleted) == 2)
            #expect(results.freedBytes == 8)
            #expect(try await world.keys() == bytes(["p/c.txt", "p/keep.log", "q/d.log"]))
            // All that could be old is 40 days old.
            #expect(try await world.plan(ObjectsSpecification(), try .older(than: "41d")).tally.remove == 0)
        }
    }

    @Test(arguments: S3TestServer.Kind.allCases)
    func whatWasWrittenAgainSinceThePlanStays(_ kind: S3TestServer.Kind) async throws {
        try await ObjectsWorld.with(kind) { world in
            let keys = (0..<40).map { "k/\($0)" }
            try await world.put(keys)
            let plan = try await world.plan(ObjectsSpecification(), try Self.old.get())
            let before = try await world.objects()
            try await world.put(["k/1", "k/2"], body: "new")
            // The same content: the ETag stays, and only the time tells.
            let same = try await eventually(seconds: 10) {
                try await world.put(["k/3"])
                let now = try await world.objects(prefix: "k/3").first { $0.key == "k/3" }
                return now?.modified != before.first { $0.key == "k/3" }?.modified ? now : nil
            }
            #expect(same != nil)
            _ = try await world.client.delete(S3Deletion(key: "k/4"))
            let results = try await world.act(plan, ObjectsSpecification())
            #expect(results.keys(.changed) == ["k/1", "k/2", "k/3"])
            #expect(results.keys(.gone) == ["k/4"])
            #expect(results.count(.deleted) == 36)
            #expect(try await world.keys() == bytes(["k/1", "k/2", "k/3"]))
            let again = try await world.act(plan, ObjectsSpecification())
            #expect(again.count(.gone) == 37)
            #expect(again.freedBytes == 0)
        }
    }

    /// All of ASCII but the backslash, which SeaweedFS takes for a slash, each alone among others; and what servers mistake for something else.
    private static let oddKeys: [String] =
        (UInt8(0x20)..<0x7f).filter { $0 != UInt8(ascii: "\\") }.map { "a\(Character(Unicode.Scalar($0)))b" }
        + ["a b", "a+b", "a%20b", "a%2Fb", "%", "é", "e\u{301}", "日本/語", "🧹", "👩‍👩‍👧", "\u{10ffff}", "tab\tnew\nline"]
        + ["a/b/c", "?x=1&y=2", "#hash", "&amp;<tag>", "]]>", "'\"", "\u{a0}\u{2028}", ".hidden", "~tilde", "+", "*"]

    @Test(arguments: S3TestServer.Kind.allCases)
    func everyKeyOfManyPagesIsListedOnceAndRemovedAsItIs(_ kind: S3TestServer.Kind) async throws {
        try await ObjectsWorld.with(kind) { world in
            // OpenStack Swift takes minutes for pages; that it gives them right is shown with the client.
            let keys = Self.oddKeys + (kind == .swift ? [] : (0..<2500).map { "p/\($0)" })
            try await world.put(keys)
            let plan = try await world.plan(ObjectsSpecification(), try Self.old.get())
            let planned = plan.blocks.flatMap { block in block.items.map { Array(block.name(of: $0)) } }
            #expect(planned.count == Set(planned).count)
            let difference = bytes(keys).symmetricDifference(planned)
            #expect(difference.isEmpty, "\(difference.map { String(decoding: $0, as: UTF8.self) })")
            let results = try await world.act(plan, ObjectsSpecification())
            #expect(results.count(.deleted) == bytes(keys).count, "\(results.filter { $0.result.outcome != .deleted })")
            #expect(try await world.keys().isEmpty)
        }
    }

    @Test(arguments: S3TestServer.Kind.allCases)
    func theNewestOfEachGroupStay(_ kind: S3TestServer.Kind) async throws {
        try await ObjectsWorld.with(kind) { world in
            for key in ["db/a/1", "db/a/2", "db/b/1", "top"] { try await world.put([key]) }
            let policy = Policy(keep: Policy.Keep(counts: Policy.Counts(last: 1)))
            for (groupBy, groups) in [
                (PathGrouping.directory, ["db/a", "db/a", "db/b", ""]),
                (.component(1), ["db", "db", "db", "top"]), (.component(2), ["a", "a", "b", ""]),
            ] {
                let specification = ObjectsSpecification(groupBy: groupBy, countsObjects: true)
                let plan = try await world.plan(specification, policy)
                let found = plan.blocks.flatMap { block in block.items.map { block.group(of: $0) } }
                #expect(found.sorted() == groups.sorted())
                #expect(plan.tally.keep == Set(groups).count)
            }
        }
    }

    /// As a run that died while it asked the server leaves one behind.
    @Test(arguments: S3TestServer.Kind.allCases, ["db-", "db/"])
    func aProbeThatWasLeftIsNoneOfTheNewest(_ kind: S3TestServer.Kind, _ prefix: String) async throws {
        try await ObjectsWorld.with(kind) { world in
            let probe = prefix + ".cleanupd-probe-0f8fad5b-d9cb-469f-a165-70867728950e"
            try await world.put((1...4).map { "\(prefix)\($0)" })
            try await world.put([probe])
            let specification = ObjectsSpecification(prefix: prefix, countsObjects: true)
            let policy = Policy(
                remove: Policy.Remove(olderThan: try Age(parsing: "1d")),
                keep: Policy.Keep(counts: Policy.Counts(last: 3))
            )
            let plan = try await world.plan(specification, policy)
            #expect(plan.blocks.flatMap(\.items).count == 4)
            #expect(try await world.act(plan, specification).count(.deleted) == 1)
            let left = try await world.keys()
            #expect(left.count == 4 && left.contains(Array(probe.utf8)))
        }
    }

    @Test(arguments: S3TestServer.Kind.allCases)
    func onlyWhatNothingRefersToGoes(_ kind: S3TestServer.Kind) async throws {
        try await ObjectsWorld.with(kind) { world in
            let keys = (0..<20).map { "bundles/\($0)" }
            try await world.put(keys)
            let answers = Answers([Array(keys.prefix(15)), Array(keys.prefix(15)) + ["bundles/19"]])
            func store(_ last: Int? = nil, _ answer: @escaping @Sendable () -> [String]) -> ReferencedStore {
                ReferencedStore(
                    base: world.store(ObjectsSpecification(prefix: "bundles/")),
                    references: [Reference(id: "r", label: "main") { _ in answer() }],
                    root: nil,
                    rules: ReferenceRules(isOrphan: true),
                    lastAnswers: { ReferenceBaseline(counts: last.map { ["r": $0] } ?? [:]) },
                    makeSpool: { MemorySpool() }
                )
            }
            let orphans = store { answers.next() }
            let plan = try await world.plan(orphans, try Self.old.get())
            #expect(plan.names(.remove) == keys.suffix(5).sorted())
            #expect(plan.reason("bundles/3") == "referenced by main")
            // Nothing, or far less than last time: refused.
            for refused in [store { [] }, store(41) { keys }] {
                let error = await #expect(throws: StoreError.self) { try await world.plan(refused, try Self.old.get()) }
                #expect(error?.guardName == .references)
            }
            // One of them has come to be named since the plan.
            let results = try await world.act(plan, orphans)
            #expect(results.keys(.deleted) == ["bundles/15", "bundles/16", "bundles/17", "bundles/18"])
            #expect(try await world.keys() == bytes(keys.prefix(15) + ["bundles/19"]))
        }
    }

    @Test(.tags(.f17), arguments: S3TestServer.Kind.allCases)
    func aLookWritesNothing(_ kind: S3TestServer.Kind) async throws {
        try await ObjectsWorld.with(kind, isVersioned: true) { world in
            try await world.put(["a", "b"])
            let before = try await world.versions()
            for versions in [ObjectsSpecification.Versions.current, .noncurrent, .all] {
                _ = try await world.plan(ObjectsSpecification(versions: versions), try Self.old.get())
            }
            #expect(try await world.versions() == before)
        }
    }

    @Test(arguments: S3TestServer.Kind.allCases)
    func whereSomethingIsAfterARunThatDied(_ kind: S3TestServer.Kind) async throws {
        try await ObjectsWorld.with(kind) { world in
            try await world.put(["a", "b", "c"])
            let plan = try await world.plan(ObjectsSpecification(), try Self.old.get())
            _ = try await world.client.delete(S3Deletion(key: "b"))
            try await world.put(["c"], body: "new")
            let presences = try await onThread {
                try world.store(ObjectsSpecification()).openSource().presence(of: plan.blocks[0])
            }
            let names = plan.blocks[0].items.map { String(decoding: plan.blocks[0].name(of: $0), as: UTF8.self) }
            #expect(
                Dictionary(uniqueKeysWithValues: zip(names, presences)) == [
                    "a": .unchanged, "b": .absent, "c": .changed,
                ]
            )
        }
    }
}
