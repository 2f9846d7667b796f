import Retention
import Stores
import Support
import Testing

@Suite("References: answers that shrink")
struct ReferenceBaselineTests {
    private let world: ReferencesWorld

    init() throws {
        world = try ReferencesWorld(["a", "b"])
    }

    /// The guard that refuses a scan in which the source names `count` files after `last`; `nil` = none.
    private func trip(
        _ count: Int,
        after last: Int?,
        rules: ReferenceRules = ReferenceRules(isOrphan: true),
        isForced: Bool = false
    ) throws -> Guard? {
        var store = world.store(
            [.naming((0..<count).map { "f\($0)" })],
            rules: rules,
            last: ReferenceBaseline(counts: last.map { ["r": $0] } ?? [:])
        )
        if isForced { store = store.forced() }
        do {
            _ = try world.holds(store)
            return nil
        } catch let error as StoreError {
            #expect(error.code == .denied)
            return error.guardName
        }
    }

    @Test func nothingIsRefusedUnlessItIsAllowed() throws {
        let allowing = ReferenceRules(isOrphan: true, allowEmpty: true)
        #expect(try trip(0, after: nil) == .references)
        #expect(try trip(0, after: nil, isForced: true) == .references)
        #expect(try trip(0, after: nil, rules: allowing) == nil)
        #expect(try trip(0, after: 0, rules: allowing) == nil)
        #expect(try trip(0, after: 10, rules: allowing) == .references)
        #expect(try trip(0, after: 10, rules: ReferenceRules(isOrphan: true, allowEmpty: true, minRatio: 0)) == nil)
        #expect(try trip(0, after: 10, rules: ReferenceRules(isOrphan: true, minRatio: 0)) == .references)
    }

    @Test func lessThanHalfOfTheLastGoodAnswerIsRefused() throws {
        #expect(try trip(5, after: 10) == nil)
        #expect(try trip(4, after: 10) == .references)
        #expect(try trip(5, after: 11) == .references)
        #expect(try trip(1, after: nil) == nil)
        #expect(try trip(500, after: 10) == nil)
    }

    @Test func theRatioCanBeChosenAndARunByHandPassesIt() throws {
        let strict = ReferenceRules(isOrphan: true, minRatio: 0.9)
        #expect(try trip(8, after: 10, rules: strict) == .references)
        #expect(try trip(9, after: 10, rules: strict) == nil)
        #expect(try trip(1, after: 10, rules: ReferenceRules(isOrphan: true, minRatio: 0)) == nil)
        #expect(try trip(1, after: 10, isForced: true) == nil)
    }

    @Test func whatOnlyProtectsMayBeEmptyAndMayShrink() throws {
        let protecting = ReferenceRules(isOrphan: false)
        #expect(try trip(0, after: 1000, rules: protecting) == nil)
        #expect(try trip(1, after: 1000, rules: protecting) == nil)
    }

    @Test func eachSourceHasItsOwnBaseline() throws {
        let references = [Reference.naming(["a", "b", "b/", "./a"], id: "one"), .naming(["c"], id: "two")]
        func scan(_ last: [String: Int]) throws -> ReferencedSource {
            let source = try world.store(references, isOrphan: true, last: ReferenceBaseline(counts: last))
                .openReferencedSource(asOf: noon)
            #expect(source.baseline == nil)
            _ = try source.scan(workers: 1, isCancelled: { false }) { _ in }
            return source
        }
        // Different paths count, not values.
        #expect(
            try scan(["one": 3, "two": 2, "gone": 1000]).baseline == ReferenceBaseline(counts: ["one": 2, "two": 1])
        )
        #expect(throws: StoreError.self) { _ = try scan(["two": 3]) }
    }

    @Test func aRefusedScanHasNoBaselineToKeep() throws {
        let source = try world.store([.naming(["a"])], isOrphan: true, last: ReferenceBaseline(counts: ["r": 10]))
            .openReferencedSource(asOf: noon)
        #expect(throws: StoreError.self) { _ = try source.scan(workers: 1, isCancelled: { false }) { _ in } }
        #expect(source.baseline == nil)
    }

    @Test func theDeletingSideIsGuardedAsWell() throws {
        let answers = Answers([["x1", "x2", "x3", "x4"], ["x1"]])
        let store = world.store(
            [Reference(id: "r", label: "main") { _ in answers.next() }],
            isOrphan: true,
            last: ReferenceBaseline(counts: ["r": 4])
        )
        let error = #expect(throws: StoreError.self) { try world.clean(store) }
        #expect(error?.guardName == .references)
        #expect(try world.left == ["a", "b"])
    }
}
