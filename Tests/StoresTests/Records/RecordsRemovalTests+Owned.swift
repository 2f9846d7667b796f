import Foundation
import Retention
import Support
import Synchronization
import Testing

@testable import Stores

/// What records own goes before them, and only with them.
extension RecordsRemovalTests {
    /// Its writer renames a new file into place while what other records own is being removed, which may take hours.
    @Test func whatIsRenewedWhileOthersGoKeepsWhatItOwns() throws {
        let world = try Self.world(Self.entry("a", "\"key\":\"1\""), Self.entry("b", "\"key\":\"2\""))
        let renewed = "{\(Self.entry("a", "\"key\":\"1\"")),\"b\":{\"t\":\"\(RecordsWorld.ago(0))\",\"key\":\"2\"}}"
        let (results, removed) = try Self.act(world, renewed, after: "1")
        #expect(results["a"]?.outcome == .deleted && results["a"]?.owned == ["objects": 1])
        #expect(results["b"]?.outcome == .changed)
        #expect(removed == ["1"], "what is gone is not asked for again")
        #expect(try world.text.contains("\"b\"") && !world.text.contains("\"a\""))
    }

    @Test func whatIsRenewedWhileItsOwnThingsGoKeepsTheRest() throws {
        let world = try Self.world(Self.entry("a", "\"key\":[\"1\",\"2\"]"))
        let renewed = "{\"a\":{\"t\":\"\(RecordsWorld.ago(0))\",\"key\":[\"1\",\"2\"]}}"
        let (results, removed) = try Self.act(world, renewed, after: "1")
        #expect(results["a"]?.outcome == .changed && results["a"]?.owned == ["objects": 1])
        #expect(removed == ["1"])
        #expect(try world.text == renewed)
    }

    /// However often the file is another one: each try goes on where the one before it ended.
    @Test func fileThatIsReplacedAllTheTimeLosesItsRecordsInTheEnd() throws {
        let names = (0..<50).map { "k\($0)" }
        let entries =
            [Self.entry("bad", "\"key\":\"x\"")] + names.map { Self.entry($0, "\"key\":[\"\($0)-1\",\"\($0)-2\"]") }
        let world = try RecordsWorld("{\(entries.joined(separator: ","))}")
        let (results, removed) = try Self.act(world, try world.text, after: nil)
        #expect(names.allSatisfy { results[$0]?.outcome == .deleted && results[$0]?.owned == ["objects": 2] })
        #expect(results["bad"]?.outcome == .failed)
        #expect(removed.count == 101 && Set(removed).count == 101)
        #expect(try world.text == "{\(Self.entry("bad", "\"key\":\"x\""))}")
    }

    /// Removes all records; a new file is put in place as soon as an object is gone, or as soon as any is.
    /// - Returns: what became of them, and the objects that were to go, in their order.
    private static func act(
        _ world: RecordsWorld,
        _ renewed: String,
        after last: String?
    ) throws -> (results: [String: ItemResult], removed: [String]) {
        let removed = Mutex<[String]>([])
        let owned = RecordsOwned(field: "key", resource: "objects") { _ in
            { name, _ in
                removed.withLock { $0.append(name) }
                if name == "x" { return ItemResult(.failed, failure: .io) }
                do {
                    guard last == nil || name == last else { return ItemResult(.deleted) }
                    try Data(renewed.utf8).write(to: URL(fileURLWithPath: world.file), options: .atomic)
                    return ItemResult(.deleted)
                } catch {
                    return ItemResult(.failed, failure: .io, detail: "\(error)")
                }
            }
        }
        let store = world.store(specification, owned: [owned])
        let results = try world.act(try world.plan(store, policy), store)
        return (results, removed.withLock(\.self))
    }

    @Test func whatFailedBeforeTheFileWasAnotherOneHasFailedWhenTheRunEnds() throws {
        let world = try Self.world(Self.entry("bad", "\"key\":\"x\""), Self.entry("a", "\"key\":\"1\""))
        let text = try world.text
        let isCancelled = Mutex(false)
        let owned = RecordsOwned(field: "key", resource: "objects") { _ in
            { name, _ in
                do {
                    if name == "x" { return ItemResult(.failed, failure: .io) }
                    try Data(text.utf8).write(to: URL(fileURLWithPath: world.file), options: .atomic)
                    isCancelled.withLock { $0 = true }
                    return ItemResult(.deleted)
                } catch {
                    return ItemResult(.failed, failure: .io, detail: "\(error)")
                }
            }
        }
        let store = world.store(Self.specification, owned: [owned])
        let plan = try world.plan(store, Self.policy)
        let results = try store.openRemover(run: "r", fence: nil)
            .act(on: plan.blocks[0], isCancelled: { isCancelled.withLock(\.self) })
        #expect(results.map(\.outcome) == [.failed, .notTried])
        #expect(results[1].owned == ["objects": 1])
        #expect(try world.text == text)
    }

    @Test func whereOneFieldDoesNotTellWhatARecordOwnsNothingOfItGoes() throws {
        let world = try Self.world(Self.entry("a", "\"key\":\"1\",\"other\":{\"x\":1}"))
        let removed = Mutex(0)
        let owned = ["key", "other"].map { field in
            RecordsOwned(field: field, resource: "objects") { _ in
                { _, _ in
                    removed.withLock { $0 += 1 }
                    return ItemResult(.deleted)
                }
            }
        }
        let store = world.store(Self.specification, owned: owned)
        let result = try world.act(try world.plan(store, Self.policy), store)["a"]
        #expect(result?.outcome == .failed && result?.detail == "its other does not tell what it owns; it stays")
        #expect(removed.withLock(\.self) == 0)
    }
}
