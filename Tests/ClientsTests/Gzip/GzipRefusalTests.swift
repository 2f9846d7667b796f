import Clients
import Glibc
import Support
import Synchronization
import Testing

@Suite("Gzip: what is refused, and stays")
struct GzipRefusalTests {
    @Test(.tags(.f14)) func hardLinkedFileStays() throws {
        try GzipWorld.with { world in
            try world.write(Array("x".utf8), to: "a.log")
            try #require(linkat(world.directory, "a.log", world.directory, "b.log", 0) == 0)
            let error = try #require(try world.failure("a.log"))
            #expect(error.code == .hardLinked)
            #expect(error.message == "\"a.log\" has 2 names; a compressed copy would free nothing; kept")
            #expect(world.names == ["a.log", "b.log"])
        }
    }

    @Test func symlinkIsNeverFollowed() throws {
        try GzipWorld.with { world in
            try world.write(Array("x".utf8), to: "target")
            try #require(symlinkat("target", world.directory, "a.log") == 0)
            #expect(try world.failure("a.log")?.code == .changed)
            #expect(world.names == ["a.log", "target"])
        }
    }

    @Test(.tags(.f14)) func fifoAndDirectoryAreNotOpenedForGood() throws {
        try GzipWorld.with { world in
            try #require(mkfifo("\(world.path)/pipe", 0o600) == 0)
            try #require(mkdirat(world.directory, "folder", 0o700) == 0)
            #expect(try world.failure("pipe")?.code == .changed)
            #expect(try world.failure("folder")?.code == .changed)
            #expect(world.names == ["folder", "pipe"])
            rmdir("\(world.path)/folder")
        }
    }

