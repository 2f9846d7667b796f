import Clients
import Glibc
import Support
import Testing

/// A process died after it took an original away, and before it removed it.
@Suite("Gzip: captured originals")
struct GzipCapturedTests {
    private static let name = ".cleanupd-dead-1.orig.part"

    private static func times(of name: String, in world: GzipWorld) throws -> [timespec] {
        var status = stat()
        try #require(fstatat(world.directory, name, &status, 0) == 0)
        return [status.st_atim, status.st_mtim]
    }

    /// Compresses `contents`, and puts the original back under its private name, as a kill leaves it.
    private func withCaptured(
        _ contents: [UInt8],
        then change: (GzipWorld) throws -> Void = { _ in },
        _ body: (GzipWorld, GzipCaptured.End) throws -> Void
    ) throws {
        try GzipWorld.with { world in
            try world.write(contents, to: "a.log")
            let times = try Self.times(of: "a.log", in: world)
            try world.archive("a.log", by: GzipArchiver(runIdentifier: "dead"))
            try world.write(contents, to: Self.name)
            try #require(utimensat(world.directory, Self.name, times, 0) == 0)
            try world.write([], to: "other.gz")
            try change(world)
            let end = try GzipCaptured.settle(
                directory: world.directory,
                name: Array(Self.name.utf8),
                archives: ["other.gz", "a.log.gz"].map { Array($0.utf8) }
            )
            try body(world, end)
        }
    }

    @Test func originalIsRemovedBesideItsArchive() throws {
        let contents = Array("first\n".utf8)
        try withCaptured(contents) { world, end in
            #expect(end == .removed)
            #expect(world.names == ["a.log.gz", "other.gz"])
            #expect(world.unzip("a.log.gz") == contents)
        }
    }

    @Test(arguments: ["appended", "same size and time", "archive gone", "archive damaged"])
    func originalThatNoArchiveHoldsIsBroughtBackToLight(_ change: String) throws {
        let contents = Array("first\n".utf8)
        var expected = contents
        try withCaptured(
            contents,
            then: { world in
                switch change {
                case "appended":
                    expected += Array("second\n".utf8)
                    try world.write(expected, to: Self.name)
                case "same size and time":
                    expected = Array("FIRST\n".utf8)
                    let times = try Self.times(of: Self.name, in: world)
                    try world.write(expected, to: Self.name)
                    try #require(utimensat(world.directory, Self.name, times, 0) == 0)
                case "archive gone":
                    try #require(unlinkat(world.directory, "a.log.gz", 0) == 0)
                default:
                    let times = try Self.times(of: "a.log.gz", in: world)
                    var bytes = try #require(world.read("a.log.gz"))
                    bytes[bytes.count - 1] ^= 1
                    try world.write(bytes, to: "a.log.gz")
                    try #require(utimensat(world.directory, "a.log.gz", times, 0) == 0)
                }
            },
            { world, end in
                #expect(end == .kept(Array("cleanupd-dead-1.kept".utf8)))
                #expect(world.read("cleanupd-dead-1.kept") == expected)
                #expect(!world.names.contains(Self.name))
            }
        )
    }

    @Test func originalThatSomebodyWritesStaysWhereItIs() throws {
        try GzipWorld.with { world in
            try world.write(Array("x".utf8), to: Self.name)
            let writer = openat(world.directory, Self.name, O_WRONLY | O_APPEND | O_CLOEXEC)
            defer { close(writer) }
            let error = #expect(throws: GzipError.self) {
                try GzipCaptured.settle(directory: world.directory, name: Array(Self.name.utf8), archives: [])
            }
            #expect(error?.code == .open)
            #expect(world.names == [Self.name])
        }
    }
}
