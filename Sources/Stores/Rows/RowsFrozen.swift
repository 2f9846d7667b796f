import Foundation
import Retention

/// What a plan of rows fixes: the specification, and the one instant that all its cutoffs are counted from.
struct RowsFrozen: Codable, Equatable {
    /// Of this format.
    private static let currentVersion = 1

    private var version = Self.currentVersion
    let engine: String
    let specification: RowsSpecification
    private let nowNanoseconds: Int64
    private var checksum: UInt64 = 0

    init(engine: String, specification: RowsSpecification, now: Instant) throws {
        self.engine = engine
        self.specification = specification
        nowNanoseconds = now.nanoseconds
        checksum = try sum()
    }

    var now: Instant { Instant(nanoseconds: nowNanoseconds) }

    func encoded() throws -> [UInt8] { try Array(Self.encoder.encode(self)) }

    /// Throws `StoreError` (`.denied`) if the bytes are not what `encoded` gave for this engine and specification.
    static func decode(_ bytes: [UInt8], engine: String, specification: RowsSpecification) throws -> RowsFrozen {
        let frozen: RowsFrozen
        do {
            frozen = try JSONDecoder().decode(RowsFrozen.self, from: Data(bytes))
        } catch {
            throw refusal(specification, "it cannot be read")
        }
        guard frozen.version == currentVersion else { throw refusal(specification, "it is of another version") }
        guard try frozen.sum() == frozen.checksum else { throw refusal(specification, "it was altered") }
        guard frozen.engine == engine, frozen.specification == specification else {
            throw refusal(specification, "it was made for another table, or under another policy")
        }
        return frozen
    }

    private static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return encoder
    }

    /// FNV-1a over everything else: against damage. Against malice a plan is sealed by the state store.
    private func sum() throws -> UInt64 {
        var other = self
        other.checksum = 0
        return try Self.encoder.encode(other).reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }

    private static func refusal(_ specification: RowsSpecification, _ finding: String) -> StoreError {
        StoreError(
            .denied,
            "The plan of task \(specification.task) cannot be carried out: \(finding). Nothing was removed. Make a new one."
        )
    }
}
