import Foundation
import Support
import Synchronization
import Testing

@testable import Clients

/// Others who write the file all the time.
@Suite(.serialized)
struct JSONFileRaceTests {
    private static let rounds = 1_000

    /// How another process writes.
    enum Writer: String, CaseIterable {
        /// Makes a new file and renames it over the old one; takes no lock.
        case rename
        /// Opens the file, locks it, and writes it anew in place; does not look whether it is still in place.
        case lockInPlace
    }

    /// Each write adds an entry that stays and one that goes, at any moment of what the cleaner does. Once the cleaner is
    /// through, what stays must be there.
    @Test(arguments: Writer.allCases)
    func nothingThatWasWrittenIsLost(_ writer: Writer) async throws {
        let world = try JSONFileWorld("{\"old\":0}")
        let passes = Atomic<Int>(0)
        let isOver = Atomic<Bool>(false)
        let hasStopped = Atomic<Bool>(false)
        async let cleaning = onThread {
            defer { hasStopped.store(true, ordering: .sequentiallyConsistent) }
            var rewritings = 0
            while !isOver.load(ordering: .sequentiallyConsistent) {
                if try world.remove(isGoing: { $0.hasPrefix("old") }) > 0 { rewritings += 1 }
                passes.add(1, ordering: .sequentiallyConsistent)
            }
            return rewritings
        }
        let seed: UInt64 = 42
        do {
            try await onThread {
                var random = SeededGenerator(seed: seed)
                for number in 1...Self.rounds {
                    try Self.write(number, writer, world, &random)
                    // The attempt that was under way, and a whole one.
                    let seen = passes.load(ordering: .sequentiallyConsistent)
                    if number % 10 == 0 {
                        while passes.load(ordering: .sequentiallyConsistent) < seen + 2 {
                            if hasStopped.load(ordering: .sequentiallyConsistent) { return }
                            usleep(200)  // banned-ok: between two looks at what is waited for
                        }
                        let members = try world.members
                        let lost = (1...number).filter { !members.contains("new\($0)") }
                        guard lost.isEmpty else { throw SupportError("\(lost) are lost after \(number), seed \(seed)") }
                    }
                }
            }
        } catch {
            isOver.store(true, ordering: .sequentiallyConsistent)
            _ = try await cleaning
            throw error
        }
        isOver.store(true, ordering: .sequentiallyConsistent)
        let rewritings = try await cleaning
        try world.remove { $0.hasPrefix("old") }
        #expect(try world.members == Set((1...Self.rounds).map { "new\($0)" }))
        #expect(try world.names == ["tokens.json"])
        #expect(rewritings > 50)
    }

    private static func write(
        _ number: Int,
        _ writer: Writer,
        _ world: JSONFileWorld,
        _ random: inout SeededGenerator
    ) throws {
        usleep(UInt32.random(in: 0..<3_000, using: &random))  // banned-ok: the pace of the world
        switch writer {
        case .rename:
            let text = try added(number, to: try Data(contentsOf: URL(fileURLWithPath: world.path)))
            let next = world.folder.file("writer.tmp")
            try text.write(to: URL(fileURLWithPath: next))
            guard rename(next, world.path) == 0 else { throw SupportError("rename: \(errno)") }
        case .lockInPlace:
            let descriptor = open(world.path, O_RDWR | O_CLOEXEC)
            guard descriptor >= 0 else { throw SupportError("open: \(errno)") }
            defer { close(descriptor) }
            guard flock(descriptor, LOCK_EX) == 0 else { throw SupportError("flock: \(errno)") }
            let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
            let text = try added(number, to: try file.readToEnd() ?? Data())
            try file.truncate(atOffset: 0)
            try file.write(contentsOf: text)
        }
    }

    private static func added(_ number: Int, to data: Data) throws -> Data {
        guard var object = try JSONSerialization.jsonObject(with: data) as? [String: Any] else {
            throw SupportError("no object")
        }
        object["new\(number)"] = number
        object["old\(number)"] = number
        return try JSONSerialization.data(withJSONObject: object)
    }
}
