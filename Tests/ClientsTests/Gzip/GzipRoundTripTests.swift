import Clients
import Foundation
import Glibc
import Support
import Synchronization
import Testing

@Suite("Gzip: what comes out")
struct GzipRoundTripTests {
    private static let libraries: [GzipLibrary] = [.zlib, .libdeflate]

    @Test(arguments: [0, 1, 100, 262_143, 262_144, 262_145, 524_288, 3_000_000], libraries)
    func archiveHoldsTheOriginalAtEverySize(size: Int, library: GzipLibrary) throws {
        try GzipWorld.with { world in
            var random = SeededGenerator(seed: UInt64(size))
            let contents = random.log(size)
            try world.write(contents, to: "a.log")
            let result = try world.archive("a.log", by: GzipArchiver(library: library, runIdentifier: "test"))
            #expect(world.names == ["a.log.gz"])
            #expect(world.unzip("a.log.gz") == contents)
            #expect(result.inputBytes == Int64(size))
            #expect(result.outputBytes == Int64(try world.state("a.log.gz").st_size))
            #expect(result.warning == nil)
        }
    }

    @Test(arguments: libraries) func bytesThatDoNotCompressSurvive(library: GzipLibrary) throws {
        try GzipWorld.with { world in
            var random = SeededGenerator(seed: 7)
            let contents = random.bytes(1_000_000)
            try world.write(contents, to: "noise")
            try world.archive("noise", by: GzipArchiver(library: library, runIdentifier: "test"))
            #expect(world.unzip("noise.gz") == contents)
        }
    }

    @Test(arguments: libraries) func gzipAcceptsTheArchiveAndRestoresNameAndTime(library: GzipLibrary) throws {
        try GzipWorld.with { world in
            var random = SeededGenerator(seed: 8)
            let contents = random.log(700_000)
            try world.write(contents, to: "service.log")
            var times = [timespec(tv_sec: 1_700_000_001, tv_nsec: 5), timespec(tv_sec: 1_700_000_000, tv_nsec: 0)]
            try #require(utimensat(world.directory, "service.log", &times, 0) == 0)
            try world.archive("service.log", by: GzipArchiver(library: library, runIdentifier: "test"))

            #expect(try world.run("gzip", ["-t", "service.log.gz"]).status == 0)
            #expect(try world.run("zcat", ["service.log.gz"]).output == contents)
            // Under another name, so that only the header can tell.
            try #require(renameat(world.directory, "service.log.gz", world.directory, "other.gz") == 0)
            #expect(try world.run("gunzip", ["-N", "other.gz"]).status == 0)
            #expect(world.names == ["service.log"])
            #expect(world.read("service.log") == contents)
            #expect(try world.state("service.log").st_mtim.tv_sec == 1_700_000_000)
        }
    }

    @Test func ownerPermissionsAndTimesAreKept() throws {
        try GzipWorld.with { world in
            try world.write(Array("hello\n".utf8), to: "a.log", mode: 0o6604)
            try #require(getuid() == 0, "this test gives files to other users: run it as root")
            try #require(fchownat(world.directory, "a.log", 1234, 2345, 0) == 0)
            try #require(fchmodat(world.directory, "a.log", 0o6604, 0) == 0)
            var times = [timespec(tv_sec: 1_600_000_000, tv_nsec: 123), timespec(tv_sec: -5, tv_nsec: 999_999_999)]
            try #require(utimensat(world.directory, "a.log", &times, 0) == 0)
            try world.archive("a.log")
            let archive = try world.state("a.log.gz")
            #expect(archive.st_uid == 1234)
            #expect(archive.st_gid == 2345)
            #expect(archive.st_mode & 0o7777 == 0o604)
            #expect(archive.st_atim.tv_sec == 1_600_000_000)
            #expect(archive.st_mtim.tv_sec == -5)
            #expect(archive.st_mtim.tv_nsec == 999_999_999)
        }
    }

    @Test func userAttributesAreKept() throws {
        try GzipWorld.with { world in
            try world.write(Array("hello\n".utf8), to: "a.log")
            // Glibc's attribute calls are not in Swift's module; a second opinion is welcome anyway.
            let set = """
                import os
                os.setxattr('a.log', 'user.short', b'x')
                os.setxattr('a.log', 'user.long', b'A' * 2000)
                """
            try #require(world.run("python3", ["-c", set]).status == 0)
            try world.archive("a.log")
            let get = """
                import os
                print(*[os.getxattr('a.log.gz', name).decode() for name in sorted(os.listxattr('a.log.gz'))])
                """
            let output = try world.run("python3", ["-c", get]).output
            #expect(String(decoding: output, as: UTF8.self) == String(repeating: "A", count: 2000) + " x\n")
        }
    }

    @Test func freedBytesAreBlocksBeforeLessBlocksAfter() throws {
        try GzipWorld.with { world in
            try world.write([UInt8](repeating: 10, count: 1_000_000), to: "a.log")
            let before = Int64(try world.state("a.log").st_blocks) * 512
            let result = try world.archive("a.log")
            #expect(result.freedBytes == before - Int64(try world.state("a.log.gz").st_blocks) * 512)
            #expect(result.freedBytes > 900_000)
        }
    }

    @Test(arguments: ["-rf", " leading", "new\nline", "emoji 🗑.log", ".hidden"])
    func namesAreJustBytes(name: String) throws {
        try GzipWorld.with { world in
            try world.write(Array("x".utf8), to: name)
            try world.archive(name)
            #expect(world.names == [name + ".gz"])
        }
    }

    @Test func nameThatIsNoTextIsArchived() throws {
        try GzipWorld.with { world in
            let name: [UInt8] = [0xFF, 0xFE, 0x41]
            let terminated = name.map { CChar(bitPattern: $0) } + [0]
            let file = openat(world.directory, terminated, O_RDONLY | O_CREAT | O_CLOEXEC, 0o600)
            try #require(file >= 0)
            close(file)
            var info = stat()
            try #require(fstatat(world.directory, terminated, &info, 0) == 0)
            try world.write([], to: "template")
            var expected = try world.expected("template")
            expected.inode = UInt64(info.st_ino)
            expected.modifiedSeconds = Int64(info.st_mtim.tv_sec)
            expected.modifiedNanoseconds = Int64(info.st_mtim.tv_nsec)
            expected.changedSeconds = Int64(info.st_ctim.tv_sec)
            expected.changedNanoseconds = Int64(info.st_ctim.tv_nsec)
            _ = try GzipArchiver(runIdentifier: "test").archive(
                directory: world.directory,
                name: name,
                expected: expected,
                checkOpen: true
            )
            #expect(faccessat(world.directory, terminated, F_OK, 0) != 0)
            let archive = (name + Array(".gz".utf8)).map { CChar(bitPattern: $0) } + [0]
            #expect(unlinkat(world.directory, archive, 0) == 0)
        }
    }

    @Test func severalThreadsArchiveSideBySide() throws {
        try GzipWorld.with { world in
            var random = SeededGenerator(seed: 9)
            let contents = (0..<40).map { _ in random.log(20_000) }
            for (number, bytes) in contents.enumerated() { try world.write(bytes, to: "\(number).log") }
            let failures = Mutex<[String]>([])
            DispatchQueue.concurrentPerform(iterations: 40) { number in
                do {
                    try world.archive("\(number).log")
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
            #expect(failures.withLock { $0 } == [])
            for (number, bytes) in contents.enumerated() { #expect(world.unzip("\(number).log.gz") == bytes) }
            #expect(world.names.count == 40)
        }
    }
}
