import Clients
import Foundation
import Glibc
import Support
import Synchronization
import Testing

/// F11: a log that is written while it is compressed loses no byte.
@Suite("Gzip: a racing writer")
struct GzipWriterRaceTests {
    private static let rounds = Scale.rounds(200, nightly: 5_000)

    /// A logger that opens, appends a line and closes; or that keeps the file open for all its lines.
    private struct Writer: Sendable {
        let path: String
        let lines: Int
        let keepsOpen: Bool
        let pauses: [Int]

        /// - Returns: what was written, in order.
        func run(after begin: DispatchSemaphore) -> [UInt8] {
            begin.wait()
            var written: [UInt8] = []
            var file: Int32 = -1
            for number in 0..<lines {
                for _ in 0..<pauses[number] { sched_yield() }
                if file < 0 { file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o640) }
                let line = Array("appended line \(number)\n".utf8)
                if file >= 0, line.withUnsafeBytes({ write(file, $0.baseAddress, $0.count) }) == line.count {
                    written += line
                }
                if !keepsOpen, file >= 0 {
                    close(file)
                    file = -1
                }
            }
            if file >= 0 { close(file) }
            return written
        }
    }

    @Test(.tags(.f11), arguments: [false, true])
    func archiveAndLiveFileAreAllThatWasWritten(keepsOpen: Bool) throws {
        let seed = Scale.seed(keepsOpen ? 111 : 11)
        var random = SeededGenerator(seed: seed)
        var compressed = 0
        for round in 0..<Self.rounds {
            try GzipWorld.with { world in
                let initial = random.log(Int(random.next() % 60_000))
                try world.write(initial, to: "a.log")
                let expected = try world.expected("a.log")
                let lines = 1 + Int(random.next() % 4)
                let pauses = (0..<lines).map { _ in Int(random.next() % 3000) }
                let writer = Writer(path: world.path + "/a.log", lines: lines, keepsOpen: keepsOpen, pauses: pauses)
                let (wasArchived, written) = Self.race(writer, in: world, expected)
                if wasArchived { compressed += 1 }
                #expect(Self.everything(in: world) == initial + written, "round \(round), seed \(seed)")
                #expect(!world.names.contains { $0.hasSuffix(".part") }, "round \(round), seed \(seed)")
            }
        }
        // Both ends of the race must have happened, or the rounds prove nothing.
        #expect(compressed > 0 && compressed < Self.rounds, "compressed \(compressed) of \(Self.rounds), seed \(seed)")
    }

    private static func race(
        _ writer: Writer,
        in world: GzipWorld,
        _ expected: GzipArchiver.Expected
    ) -> (wasArchived: Bool, written: [UInt8]) {
        let archived = Mutex(false)
        let written = Mutex<[UInt8]>([])
        let begin = DispatchSemaphore(value: 0)
        DispatchQueue.concurrentPerform(iterations: 2) { side in
            if side == 0 {
                let bytes = writer.run(after: begin)
                written.withLock { $0 = bytes }
            } else {
                begin.signal()
                let result = Result {
                    try GzipArchiver(runIdentifier: "race").archive(
                        directory: world.directory,
                        name: Array("a.log".utf8),
                        expected: expected,
                        checkOpen: true
                    )
                }
                if case .success = result { archived.withLock { $0 = true } }
            }
        }
        return (archived.withLock { $0 }, written.withLock { $0 })
    }

    /// What a reader of archive and live file finds; a file that was kept under another name stands for the original.
    private static func everything(in world: GzipWorld) -> [UInt8]? {
        let live = world.read("a.log") ?? []
        if let kept = world.names.first(where: { $0.hasSuffix(".kept") }) { return (world.read(kept) ?? []) + live }
        guard world.names.contains("a.log.gz") else { return live }
        guard let archive = world.unzip("a.log.gz") else { return nil }
        return archive + live
    }
}
