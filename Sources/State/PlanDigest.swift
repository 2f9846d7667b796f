import Crypto
import Foundation
import Retention

/// SHA-256 over a plan. Every part is preceded by its length, so that no two plans give the same bytes.
struct PlanDigest {
    private var hash = SHA256()
    private(set) var blocks = 0
    private(set) var items = 0

    init(task: String, policyDigest: String, cutoff: Instant) {
        add(text: "cleanupd plan 1")
        add(text: task)
        add(text: policyDigest)
        add(number: UInt64(bitPattern: cutoff.nanoseconds))
    }

    /// The digest of a run's plan, without its blocks so far.
    init(of run: RunRecord) {
        self.init(task: run.task, policyDigest: run.policyDigest, cutoff: run.cutoff)
    }

    private init(heading: String) {
        add(text: heading)
    }

    /// Adds one encoded block.
    mutating func add(block: UnsafeRawBufferPointer, items count: Int) {
        add(number: UInt64(block.count))
        hash.update(bufferPointer: block)
        blocks += 1
        items += count
    }

    func seal() -> PlanSeal { PlanSeal(digest: hash.finalize().hexadecimal, blocks: blocks, items: items) }

    /// The digest of a saved plan: of what was decided, not of its application.
    static func of(_ plan: SavedPlan) -> String {
        var digest = PlanDigest(heading: "cleanupd saved plan 1")
        digest.add(text: plan.id)
        digest.add(number: UInt64(bitPattern: plan.createdAt.nanoseconds))
        digest.add(number: UInt64(bitPattern: plan.expiresAt.nanoseconds))
        digest.add(text: plan.configurationDigest)
        for part in plan.parts {
            digest.add(text: part.task)
            digest.add(text: part.run.description)
            digest.add(text: part.seal.digest)
            digest.add(number: UInt64(part.seal.blocks))
            digest.add(number: UInt64(part.seal.items))
        }
        return digest.hash.finalize().hexadecimal
    }

    private mutating func add(text: String) {
        add(number: UInt64(text.utf8.count))
        hash.update(data: Data(text.utf8))
    }

    private mutating func add(number: UInt64) {
        withUnsafeBytes(of: number.littleEndian) { hash.update(bufferPointer: $0) }
    }
}
