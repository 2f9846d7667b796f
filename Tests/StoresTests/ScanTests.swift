import Clients
import Foundation
import Glibc
import Retention
import Stores
import Support
import Synchronization
import Testing

@Suite struct ScanTests {
    @Test func findsEveryFileAndChangesNothing() throws {
        try withWorld { world in
            var expected: Set<String> = []
            for directory in 0..<7 {
                try world.makeDirectory("root/d\(directory)/e")
                for file in 0..<1_500 where directory == 3 || file < 5 {
                    try world.makeFile("root/d\(directory)/e/f\(file)", bytes: 0)
                    expected.insert("d\(directory)/e/f\(file)")
                }
            }
            let before = try world.snapshot()
            for workers in [1, 2, 5] {
                let plan = try Cleaning(world).plan(workers: workers)
                #expect(plan.paths == expected)
                #expect(plan.blocks.reduce(0) { $0 + $1.items.count } == expected.count)
                #expect(plan.summary.examined == expected.count)
                #expect(plan.summary.errorCount == 0)
            }
            #expect(try world.snapshot() == before)
        }
    }

    @Test(.tags(.f14)) func sharesOneHugeDirectoryWithoutLosingOrDoublingAnEntry() throws {
        try withWorld { world in
            for file in 0..<20_000 { try world.makeFile("root/f\(file)", bytes: 0) }
            let plan = try Cleaning(world).plan(workers: 3)
            let counts = plan.blocks.map(\.items.count)
            #expect(counts.reduce(0, +) == 20_000)
            #expect(plan.paths.count == 20_000)
            #expect(counts.allSatisfy { $0 <= ItemBlock.capacity })
        }
    }

