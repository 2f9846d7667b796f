import Clients
import Foundation
import Glibc
import Support
import Testing

@Suite("Gzip: files that are held while they are copied")
struct HeldFileTests {
    private static let libraries: [GzipLibrary?] = [nil, .zlib, .libdeflate]

    private static func hold(_ name: String, in world: GzipWorld) throws -> HeldFile {
        try HeldFile(
            directory: world.directory,
            name: Array(name.utf8),
            expected: world.expected(name),
            checkOpen: true
        )
    }

    /// All parts of a file, of which only the last has another size than the others.
    private static func parts(
        of file: HeldFile,
        _ size: Int,
        _ library: GzipLibrary?
    ) throws -> (parts: [[UInt8]], contents: FileContents) {
        let reader = try HeldFileReader(file, packedBy: library)
        var parts: [[UInt8]] = []
        while !reader.isAtEnd { parts.append(try reader.part(of: size, isCancelled: { false })) }
        #expect(parts.dropLast().allSatisfy { $0.count == size })
        #expect(try reader.part(of: size, isCancelled: { false }).isEmpty)
        return (parts, try reader.contents(isCancelled: { false }))
    }

    @Test(arguments: [0, 1, 262_143, 262_144, 262_145, 1_048_576, 3_000_000], libraries)
    func partsHoldTheFileAndComeBack(size: Int, library: GzipLibrary?) throws {
        try GzipWorld.with { world in
            var random = SeededGenerator(seed: UInt64(size))
            let contents = random.bytes(size)
            try world.write(contents, to: "a.log")
            let file = try Self.hold("a.log", in: world)
            let expected = try HeldFileReader(file, packedBy: nil).contents(isCancelled: { false })
            #expect(expected.count == Int64(size))
            for partSize in [100_000, 524_288] {
                let (parts, read) = try Self.parts(of: file, partSize, library)
                #expect(read == expected)
                let stored = try StoredContents(isPacked: library != nil, limit: Int64(size))
                for part in parts { try stored.take(part) }
                #expect(try stored.contents() == expected)
                if library == nil {
                    #expect(parts.flatMap(\.self) == contents)
                } else {
                    try world.write(parts.flatMap(\.self), to: "copy.gz")
                    #expect(world.unzip("copy.gz") == contents)
                }
                // The same file gives the same parts, or no copy could be known again by its sums.
                #expect(try Self.parts(of: file, partSize, library).parts == parts)
            }
        }
    }

