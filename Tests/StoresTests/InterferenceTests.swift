import Clients
import Glibc
import Retention
import Stores
import Support
import Testing

/// Changes that come at a known instant, between the plan and the removal of an item, or in the middle of a removal.
@Suite struct InterferenceTests {
    /// What can become of a victim after it was planned.
    private enum Change: CaseIterable {
        case untouched, touched, appended, rewritten, replacedByTwin, replacedBySymlink, replacedByDirectory, linked,
            gone
    }

    private func make(_ change: Change, _ name: String, _ world: World) throws {
        let path = world.root + "/" + name
        switch change {
        case .untouched: break
        case .touched: try world.check(utimensat(AT_FDCWD, path, nil, 0), "utimensat")
        case .appended: try world.makeFile("root/" + name, bytes: 2, seconds: World.old)
        case .rewritten: try world.makeFile("root/" + name, bytes: 1, seconds: World.old)
        case .replacedByTwin:
            try world.makeFile("root/twin")
            try world.check(rename(world.root + "/twin", path), "rename")
        case .replacedBySymlink:
            try world.check(unlink(path), "unlink")
            try world.check(symlink(world.outside + "/canary", path), "symlink")
        case .replacedByDirectory:
            try world.check(unlink(path), "unlink")
            try world.check(mkdir(path, 0o755), "mkdir")
        case .linked: try world.check(link(path, world.outside + "/" + name), "link")
        case .gone: try world.check(unlink(path), "unlink")
        }
    }

    @Test(.tags(.f3)) func whatChangedAfterThePlanStaysInTwoThousandCases() throws {
        try withWorld { world in
            try world.makeFile("outside/canary")
            for file in 0..<2_000 { try world.makeFile("root/f\(file)") }
            let cleaning = try Cleaning(world)
            let plan = try cleaning.plan(workers: 1)
            // Items of a block go in the order of their inodes.
            let inodes = try TreeSnapshot(of: world.root).entries.mapValues(\.inode)
            let order = plan.blocks.flatMap { block in
                block.items.map { block.path(of: $0) }.sorted { (inodes[$0] ?? 0) < (inodes[$1] ?? 0) }
                    .map { DisplayName.exact($0) }
            }
            let changes = Dictionary(
                uniqueKeysWithValues: order.enumerated().map { ($1, Change.allCases[($0 * 7) % Change.allCases.count]) }
            )
            var snapshots: [String: TreeSnapshot.Entry] = [:]
            var position = 0
            func change(_ name: String) {
                do {
                    try make(changes[name] ?? .untouched, name, world)
                    var status = stat()
                    if lstat(world.root + "/" + name, &status) == 0 {
                        snapshots[name] = TreeSnapshot.Entry(status)
                    }
                } catch {
                    Issue.record(error)
                }
            }
            // Half of them before the removal starts, the others three items ahead of it.
            for (index, name) in order.enumerated() where index.isMultiple(of: 2) || index < 4 { change(name) }
            let outcomes = cleaning.act(plan) {
                let next = position + 3
                position += 1
                if next < order.count, next >= 4, !next.isMultiple(of: 2) { change(order[next]) }
            }
            let after = try TreeSnapshot(of: world.root)
            for name in order {
                let expected: ItemOutcome
                switch changes[name] ?? .untouched {
                case .untouched: expected = .deleted
                case .gone: expected = .gone
                default: expected = .changed
                }
                #expect(outcomes[name]?.outcome == expected, "\(name) \(changes[name] ?? .untouched)")
                let entry = after.entries[Array(name.utf8)]
                #expect(expected == .changed ? entry?.inode == snapshots[name]?.inode : entry == nil, "\(name)")
            }
            #expect(world.exists("outside/canary"))
        }
    }

    @Test(.tags(.f4)) func directoryPublishedInTheMiddleLosesAtMostOneBatch() throws {
        try withWorld { world in
            try world.makeDirectory("root/tmp/x")
            for file in 0..<1_000 { try world.makeFile("root/tmp/x/f\(file)") }
            let cleaning = try Cleaning(world, FilesSpecification(path: "tmp"))
            let plan = try cleaning.plan()
            var steps = 0
            let outcomes = cleaning.act(plan) {
                steps += 1
                if steps == 101 { rename(world.root + "/tmp/x", world.outside + "/x") }
            }
            let left = try TreeSnapshot(of: world.outside + "/x").entries.count
            #expect(left >= 1_000 - 100 - 64)
            #expect(outcomes.values.count { $0.outcome == .changed } == left)
            #expect(outcomes.values.count { $0.outcome == .deleted } == 1_000 - left)
        }
    }

    @Test(.tags(.f4)) func directoryItemPublishedInTheMiddleLosesAtMostOneBatch() throws {
        try withWorld { world in
            try world.makeDirectory("root/a/sub")
            for file in 0..<600 { try world.makeFile("root/a/sub/f\(file)") }
            try world.ageAll("root/a")
            let cleaning = try Cleaning(world, FilesSpecification(type: .directory, depth: 1))
            let plan = try cleaning.plan()
            var countAtRename: Int?
            let outcomes = cleaning.act(plan) {
                guard countAtRename == nil else { return }
                do {
                    let count = try TreeSnapshot(of: world.root + "/a/sub").entries.count
                    guard count < 500 else { return }
                    countAtRename = count
                    rename(world.root + "/a", world.outside + "/a")
                } catch {
                    Issue.record(error)
                }
            }
            let left = try TreeSnapshot(of: world.outside + "/a/sub").entries.count
            let before = try #require(countAtRename)
            #expect(left >= before - 64)
            #expect(outcomes["a"]?.outcome == .failed)
            #expect(outcomes["a"]?.failure == .conflict)
        }
    }
}
