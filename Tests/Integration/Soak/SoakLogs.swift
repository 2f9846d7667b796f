import Foundation
import Support
import Synchronization

/// Logs that are compressed, and go later. Until then each is there whole, itself or in an archive.
struct SoakLogs: SoakSource {
    static let compressAge = 3.0
    static let age = 9.0
    let things = [SoakThings("logs")]
    let pattern: String? = "l[0-9]+[.]log"
    let folder: String
    /// Archives that were read.
    private let read = SeenNames()

    init(_ folder: String) throws {
        self.folder = folder + "/logs"
        try FileManager.default.createDirectory(atPath: self.folder, withIntermediateDirectories: true)
    }

    var archivesRead: Int { read.count }

    func make(_ number: Int, _ random: inout SeededGenerator) async throws {
        let name = "l\(number).log"
        try await make([name], due: SoakSchedule.due(after: Self.age)) { try write(name) }
        if makesKept(number) {
            let kept = "audit-\(number).log"
            try await make([kept], due: SoakThings.never) { try write(kept) }
        }
    }

    func look() async throws -> [Set<String>] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        var present = Set(names.filter { $0.hasSuffix(".log") })
        for archive in names where archive.hasSuffix(".log.gz") {
            let name = String(archive.dropLast(3))
            present.insert(name)
            if read.insert(archive) { try await check(archive, of: name) }
        }
        // The listing may have passed the archive's place before the archive had it, and the original lies here now.
        for part in names where part.hasSuffix(".part") {
            guard let data = FileManager.default.contents(atPath: "\(folder)/\(part)") else { continue }
            let first = data.prefix { $0 != UInt8(ascii: " ") }
            let name = String(decoding: first, as: UTF8.self)
            if data == Self.content(name) { present.insert(name) }
        }
        return [present]
    }

    private func check(_ archive: String, of name: String) async throws {
        let result = try await Command.run("/bin/gzip", ["-dc", "\(folder)/\(archive)"])
        // It may have gone since the look.
        guard FileManager.default.fileExists(atPath: "\(folder)/\(archive)") else { return }
        if result.code != 0 || result.output != Self.content(name) {
            things[0].note(problem: "\(archive) is not its log: \(result.code) \(result.errorText)")
        }
    }

    private func write(_ name: String) throws {
        try Self.content(name).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
    }

    /// Some 100 KB.
    private static func content(_ name: String) -> Data {
        Data((0..<2_000).map { "\(name) has a line of some length, number \($0)\n" }.joined().utf8)
    }
}

/// Names that were seen before.
final class SeenNames: Sendable {
    private let names = Mutex<Set<String>>([])

    var count: Int { names.withLock { $0.count } }

    /// - Returns: whether it is new.
    func insert(_ name: String) -> Bool { names.withLock { $0.insert(name).inserted } }
}
