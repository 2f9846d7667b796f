import Foundation
import Support
import Testing

/// I10 and I13, by what servers were asked: no more is counted than that, and nothing of it is what a preview showed.
extension SoakJudge {
    /// What stays for others, and is due by a preview, was to be changed by nobody; and servers were asked for each removal.
    func expectServersWereAsked() async throws {
        let counted = world.scrapes.total("cleanup_items_deleted_total{task=\"objects\"}")
        #expect(counted <= Double(world.objectsGate.deletions), "objects: \(counted) are counted")
        #expect(world.objectsGate.changesOfKept.isEmpty, "\(world.objectsGate.changesOfKept.prefix(3))")
        for source in world.sources {
            switch source {
            case let objects as SoakObjects: #expect(objects.things[0].gone <= world.objectsGate.deletions)
            case let events as SoakEvents: #expect(try await events.keptThatWent() == 0)
            case let keys as SoakKeys: try await expectUnlinked(keys)
            default: break
            }
        }
    }

    /// Redis itself counts: once for each key that has gone.
    private func expectUnlinked(_ keys: SoakKeys) async throws {
        let (gone, counted) = (keys.things[0].gone, world.scrapes.total(keys.things[0].counter))
        let unlinked = try await keys.unlinked()
        #expect(gone <= unlinked)
        #expect(counted <= Double(unlinked))
        try await keys.observe()
        #expect(unlinked <= keys.things[0].goneAtMost, "keys went that nobody misses")
    }
}
