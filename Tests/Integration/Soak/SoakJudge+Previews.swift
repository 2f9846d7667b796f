import Foundation
import Support
import Testing

/// I13: a preview changes nothing, by the ledger and by the counters; by what servers were asked: `expectServersWereAsked`.
extension SoakJudge {
    func expectPreviewsChangedNothing() async throws {
        let acted = try await runsThatActed(of: SoakConfiguration.previews, orWereReal: true)
        #expect(acted.isEmpty, "previews that acted: \(acted)")
        let shown = try await world.ledger(
            """
            SELECT task, count(*) FROM cleanupd.run WHERE task IN (\(Self.quoted(SoakConfiguration.previews)))
                AND outcome = 'success' AND remove > 0 GROUP BY task
            """
        )
        for task in SoakConfiguration.previews {
            #expect(shown[task] ?? 0 > 0, "\(task) never showed that anything is due")
            for counter in ["cleanup_items_deleted_total", "cleanup_task_runs_total"] {
                #expect(world.scrapes.total("\(counter){task=\"\(task)\"}") == 0, "\(counter) of \(task)")
            }
        }
    }
}
