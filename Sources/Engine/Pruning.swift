import Foundation
package import Logging
package import Retention
package import State

/// The retention of cleanupd's own history: runs and items that are older than the configuration says go.
package struct Pruning: Sendable {
    package let state: any StateStore
    package let logger: Logger

    package init(state: any StateStore, logger: Logger) {
        self.state = state
        self.logger = logger
    }

    /// Blocking. A failure is logged: history that stays too long harms nobody.
    package func run(_ program: Program, now: Instant) {
        let utc = TimeZone.gmt
        do {
            let removed = try state.prune(
                runsEndedBefore: program.keepRuns.before(now, zone: utc),
                itemsEndedBefore: program.keepItems.before(now, zone: utc)
            )
            guard removed.runs + removed.items > 0 else { return }
            logger.info(
                "Own history pruned: \(removed.runs) runs, \(removed.items) items",
                metadata: ["action": "history_pruned"]
            )
        } catch {
            logger.warning("\(LogWords.notPruned(error))", metadata: ["action": "log_cleanup_error"])
        }
    }
}
