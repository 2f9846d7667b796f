import Clients
import Glibc
import Retention
import Stores
import Support
import Testing

@Suite struct DirectoryItemTests {
    private let directories = FilesSpecification(type: .directory, depth: 1)

    /// `root/name` with two files, a directory, a symlink to a canary and a fifo, all old.
    private func makeTree(_ name: String, _ world: World) throws {
        try world.makeDirectory("root/\(name)/sub/deep")
        for file in ["f", "sub/g", "sub/deep/h"] { try world.makeFile("root/\(name)/" + file, bytes: 100) }
        if !world.exists("outside/canary") { try world.makeFile("outside/canary") }
        try world.check(symlink(world.outside, world.root + "/\(name)/link"), "symlink")
        try world.check(mkfifo(world.root + "/\(name)/sub/fifo", 0o644), "mkfifo")
        try world.ageAll("root/\(name)")
    }

    @Test func oldDirectoryGoesWholeAndNothingElseChanges() throws {
        try withWorld { world in
            try makeTree("a", world)
            try makeTree("b", world)
            try world.makeFile("root/b/sub/young", seconds: nil)
            let before = try world.snapshot()
            let cleaning = try Cleaning(world, directories)
            let plan = try cleaning.plan()
            #expect(plan.paths(.remove) == ["a"])
            #expect(plan.paths(.undecided) == ["b"])
            let outcomes = cleaning.act(plan)
            #expect(outcomes["a"]?.outcome == .deleted)
            let after = try world.snapshot()
            let gone = before.entries.keys.map { String(decoding: $0, as: UTF8.self) }.filter {
                ($0 + "/").hasPrefix("root/a/")
            }
            #expect(after.removed(since: before) == Set(gone))
            #expect(after.altered(since: before) == [])
        }
    }

    @Test func directoryIsAsYoungAsTheYoungestThingBeneath() throws {
        try withWorld { world in
            try makeTree("a", world)
            try world.age("root/a/sub/deep/h", seconds: World.old + 500)
            let plan = try Cleaning(world, directories).plan()
            #expect(plan.item("a")?.time == Instant(seconds: World.old + 500))
            try world.age("root/a/link", seconds: World.old + 600)
            #expect(try Cleaning(world, directories).plan().item("a")?.time == Instant(seconds: World.old + 600))
            try world.age("root/a/sub", seconds: World.old + 700)
            #expect(try Cleaning(world, directories).plan().item("a")?.time == Instant(seconds: World.old + 700))
        }
    }

    @Test func outermostOfNestedCandidatesCounts() throws {
        try withWorld { world in
            try world.makeDirectory("root/x/cache/cache/cache")
            try world.makeFile("root/x/cache/cache/f")
            try world.ageAll("root/x")
            let cleaning = try Cleaning(world, FilesSpecification(match: ["cache"], type: .directory))
            #expect(try cleaning.plan().paths == ["x/cache"])
            let anything = try Cleaning(world, FilesSpecification(match: ["cache", "f"], type: .any))
            #expect(try anything.plan().paths == ["x/cache"])
        }
    }

    @Test func staysWholeForWhatIsProtectedExcludedOrOurs() throws {
        try withWorld { world in
            for name in ["a", "b", "c", "d"] { try makeTree(name, world) }
            try world.makeFile("root/d/sub/.cleanupd-1-1.gz.part")
            var specification = directories
            specification.protect = ["a/sub/deep"]
            specification.exclude = ["b/**/h"]
            specification.ownPaths = [world.root + "/c/sub/g"]
            let before = try world.snapshot()
            let cleaning = try Cleaning(world, specification)
            let plan = try cleaning.plan()
            #expect(plan.paths == [])
            #expect(plan.summary.skipped == [.protected: 4])
            // A plan made before they were protected does not help either.
            let outcomes = cleaning.act(try Cleaning(world, directories).plan())
            #expect(outcomes.values.allSatisfy { $0.outcome == .changed })
            #expect(try world.snapshot() == before)
        }
    }

    @Test func keepMatchBeneathHoldsTheWholeDirectory() throws {
        try withWorld { world in
            try makeTree("a", world)
            var specification = directories
            specification.keepMatch = ["h"]
            #expect(try Cleaning(world, specification).plan().hold("a") == "kept: matches h")
        }
    }

    @Test func changeBetweenPlanAndRemovalKeepsTheWhole() throws {
        let changes: [(String, (World) throws -> Void)] = [
            ("young file", { try $0.makeFile("root/a/sub/new", seconds: nil) }),
            ("old file added", { try $0.makeFile("root/a/sub/new") }),
            (
                "file replaced by one of the same size and time",
                { world in
                    try world.makeFile("root/other", bytes: 100)
                    try world.check(rename(world.root + "/other", world.root + "/a/f"), "rename")
                    try world.age("root/a")
                }
            ),
            ("permissions changed", { try $0.check(chmod($0.root + "/a/sub/g", 0o600), "chmod") }),
            ("file removed", { try $0.check(unlink($0.root + "/a/sub/g"), "unlink") }),
        ]
        for (name, change) in changes {
            try withWorld { world in
                try makeTree("a", world)
                let cleaning = try Cleaning(world, directories)
                let plan = try cleaning.plan()
                #expect(plan.paths(.remove) == ["a"])
                try change(world)
                let before = try world.snapshot()
                #expect(cleaning.act(plan).mapValues(\.outcome) == ["a": .changed], "\(name)")
                #expect(try world.snapshot() == before, "\(name)")
            }
        }
    }

