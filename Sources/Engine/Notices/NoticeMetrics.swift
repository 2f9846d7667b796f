import Synchronization
import Telemetry

/// Messages about cycles, counted: at 0 from the first scrape, whether or not a cycle tells anybody.
package final class NoticeMetrics: Sendable {
    /// Why a message did not arrive; the label values of `cleanup_notification_failures_total`.
    enum Failure: String, CaseIterable {
        /// The server does not want it.
        case refused
        /// No try of it came to a good end.
        case unreachable
        /// There were too many, or the process ended first.
        case dropped
    }

    private struct Cycle {
        let total: Counter
        let failures: [Failure: Counter]
    }

    private let registry: Registry
    private let cycles = Mutex<[String: Cycle]>([:])

    init(_ registry: Registry) { self.registry = registry }

    func configure(_ program: Program) throws(RegistryError) {
        for cycle in program.cycles where !cycle.isQuotaCheck {
            var failures: [Failure: Counter] = [:]
            for failure in Failure.allCases {
                failures[failure] = try registry.counter(
                    Catalogue.notificationFailures,
                    [cycle.name, failure.rawValue]
                )
            }
            let made = Cycle(total: try registry.counter(Catalogue.notifications, [cycle.name]), failures: failures)
            cycles.withLock { $0[cycle.name] = made }
        }
    }

    /// - Parameter failure: `nil` = it was delivered.
    func ended(_ cycle: String, _ failure: Failure?) {
        guard let metrics = cycles.withLock({ $0[cycle] }) else { return }
        metrics.total.increment()
        if let failure { metrics.failures[failure]?.increment() }
    }
}