    @Test func vanishedFileIsGone() throws {
        try GzipWorld.with { world in
            try world.write(Array("x".utf8), to: "a.log")
            let expected = try world.expected("a.log")
            unlinkat(world.directory, "a.log", 0)
            #expect(throws: GzipError.self) {
                try GzipArchiver(runIdentifier: "t").archive(
                    directory: world.directory,
                    name: Array("a.log".utf8),
                    expected: expected,
                    checkOpen: true
                )
            }
            #expect(world.names == [])
        }
    }

    @Test(arguments: ["inode", "device", "size", "mtime s", "mtime ns", "ctime s", "ctime ns"])
    func fileThatIsNotTheExpectedOneStays(field: String) throws {
        try GzipWorld.with { world in
            try world.write(Array("x".utf8), to: "a.log")
            var expected = try world.expected("a.log")
            switch field {
            case "inode": expected.inode += 1
            case "device": expected.device += 1
            case "size": expected.size += 1
            case "mtime s": expected.modifiedSeconds -= 1
            case "mtime ns": expected.modifiedNanoseconds ^= 1
            case "ctime s": expected.changedSeconds -= 1
            default: expected.changedNanoseconds ^= 1
            }
            let error = #expect(throws: GzipError.self) {
                try GzipArchiver(runIdentifier: "t").archive(
                    directory: world.directory,
                    name: Array("a.log".utf8),
                    expected: expected,
                    checkOpen: true
                )
            }
            #expect(error?.code == .changed)
            #expect(world.names == ["a.log"])
        }
    }

    @Test func fileThatIsOpenForWritingStays() throws {
        try GzipWorld.with { world in
            try world.write(Array("x".utf8), to: "a.log")
            let writer = openat(world.directory, "a.log", O_WRONLY | O_APPEND | O_CLOEXEC)
            try #require(writer >= 0)
            for checkOpen in [true, false] {
                #expect(try world.failure("a.log", checkOpen: checkOpen)?.code == .open)
                #expect(world.names == ["a.log"])
            }
            close(writer)
            try world.settle("a.log")
            #expect(try world.failure("a.log") == nil)
        }
    }

    @Test func fileThatSomebodyReadsIsCompressed() throws {
        try GzipWorld.with { world in
            try world.write(Array("x".utf8), to: "a.log")
            let reader = openat(world.directory, "a.log", O_RDONLY | O_CLOEXEC)
            defer { close(reader) }
            #expect(try world.failure("a.log") == nil)
        }
    }

    @Test func lockedFileStays() throws {
        try GzipWorld.with { world in
            try world.write(Array("x".utf8), to: "a.log")
            let holder = openat(world.directory, "a.log", O_RDONLY | O_CLOEXEC)
            defer { close(holder) }
            try #require(flock(holder, LOCK_EX) == 0)
            #expect(try world.failure("a.log")?.code == .open)
            #expect(world.names == ["a.log"])
        }
    }

    @Test func foreignArchiveAndOriginalBothStay() throws {
        try GzipWorld.with { world in
            try world.write(Array("new".utf8), to: "a.log")
            for foreign in [[], Array("no gzip at all".utf8)] {
                try world.write(foreign, to: "a.log.gz")
                let error = try #require(try world.failure("a.log"))
                #expect(error.code == .exists)
                #expect(
                    error.message
                        == "\"a.log.gz\" is there already and is not this file, compressed; both kept: move one of them away"
                )
                #expect(world.read("a.log.gz") == foreign)
                #expect(world.names == ["a.log", "a.log.gz"])
            }
        }
    }

    @Test(arguments: ["other bytes", "truncated", "trailing", "two members", "symlink", "longer", "shorter"])
    func archiveThatIsNotExactlyTheFileIsNotTrusted(kind: String) throws {
        try GzipWorld.with { world in
            let contents = Array("all of it, and nothing else".utf8)
            try world.write(contents, to: "a.log")
            var other = contents
            switch kind {
            case "other bytes": other[3] ^= 1
            case "longer": other += [0]
            case "shorter": other.removeLast()
            default: break
            }
            try world.write(other, to: "x")
            try #require(world.run("gzip", ["x"]).status == 0)
            var archive = try #require(world.read("x.gz"))
            if kind == "truncated" { archive.removeLast() }
            if kind == "trailing" { archive.append(0) }
            if kind == "two members" { archive += archive }
            if kind == "symlink" {
                try #require(symlinkat("x.gz", world.directory, "a.log.gz") == 0)
            } else {
                unlinkat(world.directory, "x.gz", 0)
                try world.write(archive, to: "a.log.gz")
            }
            #expect(try world.failure("a.log")?.code == .exists)
            #expect(world.read("a.log") == contents)
        }
    }

    @Test func interruptedWorkIsFinished() throws {
        try GzipWorld.with { world in
            var random = SeededGenerator(seed: 3)
            let contents = random.log(400_000)
            try world.write(contents, to: "a.log")
            try #require(world.run("gzip", ["-k", "a.log"]).status == 0)
            let archive = try #require(world.read("a.log.gz"))
            let result = try world.archive("a.log")
            #expect(world.names == ["a.log.gz"])
            #expect(world.read("a.log.gz") == archive)
            #expect(result.inputBytes == 400_000)
            #expect(result.outputBytes == Int64(archive.count))
        }
    }

    @Test func interruptedWorkOfAnotherLibraryIsFinished() throws {
        try GzipWorld.with { world in
            var random = SeededGenerator(seed: 4)
            let contents = random.log(600_000)
            for name in ["a.log", "x"] { try world.write(contents, to: name) }
            try world.archive("x", by: GzipArchiver(library: .libdeflate, runIdentifier: "first"))
            let archive = try #require(world.read("x.gz"))
            try #require(renameat(world.directory, "x.gz", world.directory, "a.log.gz") == 0)
            // Three members; without the last of them it is not the file.
            try world.write(Array(archive.dropLast(8)), to: "a.log.gz")
            #expect(try world.failure("a.log")?.code == .exists)
            try world.write(archive, to: "a.log.gz")
            try world.archive("a.log")
            #expect(world.names == ["a.log.gz"])
            #expect(world.read("a.log.gz") == archive)
        }
    }

    @Test func nameWithoutRoomForTheSuffixStays() throws {
        try GzipWorld.with { world in
            let name = String(repeating: "n", count: 253)
            try world.write(Array("x".utf8), to: name)
            let error = try #require(try world.failure(name))
            #expect(error.code == .io)
            #expect(error.message.hasSuffix("would be a name of 256 bytes, but 255 is the most; rename the file"))
            #expect(world.names == [name])
        }
    }

    @Test(arguments: ["", "a/b", "../a", ".", "..", "a\0b"])
    func pathIsNoName(name: String) throws {
        try GzipWorld.with { world in
            try world.write(Array("x".utf8), to: "a")
            let expected = try world.expected("a")
            #expect(throws: GzipError.self) {
                try GzipArchiver(runIdentifier: "t").archive(
                    directory: world.directory,
                    name: Array(name.utf8),
                    expected: expected,
                    checkOpen: true
                )
            }
            #expect(world.names == ["a"])
        }
    }

    @Test(arguments: 0..<4)
    func cancelledWorkLeavesNothing(piece: Int) throws {
        try GzipWorld.with { world in
            var random = SeededGenerator(seed: 4)
            let contents = random.bytes(400_000)
            try world.write(contents, to: "a.log")
            let asked = Atomic<Int>(0)
            let error = #expect(throws: GzipError.self) {
                try GzipArchiver(runIdentifier: "t").archive(
                    directory: world.directory,
                    name: Array("a.log".utf8),
                    expected: try world.expected("a.log"),
                    checkOpen: true,
                    isCancelled: { asked.add(1, ordering: .relaxed).oldValue >= piece }
                )
            }
            #expect(error?.code == .cancelled)
            #expect(world.names == ["a.log"])
            #expect(world.read("a.log") == contents)
        }
    }

    @Test func hostileNameIsShownEscaped() throws {
        try GzipWorld.with { world in
            let name = "a\n\u{202E}\"b"
            try world.write(Array("x".utf8), to: name)
            try #require(linkat(world.directory, name, world.directory, "second", 0) == 0)
            let error = try #require(try world.failure(name))
            #expect(error.message.hasPrefix("\"a\\x0A\\xE2\\x80\\xAE\\x22b\" has 2 names"))
        }
    }

    @Test func runIdentifierCannotLeaveTheDirectory() throws {
        try GzipWorld.with { world in
            try world.write(Array("x".utf8), to: "a.log")
            let seen = Mutex<String>("")
            var archiver = GzipArchiver(runIdentifier: "../evil/run 7\u{0}ü_-")
            archiver.observer = { step, _, name in
                if step == .written { seen.withLock { $0 = String(decoding: name, as: UTF8.self) } }
            }
            try world.archive("a.log", by: archiver)
            let name = seen.withLock { $0 }
            #expect(name.hasPrefix(".cleanupd-evilrun7_--"))
            #expect(name.hasSuffix(".gz.part"))
        }
    }
}
