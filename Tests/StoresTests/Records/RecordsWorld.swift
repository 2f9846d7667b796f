import Foundation
import Retention
import Support

@testable import Stores

/// A JSON file, a root with files that its records own, and what the engine does with them, without the engine.
struct RecordsWorld: Sendable {
    /// 2026-01-01: the instant of all plans.
    static let now = Instant(seconds: 1_767_225_600)

    let folder: TemporaryFolder
    let file: String
    let root: String

    init(_ text: String) throws {
        folder = try TemporaryFolder()
        file = folder.file("tokens.json")
        root = folder.file("audio")
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        try write(text)
    }

    func write(_ text: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: file)) }

    var text: String { get throws { try String(contentsOfFile: file, encoding: .utf8) } }

    func makeFile(_ name: String, bytes: Int = 10) throws {
        try Data(count: bytes).write(to: URL(fileURLWithPath: root + "/" + name))
    }

    var files: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: root).sorted() } }

    /// Seconds before the plans' instant, as RFC 3339.
    static func ago(_ seconds: Int64) -> String { Timestamp.format(now.adding(nanoseconds: -seconds * 1_000_000_000)) }

    func audio(_ field: String = "audio", measured: StorageUse? = nil) -> RecordsOwned {
        let root = root
        return .files(field: field, resource: "audio", root: root, measured: measured) {
            try OwnedFiles(rootPath: root, aliases: ["/data"], specification: FilesSpecification(protect: ["*.keep"]))
        }
    }

    func store(
        _ specification: RecordsSpecification,
        owned: [RecordsOwned] = [],
        usage: StorageUse? = nil
    ) -> RecordsStore {
        RecordsStore(file: file, specification: specification, owned: owned, usage: usage, now: { Self.now })
    }

    func plan(_ store: RecordsStore, _ policy: Policy) throws -> StorePlan {
        try StorePlan(of: ReadOnlyStore(store), policy, now: Self.now)
    }

    /// Carries a plan out.
    func act(_ plan: StorePlan, _ store: RecordsStore) throws -> [String: ItemResult] {
        plan.act(by: try store.openRemover(run: "019ab3c4d5e6-0f1e2d3c4b5a", fence: nil))
    }

    static let expired = Policy(remove: Policy.Remove(isListed: false, isExpired: true))
}
