import Foundation
import Support
import Testing

/// I13: a preview changes nothing, by the ledger, by the counters and by what servers were asked. I10: what is counted is
/// what they were asked, no more.
extension SoakJudge {
    func expectPreviewsChangedNothing() async throws {
        let names = SoakConfiguration.previews.map { "'\($0)'" }.joined(separator: ", ")
        let acted = try await world.ledger(
            """
            SELECT task, count(*) FROM cleanupd.run WHERE task IN (\(names))
                AND (NOT dry_run OR seal_token IS NOT NULL OR deleted + compressed + updated > 0) GROUP BY task
            """
        )
        #expect(acted.isEmpty, "previews that acted: \(acted)")
        let shown = try await world.ledger(
            """
            SELECT task, count(*) FROM cleanupd.run WHERE task IN (\(names)) AND outcome = 'success' AND remove > 0
            GROUP BY task
            """
        )
        for task in SoakConfiguration.previews {
            #expect(shown[task] ?? 0 > 0, "\(task) never showed that anything is due")
            for counter in ["cleanup_items_deleted_total", "cleanup_task_runs_total"] {
                #expect(world.scrapes.total("\(counter){task=\"\(task)\"}") == 0, "\(counter) of \(task)")
            }
        }
    }

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
