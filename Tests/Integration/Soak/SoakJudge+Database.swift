import Foundation
import Support
import Testing

/// I6: exactly the due rows go (as all that goes), a transaction for each batch, with short locks.
extension SoakJudge {
    func expectShortTransactions() async throws {
        let longest = work.transactions.longest
        #expect(work.transactions.looks > 0)
        for (kind, bound) in SoakTransactions.bounds {
            let milliseconds = longest[kind] ?? 0
            #expect(milliseconds <= bound + SoakTransactions.slack, "\(kind): \(milliseconds) ms, \(bound) promised")
        }
        for case let events as SoakEvents in world.sources {
            let rows = try await events.mostOfATransaction()
            #expect(rows <= SoakConfiguration.batch, "\(rows) rows went in one transaction")
        }
    }
}
