import Coordination
import Foundation
import Retention
import Support
import Testing

@testable import Engine

/// Where blocks go that wait for a second look.
struct SpoolTests {
    private static func block(_ number: Int) -> ItemBlock {
        var block = ItemBlock(place: Array("place\(number)".utf8))
        _ = block.internGroup("")
        for index in 0..<ItemBlock.capacity {
            Array("block \(number), a name of some length, item \(index)".utf8).withUnsafeBytes { name in
                let version = UnsafeRawBufferPointer(rebasing: name.prefix(32))
                _ = block.append(
                    name: name,
                    version: version,
                    kind: .file,
                    group: 0,
                    time: Instant(seconds: 1),
                    size: 1
                )
            }
        }
        return block
    }

    private static func places(of spool: Spool) throws -> [String] {
        var places: [String] = []
        try spool.forEach { places.append(String(decoding: $0.place, as: UTF8.self)) }
        return places
    }

    @Test func fullDiskIsFollowedByTheNextPlaceInOrder() throws {
        try #require(geteuid() == 0, "Mounting a small file system needs root.")
        let folder = try TemporaryFolder()
        #expect(mount("tmpfs", folder.path, "tmpfs", 0, "size=1m,mode=0700") == 0)
        defer { umount2(folder.path, Int32(MNT_DETACH)) }
        let spool = Spool(places: [.folder(folder.path), .folder(folder.file("none")), .memory(64 << 20)])
        for number in 0..<160 { try spool.append(Self.block(number)) }
        let places = try Self.places(of: spool)
        #expect(places == (0..<160).map { "place\($0)" })
        // As often as a policy looks.
        #expect(try Self.places(of: spool) == places)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty, "it has no name")
    }

    @Test func manyReadAtOnceAndEachSeesAll() async throws {
        let folder = try TemporaryFolder()
        let spool = Spool(places: [.folder(folder.path)])
        for number in 0..<400 { try spool.append(Self.block(number)) }
        let expected = (0..<400).map { "place\($0)" }
        let seen = try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<16 { group.addTask { try await Blocking.run { try Self.places(of: spool) } } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(seen.count == 16 && seen.allSatisfy { $0 == expected })
    }

    @Test func whereNoPlaceHasRoomItSaysSoAndKeepsWhatItHas() throws {
        let spool = Spool(places: [.folder("/nonexistent"), .memory(1 << 20)])
        var count = 0
        let error = #expect(throws: EngineError.self) {
            while true {
                try spool.append(Self.block(count))
                count += 1
            }
        }
        #expect(error.map { "\($0)" }?.contains("Free some space by hand") == true)
        #expect(try Self.places(of: spool) == (0..<count).map { "place\($0)" })
    }
}
