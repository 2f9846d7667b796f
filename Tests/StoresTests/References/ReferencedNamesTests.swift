import Foundation
import Retention
import Stores
import Support
import Synchronization
import Testing

/// Items that are no files: named by what they are called, in one of several ways.
@Suite("References: names that are no paths")
struct ReferencedNamesTests {
    private static let items = ["a/b", "a/b/c", "/a", "a//b", "../a", "0123456789abcdef", ""]

    private static func held(
        _ values: [String],
        names: @escaping ReferenceNames = { [$0.path(of: $1)] },
        mustMeet: Bool = false,
        allowEmpty: Bool = false,
        items: [String] = items
    ) throws -> Set<String> {
        var rules = ReferenceRules(isOrphan: true, allowEmpty: allowEmpty)
        rules.mustMeet = mustMeet
        let store = ReferencedStore(
            base: NamedStore(names: items),
            references: [.naming(values)],
            root: nil,
            names: names,
            rules: rules,
            makeSpool: { MemorySpool() }
        )
        let found = Mutex<Set<String>>([])
        _ = try store.openSource().scan(workers: 1, isCancelled: { false }) { block in
            for item in block.items where item.hold != 0 {
                let name = String(decoding: block.name(of: item), as: UTF8.self)
                found.withLock { _ = $0.insert(name) }
            }
        }
        return found.withLock { $0 }
    }

    @Test func aNameMeansWhatItSays() throws {
        for name in Self.items where !name.isEmpty { #expect(try Self.held([name]) == [name]) }
        #expect(try Self.held(["a", "b", "a/", "./a/b", "A/B"]).isEmpty)
    }

    @Test func answersThatNameNothingOfAWholeListingAreRefused() throws {
        let error = #expect(throws: StoreError.self) { try Self.held(["s3://bucket/a/b"], mustMeet: true) }
        #expect(error?.guardName == .references)
        #expect(error?.message.contains("name 1 things, and none of the 7 items") == true)
        #expect(try Self.held(["s3://bucket/a/b", "a/b"], mustMeet: true) == ["a/b"])
        #expect(try Self.held(["s3://bucket/a/b"], mustMeet: true, allowEmpty: true).isEmpty)
    }

    @Test func ofAnEmptyListingNobodyIsAsked() throws {
        #expect(try Self.held([], items: []).isEmpty)
        #expect(throws: StoreError.self) { try Self.held([]) }
    }

    @Test func anItemMayHaveSeveralNamesOrNone() throws {
        let prefixed: ReferenceNames = { [Array($0.name(of: $1)), Array($0.name(of: $1).prefix(12))] }
        #expect(try Self.held(["0123456789ab"], names: prefixed) == ["0123456789abcdef"])
        #expect(try Self.held(["0123456789abcdef"], names: prefixed) == ["0123456789abcdef"])
        #expect(try Self.held(["0123456789a"], names: prefixed).isEmpty)
        #expect(try Self.held(["a/b"], names: { _, _ in [] }).isEmpty)
    }

    @Test func ofAListOnlyTheVeryNameGoes() throws {
        let store = ListedStore(
            base: NamedStore(names: Self.items),
            lists: [.naming(["a"]), .naming(["0123456789ab", "a/b"])],
            root: nil,
            aliases: [],
            names: { [Array($0.name(of: $1)), Array($0.name(of: $1).prefix(12))] }
        )
        let free = Mutex<Set<String>>([])
        _ = try store.openSource().scan(workers: 1, isCancelled: { false }) { block in
            for item in block.items where item.hold == 0 {
                let name = String(decoding: block.name(of: item), as: UTF8.self)
                free.withLock { _ = $0.insert(name) }
            }
        }
        #expect(free.withLock { $0 } == ["a/b", "0123456789abcdef"])
    }

    @Test func aSourceThatSwallowsTheRefusalOfAValueIsRefusedAllTheSame() throws {
        let world = try ReferencesWorld(["a"])
        let wrapping = Reference(id: "w", label: "wrapped") { _, name in
            do {
                try name("/elsewhere/x")
            } catch {
                throw SupportError("connection closed")
            }
        }
        let error = #expect(throws: StoreError.self) { try world.holds(world.store([wrapping])) }
        #expect(error?.code == .denied)
        #expect(error?.message.contains("/elsewhere/x") == true)
    }

    @Test func aFailureAfterSomeNamesFailsTheTask() throws {
        let world = try ReferencesWorld(["a", "b"])
        let broken = Reference(id: "b", label: "broken") { _, name in
            try name("a")
            throw SupportError("connection lost")
        }
        for isOrphan in [true, false] {
            let error = #expect(throws: StoreError.self) { try world.holds(world.store([broken], isOrphan: isOrphan)) }
            #expect(error?.code == .unreadable)
        }
    }
}

/// Items of these names, which nobody can remove.
private struct NamedStore: MutableStore {
    let names: [String]

    private struct Listing: Source, Remover {
        let names: [String]

        func scan(
            workers: Int,
            isCancelled: @Sendable () -> Bool,
            emit: @Sendable (inout ItemBlock) throws -> Void
        ) throws -> ScanSummary {
            var block = ItemBlock()
            for name in names { block.append(name, kind: .other, time: Instant(nanoseconds: 0)) }
            try emit(&block)
            return ScanSummary(examined: names.count)
        }

        func confirm(_ block: inout ItemBlock) -> Int { 0 }
        func presence(of block: ItemBlock) -> [Presence] { block.items.map { _ in .unknown } }
        func act(on block: ItemBlock, isCancelled: @Sendable () -> Bool) -> [ItemResult] {
            block.items.map { _ in ItemResult(.notTried) }
        }
    }

    func openSource(asOf _: Instant) throws -> any Source { Listing(names: names) }
    func openRemover(
        run: String,
        asOf _: Instant,
        fence: Fence?,
        isCancelled: @Sendable () -> Bool
    ) throws -> any Remover {
        Listing(names: names)
    }
    func sweep(before instant: Instant) throws -> SweepReport { SweepReport() }
}