    @Test func globsWithoutSlashMatchNamesAndOthersPathsFromTheSource() throws {
        try withWorld { world in
            for path in [
                "logs/a.log", "logs/b.txt", "logs/sub/c.log", "logs/sub/skip/d.log", "a.log", "logs/cache/e.log",
            ] {
                try world.makeDirectory("root/" + path.split(separator: "/").dropLast().joined(separator: "/"))
                try world.makeFile("root/" + path)
            }
            func found(_ match: [String], _ exclude: [String] = []) throws -> Set<String> {
                let specification = FilesSpecification(path: "logs", match: match, exclude: exclude)
                return try Cleaning(world, specification).plan().paths
            }
            #expect(
                try found(["*.log"])
                    == ["logs/a.log", "logs/sub/c.log", "logs/sub/skip/d.log", "logs/cache/e.log"]
            )
            #expect(try found(["sub/*.log"]) == ["logs/sub/c.log"])
            #expect(try found(["**/*.log"], ["skip"]) == ["logs/a.log", "logs/sub/c.log", "logs/cache/e.log"])
            #expect(try found(["*.log"], ["sub/**", "cache"]) == ["logs/a.log"])
            #expect(try found([], ["*.log"]) == ["logs/b.txt"])
        }
    }

    @Test func protectCountsFromTheRootAndCoversWhatLiesBeneath() throws {
        try withWorld { world in
            for path in ["a/snapshots/x/f", "a/f", "a/g.keep"] {
                try world.makeDirectory("root/" + path.split(separator: "/").dropLast().joined(separator: "/"))
                try world.makeFile("root/" + path)
            }
            let specification = FilesSpecification(protect: ["a/snapshots", "*.keep"])
            let plan = try Cleaning(world, specification).plan()
            #expect(plan.paths == ["a/f"])
            #expect(plan.summary.skipped == [.protected: 2])
            let inside = FilesSpecification(path: "a/snapshots/x", protect: ["a/snapshots"])
            #expect(try Cleaning(world, inside).plan().paths == [])
        }
    }

    @Test func depthIsAnExactLevelBeneathThePath() throws {
        try withWorld { world in
            try world.makeDirectory("root/a/b/c")
            for path in ["f", "a/f", "a/b/f", "a/b/c/f"] { try world.makeFile("root/" + path) }
            #expect(try Cleaning(world, FilesSpecification(depth: 2)).plan().paths == ["a/f"])
            #expect(try Cleaning(world, FilesSpecification(path: "a", depth: 2)).plan().paths == ["a/b/f"])
            #expect(try Cleaning(world, FilesSpecification(type: .directory, depth: 2)).plan().paths == ["a/b"])
        }
    }

    @Test func groupsByDirectoryOrByComponentFromTheRoot() throws {
        try withWorld { world in
            try world.makeDirectory("root/prod/backups")
            for path in ["prod/backups/a", "prod/b", "c"] { try world.makeFile("root/" + path) }
            func groups(_ groupBy: PathGrouping?) throws -> [String?] {
                let plan = try Cleaning(world, FilesSpecification(groupBy: groupBy)).plan()
                return ["prod/backups/a", "prod/b", "c"].map { plan.group($0) }
            }
            #expect(try groups(nil) == ["", "", ""])
            #expect(try groups(.directory) == ["prod/backups", "prod", ""])
            #expect(try groups(.component(1)) == ["prod", "prod", "c"])
            #expect(try groups(.component(2)) == ["backups", "b", ""])
        }
    }

    @Test func holdsWhatKeepMatchesAndSaysWhy() throws {
        try withWorld { world in
            for name in ["a.log", "worker.log"] { try world.makeFile("root/" + name) }
            let plan = try Cleaning(world, FilesSpecification(keepMatch: ["worker*"])).plan()
            #expect(plan.hold("worker.log") == "kept: matches worker*")
            #expect(plan.hold("a.log") == nil)
        }
    }

    @Test func matchCoversArchivesOfWhatItMatchesOnlyWhereFilesAreCompressed() throws {
        try withWorld { world in
            for name in ["a.log", "a.log.gz", "b.gz", ".gz"] { try world.makeFile("root/" + name) }
            let plain = try Cleaning(world, FilesSpecification(match: ["*.log"])).plan()
            #expect(plain.paths == ["a.log"])
            let compressing = try Cleaning(world, FilesSpecification(match: ["*.log"], compresses: true)).plan()
            #expect(compressing.paths == ["a.log", "a.log.gz"])
        }
    }

    @Test func ownFilesAndTemporaryArchivesAreNeverCandidates() throws {
        try withWorld { world in
            try world.makeDirectory("root/state/locks")
            let names = ["state/db", "state/db-wal", "state/locks/x", ".cleanupd-1-2.gz.part", "f", "link"]
            for name in names.dropLast() { try world.makeFile("root/" + name) }
            let own = ["db", "db-wal", "db-shm", "locks"].map { world.root + "/state/" + $0 }
            let plan = try Cleaning(world, FilesSpecification(ownPaths: own)).plan()
            #expect(plan.paths == ["f"])
            for spelled in ["/state/", "//state", "/state/locks/.."] {
                let plan = try Cleaning(world, FilesSpecification(ownPaths: [world.root + spelled])).plan()
                #expect(plan.paths == ["f"], "\(spelled)")
            }
            let directories = try Cleaning(world, FilesSpecification(type: .directory, ownPaths: own)).plan()
            #expect(directories.paths == [])
        }
    }

    /// SQLite puts it beside the file that the symlink leads to, which may be another one by the next scan.
    @Test func logOfADatabaseBehindASymlinkIsNeverACandidate() throws {
        try withWorld { world in
            try world.makeDirectory("root/data")
            for name in ["1.db", "1.db-wal", "2.db", "2.db-wal", "2.db-shm", "2.db-journal", "f"] {
                try world.makeFile("root/data/" + name)
            }
            let link = world.root + "/app.db"
            let cleaning = try Cleaning(world, FilesSpecification(ownPaths: [link, link + "-wal"]))
            try world.check(symlink("data/1.db", link), "symlink")
            let before = try cleaning.plan().paths
            #expect(!before.contains { $0.contains("1.db") })
            try world.check(unlink(link), "unlink")
            try world.check(symlink("data/2.db", link), "symlink")
            let after = try cleaning.plan().paths
            #expect(after == ["data/1.db", "data/1.db-wal", "data/f"])
        }
    }

    /// A sealed plan holds in another process, where other files may be cleanupd's own.
    @Test func allThatDecidesIsPartOfTheDigestAndOwnPathsAreNot() throws {
        let specification = FilesSpecification(depth: 1, groupBy: .directory, ownPaths: ["/own"])
        let encoded = try JSONSerialization.jsonObject(with: JSONEncoder().encode(specification)) as? [String: Any]
        let fields = Set(Mirror(reflecting: specification).children.compactMap(\.label))
        #expect(Set(try #require(encoded).keys) == fields.subtracting(["ownPaths"]))
    }

    @Test func usageCountsAllBeneathThePathAndAFileOfTwoNamesOnce() throws {
        try withWorld { world in
            try world.makeDirectory("root/a/hidden")
            try world.makeFile("root/a/f", bytes: 8_192)
            try world.makeFile("root/a/hidden/g", bytes: 4_096)
            try world.check(link(world.root + "/a/f", world.root + "/a/f2"), "link")
            let specification = FilesSpecification(match: ["f"], exclude: ["hidden"], measuresUsage: true)
            #expect(try Cleaning(world, specification).plan().summary.usedBytes == 12_288)
        }
    }

    @Test func symlinksAndHardLinksArePassedOverAndCounted() throws {
        try withWorld { world in
            try world.makeFile("outside/canary")
            try world.check(symlink(world.outside, world.root + "/link"), "symlink")
            try world.check(link(world.outside + "/canary", world.root + "/hard"), "link")
            let plan = try Cleaning(world).plan()
            #expect(plan.paths == [])
            #expect(plan.summary.skipped == [.symlink: 1, .hardlink: 1])
        }
    }

    @Test func missingPathIsAnErrorThatNamesPathAndRoot() throws {
        try withWorld { world in
            let cleaning = try Cleaning(world, FilesSpecification(path: "logs/app"))
            let error = #expect(throws: StoreError.self) { try cleaning.plan() }
            let expected =
                "The path logs/app does not exist under the root \(world.root). Create it, or correct the task's path."
            #expect(error?.message == expected)
            #expect(error?.code == .missing)
        }
    }

    @Test func pathThatIsASymlinkIsRefused() throws {
        try withWorld { world in
            try world.check(symlink(world.outside, world.root + "/logs"), "symlink")
            let cleaning = try Cleaning(world, FilesSpecification(path: "logs"))
            let error = #expect(throws: StoreError.self) { try cleaning.plan() }
            #expect(error?.code == .denied)
        }
    }

    @Test func unreadableDirectoryIsReportedAndTheRestIsScanned() throws {
        try requireRoot()
        try withWorld { world in
            try world.makeDirectory("root/closed")
            try world.makeFile("root/closed/f")
            try world.makeFile("root/g")
            try world.check(chmod(world.root + "/closed", 0o700), "chmod")
            let cleaning = try Cleaning(world)
            let plan = try asNobody { try cleaning.plan(workers: 1) }
            #expect(plan.paths == ["g"])
            #expect(plan.summary.errorCount == 1)
            #expect(plan.summary.errors.first?.path == "closed")
            #expect(plan.summary.errors.first?.reason == .permission)
        }
    }

    @Test func errorOfTheReceiverEndsTheScanAndIsThrown() throws {
        struct Full: Error {}
        try withWorld { world in
            for directory in 0..<20 {
                try world.makeDirectory("root/d\(directory)")
                try world.makeFile("root/d\(directory)/f")
            }
            let source = try FilesSource(root: Root(path: world.root), specification: FilesSpecification())
            #expect(throws: Full.self) {
                try source.scan(workers: 3, isCancelled: { false }) { _ in throw Full() }
            }
        }
    }

    @Test func cancelledScanReturnsEarly() throws {
        try withWorld { world in
            for directory in 0..<50 {
                try world.makeDirectory("root/d\(directory)")
                try world.makeFile("root/d\(directory)/f")
            }
            let source = try FilesSource(root: Root(path: world.root), specification: FilesSpecification())
            let calls = Mutex(0)
            let isCancelled: @Sendable () -> Bool = {
                calls.withLock { calls in
                    calls += 1
                    return calls > 10
                }
            }
            let summary = try source.scan(workers: 1, isCancelled: isCancelled) { _ in }
            #expect(summary.examined < 50)
        }
    }
}
