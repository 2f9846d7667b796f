import Glibc
import Retention
import Support
import Testing

@testable import Clients
@testable import Stores

/// Why directories stay whole, or in part, to the letter.
@Suite struct DirectoriesErrorTextsTests {
    private static let directories = FilesSpecification(type: .directory, depth: 1)

    @Test func aDirectoryThatStaysIsSaidInWords() throws {
        try withWorld { world in
            for name in ["a", "b", "c", "d"] {
                try world.makeDirectory("root/\(name)/sub")
                try world.makeFile("root/\(name)/sub/f")
                try world.ageAll("root/" + name)
            }
            let plan = try Cleaning(world, Self.directories).plan()
            try world.makeFile("root/a/new")
            let holder = open(world.root + "/b", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            try world.check(flock(holder, LOCK_EX), "flock")
            let writer = open(world.root + "/d/sub/f", O_WRONLY | O_CLOEXEC)
            let specification = FilesSpecification(type: .directory, depth: 1, keepOpen: true, protect: ["c/sub"])
            let outcomes = try Cleaning(world, specification).act(plan)
            close(writer)
            close(holder)
            #expect(outcomes["a"]?.detail == "a, or something in it, changed since the plan; it stays whole.")
            #expect(outcomes["b"]?.detail == "b stays: it is locked, or a socket in it may be alive.")
            #expect(
                outcomes["c"]?.detail == "c stays: something in it changed since the plan, or is protected."
            )
            #expect(outcomes["d"]?.detail == "d stays: a file in it is open for writing by a process.")
        }
    }

    /// Once less than 500 of 600 files are left, for the first time; of files no entry may be looked at too often.
    private static func isHalfRemoved(_ world: World) -> Bool {
        do {
            return try TreeSnapshot(of: world.root + "/a/sub").entries.count < 500
        } catch {
            return true
        }
    }

    @Test func aDirectoryThatIsHalfRemovedIsSaidInWords() throws {
        for isMoved in [false, true] {
            try withWorld { world in
                try world.makeDirectory("root/a/sub")
                for file in 0..<600 { try world.makeFile("root/a/sub/f\(file)") }
                try world.ageAll("root/a")
                let cleaning = try Cleaning(world, Self.directories)
                let block = try #require(try cleaning.plan().blocks.first)
                var isHalf = false
                let results = FilesRemover(root: cleaning.root, specification: cleaning.specification).act(
                    on: block,
                    compressor: { _, _, _, _ in ItemResult(.failed) },
                    isCancelled: {
                        guard !isHalf, Self.isHalfRemoved(world) else { return isHalf && !isMoved }
                        isHalf = true
                        if isMoved { rename(world.root + "/a", world.outside + "/a") }
                        return !isMoved
                    }
                )
                let detail = results.first?.detail?.replacing(#/\d+ entries/#, with: "N entries") ?? ""
                if isMoved {
                    #expect(detail.hasPrefix("a is half removed: N entries are gone, then a"))
                    #expect(detail.hasSuffix(" changed meanwhile and stays."))
                } else {
                    #expect(
                        detail == "a is half removed: N entries are gone, then the run ended; the next one goes on."
                    )
                }
            }
        }
    }

    /// As it is said whatever the file system does.
    @Test func whatBecameOfADirectoryIsSaidInWords() {
        let (path, entry) = (Array("a".utf8), Array("a/b".utf8))
        let whole = SubtreeRemoval.Result()
        var half = whole
        half.removedEntries = 3
        #expect(
            DirectoryRemoval.result(of: .changed(entry), path, whole).detail
                == "a/b changed meanwhile and stays, and all around it."
        )
        #expect(
            DirectoryRemoval.result(of: .changed(entry), path, half).detail
                == "a is half removed: 3 entries are gone, then a/b changed meanwhile and stays."
        )
        let error = FileTreeError.removing(entry, SystemError(EACCES))
        #expect(DirectoryRemoval.result(of: .failed(error), path, whole).detail == error.message)
        #expect(
            DirectoryRemoval.result(of: .failed(error), path, half).detail
                == "a is half removed: 3 entries are gone. \(error.message)"
        )
        #expect(
            DirectoryRemoval.result(of: .skipped(.mount), "a").detail
                == "a stays: a file system is mounted in it by now."
        )
    }
}
