import Clients
import Glibc
import Retention
import Stores
import Support
import Testing

@Suite struct RemovalTests {
    @Test func removesExactlyThePlannedFilesAndSaysWhatItFreed() throws {
        try withWorld { world in
            try world.makeDirectory("root/d")
            for file in 0..<300 {
                try world.makeFile("root/d/f\(file)", bytes: 5_000, seconds: file < 200 ? World.old : nil)
            }
            try world.makeFile("outside/f1")
            let before = try world.snapshot()
            let cleaning = try Cleaning(world)
            let outcomes = cleaning.act(try cleaning.plan())
            let after = try world.snapshot()
            #expect(after.removed(since: before) == Set((0..<200).map { "root/d/f\($0)" }))
            #expect(after.altered(since: before) == [])
            #expect(outcomes.count == 200)
            #expect(outcomes.values.allSatisfy { $0 == ItemResult(.deleted, freedBytes: 8_192) })
        }
    }

    @Test func secondRunOfTheSamePlanFindsEverythingGone() throws {
        try withWorld { world in
            for file in 0..<10 { try world.makeFile("root/f\(file)") }
            let cleaning = try Cleaning(world)
            let plan = try cleaning.plan()
            _ = cleaning.act(plan)
            let before = try world.snapshot()
            #expect(cleaning.act(plan).values.allSatisfy { $0.outcome == .gone })
            #expect(try world.snapshot() == before)
        }
    }

    @Test func itemsOfOtherVerdictsAreNotTried() throws {
        try withWorld { world in
            for name in ["a", "b", "c"] { try world.makeFile("root/" + name) }
            let cleaning = try Cleaning(world)
            var plan = try cleaning.plan()
            let verdicts: [Verdict] = [.keep, .young, .deferred]
            for index in 0..<3 { plan.blocks[0].items[index].verdict = verdicts[index] }
            let before = try world.snapshot()
            #expect(cleaning.act(plan).values.allSatisfy { $0.outcome == .notTried })
            #expect(try world.snapshot() == before)
        }
    }

    @Test func stopsAtAnItemsEndWhenCancelled() throws {
        try withWorld { world in
            for file in 0..<100 { try world.makeFile("root/f\(file)") }
            let cleaning = try Cleaning(world)
            let plan = try cleaning.plan()
            let before = try world.snapshot()
            var calls = 0
            let remover = FilesRemover(root: cleaning.root, specification: cleaning.specification)
            let results = plan.blocks.map { block in
                remover.act(
                    on: block,
                    compressor: { _, _, _, _ in ItemResult(.failed) },
                    isCancelled: {
                        calls += 1
                        return calls > 40
                    }
                )
            }
            #expect(results.joined().count { $0.outcome == .deleted } == 40)
            #expect(results.joined().count { $0.outcome == .notTried } == 60)
            #expect(try world.snapshot().removed(since: before).count == 40)
        }
    }

    @Test func compressorGetsNameVersionAndOpenDirectory() throws {
        try withWorld { world in
            try world.makeFile("root/a.log", bytes: 77)
            let cleaning = try Cleaning(world)
            var plan = try cleaning.plan()
            plan.blocks[0].items[0].verdict = .compress
            var calls: [(name: [UInt8], size: Int64, isSame: Bool)] = []
            let remover = FilesRemover(root: cleaning.root, specification: cleaning.specification)
            let results = remover.act(
                on: plan.blocks[0],
                compressor: { directory, name, version, device in
                    var status = stat()
                    let found = fstatat(directory.descriptor, "a.log", &status, AT_SYMLINK_NOFOLLOW)
                    let isSame = found == 0 && status.st_ino == version.inode && status.st_dev == device
                    calls.append((name, version.size, isSame))
                    return ItemResult(.compressed, inputBytes: 77)
                },
                isCancelled: { false }
            )
            #expect(results == [ItemResult(.compressed, inputBytes: 77)])
            #expect(calls.count == 1)
            #expect(calls.first?.name == Array("a.log".utf8))
            #expect(calls.first?.size == 77)
            #expect(calls.first?.isSame == true)
        }
    }

    @Test func failureOfOneItemNamesItAndDoesNotStopTheOthers() throws {
        try withWorld(isOnDisk: true) { world in
            try requireRoot()
            for name in ["a", "b", "c"] { try world.makeFile("root/" + name) }
            try world.run("/usr/bin/chattr", "+i", world.root + "/b")
            let cleaning = try Cleaning(world)
            let outcomes = cleaning.act(try cleaning.plan())
            try world.run("/usr/bin/chattr", "-i", world.root + "/b")
            #expect(outcomes["a"]?.outcome == .deleted)
            #expect(outcomes["c"]?.outcome == .deleted)
            #expect(outcomes["b"]?.outcome == .failed)
            #expect(outcomes["b"]?.failure == .permission)
            #expect(
                outcomes["b"]?.detail
                    == "Cannot remove b: Operation not permitted. It belongs to another user in a sticky directory, "
                    + "or is immutable: run as its owner, or chattr -i."
            )
            #expect(world.exists("root/b"))
        }
    }

    @Test func whatIsProtectedSinceThePlanStays() throws {
        try withWorld { world in
            try world.makeDirectory("root/a")
            for path in ["a/f", "g", "h"] { try world.makeFile("root/" + path) }
            let plan = try Cleaning(world).plan()
            let before = try world.snapshot()
            let outcomes = try Cleaning(world, FilesSpecification(protect: ["a", "g"])).act(plan)
            #expect(outcomes.mapValues(\.outcome) == ["a/f": .changed, "g": .changed, "h": .deleted])
            #expect(try world.snapshot().removed(since: before) == ["root/h"])
        }
    }

    @Test func directoryReplacedSinceThePlanKeepsItsFiles() throws {
        try withWorld { world in
            try world.makeDirectory("root/d")
            for file in 0..<10 { try world.makeFile("root/d/f\(file)") }
            let cleaning = try Cleaning(world)
            let plan = try cleaning.plan()
            try world.check(rename(world.root + "/d", world.outside + "/d"), "rename")
            try world.makeDirectory("root/d")
            for file in 0..<10 { try world.makeFile("root/d/f\(file)") }
            let before = try world.snapshot()
            let outcomes = cleaning.act(plan)
            #expect(outcomes.count == 10)
            let detail = "The directory d was replaced since the plan; it stays."
            #expect(outcomes.values.allSatisfy { $0 == ItemResult(.changed, detail: detail) })
            try world.run("/bin/rm", "-r", world.root + "/d")
            try world.check(symlink(world.outside + "/d", world.root + "/d"), "symlink")
            #expect(cleaning.act(plan).values.allSatisfy { $0.outcome == .changed })
            #expect(try world.snapshot().removed(since: before) == Set((0..<10).map { "root/d/f\($0)" }))
            #expect(try world.snapshot().altered(since: before) == ["root/d"])
        }
    }

    @Test func everyTimeFieldIsCheckedAgain() throws {
        try withWorld { world in
            try world.makeFile("root/f")
            let cleaning = try Cleaning(world, FilesSpecification(time: .atime))
            let plan = try cleaning.plan()
            // Somebody reads the file: its access time moves, its change time does not.
            let descriptor = open(world.root + "/f", O_RDONLY | O_CLOEXEC)
            var byte: UInt8 = 0
            #expect(read(descriptor, &byte, 1) == 1)
            close(descriptor)
            #expect(cleaning.act(plan).mapValues(\.outcome) == ["f": .changed])
            #expect(world.exists("root/f"))
        }
    }
}