    @Test func lockedDirectoryIsInUse() throws {
        for path in ["a", "a/sub/deep"] {
            try withWorld { world in
                try makeTree("a", world)
                let descriptor = open(world.root + "/" + path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
                try world.check(flock(descriptor, LOCK_SH), "flock")
                let before = try world.snapshot()
                let cleaning = try Cleaning(world, directories)
                #expect(cleaning.act(try cleaning.plan())["a"]?.outcome == .inUse)
                #expect(try world.snapshot() == before)
                close(descriptor)
                #expect(cleaning.act(try cleaning.plan())["a"]?.outcome == .deleted)
            }
        }
    }

    @Test func youngFileThatAppearsWhileItIsRemovedSurvives() throws {
        try withWorld { world in
            try world.makeDirectory("root/a/sub")
            for file in 0..<500 { try world.makeFile("root/a/f\(file)") }
            for file in 0..<500 { try world.makeFile("root/a/sub/g\(file)") }
            try world.ageAll("root/a")
            let cleaning = try Cleaning(world, directories)
            let plan = try cleaning.plan()
            var isMade = false
            let outcomes = cleaning.act(plan) {
                // Once the removal is on its way.
                guard !isMade, !world.exists("root/a/f0") else { return }
                isMade = true
                do {
                    try world.makeFile("root/a/sub/young", seconds: nil)
                } catch {
                    Issue.record(error)
                }
            }
            #expect(isMade)
            #expect(world.exists("root/a/sub/young"))
            #expect(outcomes["a"]?.outcome == .failed)
            #expect(outcomes["a"]?.failure == .conflict)
            #expect(outcomes["a"]?.detail?.hasPrefix("a is half removed: ") == true)
        }
    }

    @Test func halfRemovedDirectoryIsAsOldAsItWasSoThatTheNextRunFinishes() throws {
        try withWorld { world in
            try world.makeDirectory("root/a/sub")
            for file in 0..<300 { try world.makeFile("root/a/sub/g\(file)") }
            try world.ageAll("root/a")
            let cleaning = try Cleaning(world, directories)
            let plan = try cleaning.plan()
            let remover = FilesRemover(root: cleaning.root, specification: directories)
            let results = plan.blocks.flatMap { block in
                remover.act(
                    on: block,
                    compressor: { _, _, _, _ in ItemResult(.failed) },
                    isCancelled: { !world.exists("root/a/sub/g150") }
                )
            }
            #expect(results.map(\.outcome) == [.failed])
            #expect(results.map(\.failure) == [.timeout])
            #expect(world.exists("root/a/sub"))
            let rest = try cleaning.plan()
            #expect(rest.paths(.remove) == ["a"])
            #expect(cleaning.act(rest)["a"]?.outcome == .deleted)
            #expect(!world.exists("root/a"))
        }
    }

    @Test func hardLinksBeneathGoAndTheirOtherNamesStay() throws {
        try withWorld { world in
            try makeTree("a", world)
            try world.makeFile("outside/kept", bytes: 9_000)
            try world.check(link(world.outside + "/kept", world.root + "/a/sub/name1"), "link")
            try world.check(link(world.outside + "/kept", world.root + "/a/sub/name2"), "link")
            try world.ageAll("root/a")
            let cleaning = try Cleaning(world, directories)
            let before = try world.snapshot()
            let outcomes = cleaning.act(try cleaning.plan())
            #expect(outcomes["a"]?.outcome == .deleted)
            #expect((outcomes["a"]?.freedBytes ?? .max) < 3 * 4_096 + 1)
            let after = try world.snapshot()
            #expect(after.altered(since: before) == [])
            #expect(after.removed(since: before).allSatisfy { ($0 + "/").hasPrefix("root/a/") })
            #expect(!world.exists("root/a"))
        }
    }

    @Test func unreadableDirectoryBeneathKeepsTheWhole() throws {
        try requireRoot()
        try withWorld { world in
            try makeTree("a", world)
            try world.check(chmod(world.root + "/a/sub/deep", 0o700), "chmod")
            let cleaning = try Cleaning(world, directories)
            let plan = try asNobody { try cleaning.plan(workers: 1) }
            #expect(plan.paths == [])
            #expect(plan.summary.errors.map(\.path) == ["a/sub/deep"])
        }
    }
}