    @Test func aFileThatIsNotThePlannedOneIsNotHeld() throws {
        try GzipWorld.with { world in
            try world.write([1, 2, 3], to: "a.log")
            let expected = try world.expected("a.log")
            // Of another length, because the kernel's clock may not have moved since.
            try world.write([1, 2, 3, 4], to: "a.log")
            let error = #expect(throws: GzipError.self) {
                try HeldFile(
                    directory: world.directory,
                    name: Array("a.log".utf8),
                    expected: expected,
                    checkOpen: true
                )
            }
            #expect(error?.code == .changed)
        }
    }

    @Test func whoWantsToWriteShows() throws {
        try GzipWorld.with { world in
            try world.write([UInt8](repeating: 1, count: 1000), to: "a.log")
            let file = try Self.hold("a.log", in: world)
            #expect(!file.isDisturbed)
            // Without waiting; the kernel tells us all the same.
            let writer = openat(world.directory, "a.log", O_WRONLY | O_NONBLOCK | O_CLOEXEC)
            #expect(writer < 0 && errno == EWOULDBLOCK)
            #expect(file.isDisturbed)
            let error = #expect(throws: GzipError.self) {
                try HeldFileReader(file, packedBy: nil).contents(isCancelled: { false })
            }
            #expect(error?.code == .open)
        }
    }

    @Test func aNameThatMeansAnotherFileByNowIsAChange() throws {
        try GzipWorld.with { world in
            try world.write([1], to: "a.log")
            try world.write([2], to: "other")
            let file = try Self.hold("a.log", in: world)
            try file.requireUnchanged()
            try #require(renameat(world.directory, "other", world.directory, "a.log") == 0)
            let error = #expect(throws: GzipError.self) { try file.requireUnchanged() }
            #expect(error?.code == .changed)
        }
    }

    @Test func aCancelledReadingEndsAtOnce() throws {
        try GzipWorld.with { world in
            try world.write([UInt8](repeating: 1, count: 1_000_000), to: "a.log")
            let reader = try HeldFileReader(try Self.hold("a.log", in: world), packedBy: .zlib)
            let error = #expect(throws: GzipError.self) { try reader.part(of: 100_000, isCancelled: { true }) }
            #expect(error?.code == .cancelled)
        }
    }

    @Test func readingLeavesNoTraceInTheTimeOfAccess() throws {
        try GzipWorld.with { world in
            try world.write([1, 2, 3], to: "a.log")
            var times = [timespec(tv_sec: 1_000_000_000, tv_nsec: 0), timespec(tv_sec: 1_000_000_000, tv_nsec: 0)]
            try #require(utimensat(world.directory, "a.log", &times, 0) == 0)
            let file = try Self.hold("a.log", in: world)
            #expect(!file.leavesTrace)
            #expect(try file.beginning(2) == [1, 2])
            _ = try HeldFileReader(file, packedBy: nil).contents(isCancelled: { false })
            #expect(try world.state("a.log").st_atim.tv_sec == 1_000_000_000)
        }
    }

    /// Only root can be somebody else for a moment, on one thread; whoever else tries stays the owner.
    @Test func whoDoesNotOwnItLeavesATraceAndIsTold() throws {
        let symbol = try #require(dlsym(nil, "setfsuid"))
        let become = unsafeBitCast(symbol, to: (@convention(c) (UInt32) -> Int32).self)
        try GzipWorld.with { world in
            try world.write([1, 2, 3], to: "a.log", mode: 0o644)
            try #require(chmod(world.path, 0o755) == 0)
            let expected = try world.expected("a.log")
            _ = become(65_534)
            defer { _ = become(0) }
            let file = try HeldFile(
                directory: world.directory,
                name: Array("a.log".utf8),
                expected: expected,
                checkOpen: false
            )
            #expect(file.leavesTrace == (geteuid() == 0))
        }
    }

    @Test func whatIsStoredOtherwiseIsFound() throws {
        let damaged: [[UInt8]] = [[], [1, 2, 3], [0x1F, 0x8B, 8, 0]]
        for bytes in damaged {
            let error = #expect(throws: GzipError.self) {
                let stored = try StoredContents(isPacked: true, limit: 100)
                try stored.take(bytes)
                _ = try stored.contents()
            }
            #expect(error?.code == .verifyFailed, "\(bytes)")
        }
        let error = #expect(throws: GzipError.self) {
            try StoredContents(isPacked: false, limit: 2).take([1, 2, 3])
        }
        #expect(error?.code == .verifyFailed)
    }

    @Test func packedFormsAreToldByNameAndByTheirFirstBytes() {
        for name in ["a.gz", "a.TGZ", "b.tar.zst", ".x.zip", "photo.JPEG"] {
            #expect(PackedForm.isPacked(name: Array(name.utf8), beginning: []), "\(name)")
        }
        for name in ["a", "gz", ".gz", "a.gz.txt", "agz", "a.db"] {
            #expect(!PackedForm.isPacked(name: Array(name.utf8), beginning: [1, 2, 3]), "\(name)")
        }
        let marks: [[UInt8]] = [[0x1F, 0x8B, 8], Array("BZh91A".utf8), [0x28, 0xB5, 0x2F, 0xFD, 0, 0]]
        for mark in marks { #expect(PackedForm.isPacked(name: Array("a".utf8), beginning: mark), "\(mark)") }
        #expect(!PackedForm.isPacked(name: Array("a".utf8), beginning: [0x1F]))
    }
}
