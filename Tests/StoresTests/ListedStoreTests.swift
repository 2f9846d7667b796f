import Retention
import Stores
import Support
import Synchronization
import Testing

/// Of a listed store only what a query names may go.
@Suite struct ListedStoreTests {
    private func store(_ world: World, aliases: [String] = [], _ values: @escaping @Sendable () throws -> [String])
        -> ListedStore
    {
        ListedStore(
            base: FilesStore(rootPath: world.root, specification: FilesSpecification(type: .any, depth: 1)),
            lists: [Reference(id: "q", label: "the query q") { _ in try values() }],
            root: world.root,
            aliases: aliases
        )
    }

    private func plan(_ store: ListedStore) throws -> [String: Bool] {
        let found = Mutex<[String: Bool]>([:])
        _ = try store.openSource().scan(workers: 1, isCancelled: { false }) { block in
            for item in block.items {
                found.withLock { $0[DisplayName.exact(block.path(of: item))] = item.hold == 0 }
            }
        }
        return found.withLock { $0 }
    }

    private func makeWorld(_ world: World) throws {
        for name in ["a", "b", "c"] {
            try world.makeDirectory("root/\(name)/inner")
            try world.makeFile("root/\(name)/inner/file")
        }
    }

    @Test func onlyWhatTheQueryNamesMayGo() throws {
        try withWorld { world in
            try makeWorld(world)
            let root = world.root
            #expect(try plan(store(world) { ["a"] }) == ["a": true, "b": false, "c": false])
            #expect(try plan(store(world) { [root + "/b/"] }) == ["a": false, "b": true, "c": false])
            #expect(try plan(store(world, aliases: ["/data"]) { ["/data/c"] }) == ["a": false, "b": false, "c": true])
            #expect(try plan(store(world) { [] }) == ["a": false, "b": false, "c": false])
        }
    }

    @Test func namingWhatLiesInADirectoryDoesNotListTheDirectory() throws {
        try withWorld { world in
            try makeWorld(world)
            #expect(try plan(store(world) { ["a/inner", "b/inner/file"] }).values.allSatisfy { !$0 })
        }
    }

    @Test(arguments: ["/elsewhere/a", "../a", "a/../../b"])
    func pathOutsideFailsTheTask(_ path: String) throws {
        try withWorld { world in
            try makeWorld(world)
            let error = #expect(throws: StoreError.self) { try plan(store(world) { [path] }) }
            #expect(error?.code == .denied)
            #expect(error?.message.contains(path) == true)
        }
    }

    @Test func whatIsNoLongerListedStaysWhenTheRunActs() throws {
        try withWorld { world in
            try makeWorld(world)
            let listed = Mutex(["a", "b"])
            let store = store(world) { listed.withLock { $0 } }
            let blocks = Mutex<[ItemBlock]>([])
            _ = try store.openSource().scan(workers: 1, isCancelled: { false }) { block in
                for index in block.items.indices where block.items[index].hold == 0 {
                    block.items[index].verdict = .remove
                }
                let judged = block
                blocks.withLock { $0.append(judged) }
            }
            listed.withLock { $0 = ["a"] }
            let remover = try store.openRemover(run: "r", fence: nil)
            let results = blocks.withLock { $0 }.flatMap { block in
                remover.act(on: block, isCancelled: { false }).map(\.outcome)
            }
            #expect(results.count { $0 == .deleted } == 1)
            #expect(results.count { $0 == .changed } == 1)
            let left = Set(try world.snapshot().entries.keys.map { String(decoding: $0, as: UTF8.self) })
            #expect(!left.contains("root/a"))
            #expect(left.contains("root/b/inner/file"))
        }
    }
}
