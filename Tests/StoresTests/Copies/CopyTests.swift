import Clients
import Foundation
import Glibc
import Retention
import Support
import Testing

@testable import Stores

@Suite("Copies: files go once their copies are proved", .timeLimit(.minutes(10)))
struct CopyTests {
    private static let log = Array((0..<5_000).map { "line \($0) of a log\n" }.joined().utf8)

    @Test(arguments: S3TestServer.Kind.allCases, [GzipLibrary.zlib, .libdeflate])
    func aFileGoesOnceItsPackedCopyIsProved(_ kind: S3TestServer.Kind, _ library: GzipLibrary) async throws {
        try await CopyWorld.with(kind) { world in
            try world.write("a/b/c.log", Self.log)
            let results = try await world.run(library: library)
            let result = try #require(results["a/b/c.log"])
            #expect(result.outcome == .deleted && result.freedBytes > 0, "\(result)")
            #expect(result.detail == "old; its copy is vault: copies/a/b/c.log.gz")
            #expect(world.contents("a/b/c.log") == nil)
            #expect(try await world.keys() == ["copies/a/b/c.log.gz"])
            #expect(try await world.unpacked("copies/a/b/c.log.gz") == Self.log)
            let stored = try #require(try await world.client.stored(key: "copies/a/b/c.log.gz"))
            #expect(stored.metadata["cleanupd-size"] == "\(Self.log.count)")
            #expect(stored.metadata["mtime"] == "1000000000.000000000")
            #expect(stored.object.size < Int64(Self.log.count) / 2)
        }
    }

    @Test func keysBeginAtTheTasksPath() async throws {
        try await CopyWorld.with { world in
            try world.write("logs/app/a.log", Self.log)
            try world.write("other/b.log", Self.log)
            _ = try await world.run(FilesSpecification(path: "logs"))
            #expect(try await world.keys() == ["copies/app/a.log.gz"])
            #expect(world.contents("other/b.log") == Self.log)
        }
    }

    @Test func whatIsPackedAlreadyGoesAsItIs() async throws {
        try await CopyWorld.with { world in
            let packed = [0x1F, 0x8B, 8, 0] + Self.log
            let files = ["named.TAR.GZ": Self.log, "unnamed": packed, "empty.zip": [], "plain": Self.log]
            for (name, contents) in files { try world.write(name, contents) }
            #expect(try await world.run().values.allSatisfy { $0.outcome == .deleted })
            let keys = ["copies/empty.zip", "copies/named.TAR.GZ", "copies/plain.gz", "copies/unnamed"]
            #expect(try await world.keys() == keys)
            #expect(try await world.object("copies/named.TAR.GZ") == Self.log)
            #expect(try await world.object("copies/unnamed") == packed)
            #expect(try await world.object("copies/empty.zip") == [])
        }
    }

    @Test(arguments: S3TestServer.Kind.allCases, [true, false])
    func aLargeFileGoesInParts(_ kind: S3TestServer.Kind, _ isPackedAlready: Bool) async throws {
        let name = isPackedAlready ? "large.zst" : "large"
        let noise = CopyWorld.noise(2 * CopyWorld.smallPart + 1_000_000)
        try await CopyWorld.with(kind) { world in
            try world.write(name, noise)
            let results = try await world.run(leastPart: CopyWorld.smallPart)
            #expect(results[name]?.outcome == .deleted, "\(results)")
            #expect(world.contents(name) == nil)
            let key = isPackedAlready ? "copies/large.zst" : "copies/large.gz"
            let copy = isPackedAlready ? try await world.object(key) : try await world.unpacked(key)
            #expect(copy == noise)
            #expect(try await world.client.stored(key: key)?.object.etag.hasSuffix("-3") == true)
            #expect(try await world.uploads().isEmpty)
        }
    }

    @Test func aFileOfExactlyOnePartGoes() async throws {
        try await CopyWorld.with { world in
            let noise = CopyWorld.noise(CopyWorld.smallPart)
            try world.write("one.zip", noise)
            let results = try await world.run(leastPart: CopyWorld.smallPart)
            #expect(results["one.zip"]?.outcome == .deleted, "\(results)")
            #expect(try await world.object("copies/one.zip") == noise)
        }
    }

