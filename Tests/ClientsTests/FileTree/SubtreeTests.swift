import Clients
import Glibc
import Support
import Testing

@Suite struct SubtreeTests {
    /// Nested directories, several of each, with files.
    private func makeTree(_ world: World) throws -> Set<String> {
        var paths: Set<String> = []
        for a in 0..<4 {
            for b in 0..<3 {
                try world.makeDirectory("root/t/a\(a)/b\(b)/c")
                paths.formUnion(["a\(a)", "a\(a)/b\(b)", "a\(a)/b\(b)/c"])
                for file in ["a\(a)/f", "a\(a)/b\(b)/f", "a\(a)/b\(b)/c/f"] {
                    try world.makeFile("root/t/" + file)
                    paths.insert(file)
                }
            }
        }
        return Set(paths.map { "t/" + $0 })
    }

    private func open(_ world: World) throws -> DirectoryHandle {
        try Root(path: world.root).openDirectory(Array("t".utf8)[...])
    }

    @Test func visitsEveryEntryOnceWithItsPath() throws {
        try withWorld { world in
            let expected = try makeTree(world)
            var seen: [String] = []
            let isComplete = try SubtreeWalk(buffer: DirectoryBuffer()).walk(open(world), path: Array("t".utf8)) {
                (place, name, _) throws(FileTreeError) in
                seen.append(String(decoding: place.path(of: name), as: UTF8.self))
                return .enter
            }
            #expect(isComplete)
            #expect(seen.count == expected.count)
            #expect(Set(seen) == expected)
        }
    }

    @Test func removesEverythingBottomUpAndLeavesTheTop() throws {
        try withWorld { world in
            let expected = try makeTree(world)
            try world.makeFile("root/other")
            let before = try world.snapshot()
            let result = SubtreeRemoval(buffer: DirectoryBuffer()).removeContents(
                of: try open(world),
                path: Array("t".utf8),
                conditions: .init(mayRemove: { _, _ in true }, isInPlace: { _, _ in true }, isCancelled: { false })
            )
            #expect(result.stop == nil)
            #expect(result.removedEntries == expected.count)
            #expect(try world.snapshot().removed(since: before) == Set(expected.map { "root/" + $0 }))
        }
    }

    @Test func refusedEntryStaysWithAllAboveItAtTheirOldTimes() throws {
        try withWorld { world in
            _ = try makeTree(world)
            try world.ageAll("root/t")
            let result = SubtreeRemoval(buffer: DirectoryBuffer()).removeContents(
                of: try open(world),
                path: Array("t".utf8),
                conditions: .init(
                    mayRemove: { place, _ in !place.path.elementsEqual("t/a2/b1/c".utf8) },
                    isInPlace: { _, _ in true },
                    isCancelled: { false }
                )
            )
            guard case .changed(let path) = result.stop else {
                Issue.record("expected a stop, got \(String(describing: result.stop))")
                return
            }
            #expect(path == Array("t/a2/b1/c".utf8) || path == Array("t/a2/b1/c/f".utf8))
            #expect(world.exists("root/t/a2/b1/c/f"))
            for directory in ["t", "t/a2", "t/a2/b1"] {
                var status = stat()
                try world.check(lstat(world.root + "/" + directory, &status), "lstat")
                #expect(status.st_mtim.tv_sec == Int(World.old), "\(directory)")
            }
        }
    }

    @Test func aDirectoryThatIsNoLongerInPlaceIsNotTouched() throws {
        try withWorld { world in
            _ = try makeTree(world)
            let result = SubtreeRemoval(buffer: DirectoryBuffer()).removeContents(
                of: try open(world),
                path: Array("t".utf8),
                conditions: .init(mayRemove: { _, _ in true }, isInPlace: { _, _ in false }, isCancelled: { false })
            )
            #expect(result.removedEntries == 0)
        }
    }
}
