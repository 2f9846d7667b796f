import Clients
import Foundation
import Retention
import Support
import Synchronization
import Testing

@testable import Stores

/// Many keys and a million references, in memory that does not grow with the keys. The listing is made up by a server in
/// this process; all else is as it is. A million keys are measured by the benchmark: unoptimized they take minutes.
@Suite("Objects: memory")
struct ObjectsMemoryTests {
    @Test func keysTakeNoMemoryAndReferencesLittle() async throws {
        let (count, references) = (100_000, 1_000_000)
        let listing = try ListingServer(count: count)
        let settings = S3Settings(
            bucket: "b",
            endpoint: "http://127.0.0.1:\(listing.port)",
            style: .path,
            credentials: .fixed(S3Credentials(accessKey: "a", secretKey: "secret"))
        )
        let server = ObjectsServer(name: "bundles", settings: settings)
        let reference = Reference(id: "r", label: "main") { _, name in
            // All but each hundredth.
            for number in 0..<references where number % 100 != 0 { try name(ListingServer.key(number)) }
        }
        let store = ReferencedStore(
            base: ObjectsStore(server: server, specification: ObjectsSpecification(), now: ObjectsWorld.clock),
            references: [reference],
            root: nil,
            rules: ReferenceRules(isOrphan: false),
            makeSpool: { MemorySpool() }
        )
        // Read before the listing here, so that no block waits for them.
        let before = try residentBytes()
        let peak = Mutex(before)
        let free = Mutex(0)
        let summary = try await onThread {
            try store.openSource().scan(workers: 1, isCancelled: { false }) { block in
                let held = block.items.count { $0.hold == 0 }
                free.withLock { $0 += held }
                let now = try residentBytes()
                peak.withLock { $0 = max($0, now) }
            }
        }
        await server.shutdown()
        #expect(summary.examined == count)
        #expect(free.withLock { $0 } == count / 100)
        // The pages of both sides, and what other tests of this process take, are among it.
        #expect(peak.withLock { $0 } - before < 128 << 20)
    }
}