    @Test(arguments: [100, 2 * CopyWorld.smallPart + 1_000])
    func whatHasACopyAlreadyGoesWithoutBeingSentAgain(_ size: Int) async throws {
        let noise = CopyWorld.noise(size)
        let sent = Count()
        let fate: CopyWorld.Fate = { request in
            if request.method == "PUT" { sent.add() }
            return .pass
        }
        try await CopyWorld.with(fate: fate) { world in
            try world.write("a", noise)
            _ = try await world.run(leastPart: CopyWorld.smallPart)
            let before = try #require(try await world.client.stored(key: "copies/a.gz"))
            let requests = sent.value
            // As a run that died between the copy and the removal has left it; times are no part of what is compared.
            try world.write("a", noise)
            let results = try await world.run(leastPart: CopyWorld.smallPart)
            #expect(results["a"]?.outcome == .deleted, "\(results)")
            #expect(world.contents("a") == nil)
            #expect(sent.value == requests)
            #expect(try await world.client.stored(key: "copies/a.gz") == before)
        }
    }

    /// Packed by another library than ours would take now: the ETag differs, the contents do not.
    @Test func aCopyWithAnotherETagIsReadBackAndTaken() async throws {
        try await CopyWorld.with { world in
            try world.write("a.log", Self.log)
            _ = try await world.run(library: .zlib)
            try world.write("a.log", Self.log)
            let results = try await world.run(library: .libdeflate)
            #expect(results["a.log"]?.outcome == .deleted, "\(results)")
            #expect(try await world.unpacked("copies/a.log.gz") == Self.log)
        }
    }

    @Test(arguments: S3TestServer.Kind.allCases)
    func somethingElseUnderTheKeyIsNeverOverwritten(_ kind: S3TestServer.Kind) async throws {
        try await CopyWorld.with(kind) { world in
            try world.write("a.log", Self.log)
            try await world.client.put(key: "copies/a.log.gz", body: [1, 2, 3])
            let results = try await world.run()
            #expect(results["a.log"]?.outcome == .failed)
            #expect(results["a.log"]?.failure == .conflict)
            #expect(results["a.log"]?.detail?.contains("something else is, which is not overwritten") == true)
            #expect(world.contents("a.log") == Self.log)
            #expect(try await world.object("copies/a.log.gz") == [1, 2, 3])
        }
    }

    @Test func theNextFileOfTheSameNameDoesNotReplaceTheCopyOfTheLast() async throws {
        try await CopyWorld.with { world in
            try world.write("a.log", Self.log)
            _ = try await world.run()
            try world.write("a.log", Self.log + Self.log)
            let results = try await world.run()
            #expect(results["a.log"]?.failure == .conflict)
            #expect(world.contents("a.log") == Self.log + Self.log)
            #expect(try await world.unpacked("copies/a.log.gz") == Self.log)
        }
    }

    @Test func agesByAccessDoNotStandInTheWayOfTheReading() async throws {
        try await CopyWorld.with { world in
            try world.write("a.log", Self.log)
            let results = try await world.run(FilesSpecification(time: .newest))
            #expect(results["a.log"]?.outcome == .deleted, "\(results)")
        }
    }

    @Test func aDirectoryIsNeverRemovedWhereFilesAreCopied() async throws {
        try await CopyWorld.with { world in
            try world.write("d/a.log", Self.log)
            let results = try await world.run(FilesSpecification(type: .directory))
            #expect(results["d"]?.outcome == .failed)
            #expect(world.contents("d/a.log") == Self.log)
        }
    }

    /// Whoever watches or holds a run does not wait for a whole block of copies.
    @Test func filesThatAreCopiedGoOneByOneWhateverIsAroundTheirStore() async throws {
        try await CopyWorld.with { world in
            for store in world.stores {
                let goesOneByOne = try await onThread { try store.openRemover(run: "r", fence: nil).goesOneByOne }
                #expect(goesOneByOne)
            }
            let plain = FilesStore(rootPath: world.root, specification: FilesSpecification())
            let goesOneByOne = try await onThread { try plain.openRemover(run: "r", fence: nil).goesOneByOne }
            #expect(!goesOneByOne)
        }
    }
    /// Or it would come first, and keep others waiting.
    @Test func aFileWithHolesTakesAsLongAsItIsLong() async throws {
        try await CopyWorld.with { world in
            try world.write("a", Self.log)
            try world.write("holes", [])
            try #require(truncate(world.path("holes"), 1 << 30) == 0)
            for store in world.stores {
                let efforts = try await onThread {
                    let remover = try store.openRemover(run: "r", fence: nil)
                    return try CopyWorld.plan(world.store()).flatMap { block in
                        block.items.map { remover.effort(of: $0, in: block) }
                    }
                }
                #expect(efforts.sorted() == [Int64(Self.log.count), 1 << 30])
            }
        }
    }
}
