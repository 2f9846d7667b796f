package import Retention
import Synchronization
package import Telemetry

/// Metrics of one queue, as this replica sees it.
package final class QueueMetrics: Sendable {
    /// What was seen at the last look.
    private enum Sight: Sendable {
        case none
        case unreadable
        case oldest(since: Instant)
    }

    private let waiting: Gauge
    private let active: Gauge
    private let delayed: Gauge
    private let dead: Gauge
    private let enqueuedTotal: Counter
    private let completedTotal: Counter
    private let failuresTotal: Counter
    private let stalledTotal: Counter
    private let wait: Histogram
    /// With the number of stalled jobs that were counted so far.
    private let sight = Mutex((Sight.unreadable, stalled: 0))

    /// - Parameters:
    ///   - queue: its name on dashboards.
    ///   - now: asked at each scrape, for the age of the oldest job.
    package init(_ registry: Registry, queue: String, now: @escaping @Sendable () -> Instant) throws(RegistryError) {
        waiting = try registry.gauge(Catalogue.queueDepth, [queue, "waiting"])
        active = try registry.gauge(Catalogue.queueDepth, [queue, "active"])
        delayed = try registry.gauge(Catalogue.queueDepth, [queue, "delayed"])
        dead = try registry.gauge(Catalogue.queueDepth, [queue, "dead"])
        enqueuedTotal = try registry.counter(Catalogue.queueJobsEnqueued, [queue])
        completedTotal = try registry.counter(Catalogue.queueJobsCompleted, [queue])
        failuresTotal = try registry.counter(Catalogue.queueJobFailures, [queue])
        stalledTotal = try registry.counter(Catalogue.queueJobsStalled, [queue])
        wait = try registry.histogram(Catalogue.queueWaitDuration, [queue])
        let age = try registry.gauge(Catalogue.queueOldestJobAge, [queue])
        age.set(.nan)
        registry.addCollector { [weak self] in
            guard let self else { return }
            age.set(oldestAge(now()))
        }
    }

    /// A job was put in.
    package func enqueued() { enqueuedTotal.increment() }

    /// A job was begun, so long after it was due.
    package func started(waitSeconds: Double) { wait.observe(max(0, waitSeconds)) }

    /// A job has ended well.
    package func completed() { completedTotal.increment() }

    /// An attempt has failed.
    package func failed() { failuresTotal.increment() }

    /// The queue was looked at.
    package func show(_ figures: QueueFigures) {
        waiting.set(Double(figures.waiting))
        active.set(Double(figures.active))
        delayed.set(Double(figures.delayed))
        dead.set(Double(figures.dead))
        let stalled = sight.withLock { sight in
            defer {
                sight = (figures.oldestWaitingSince.map { .oldest(since: $0) } ?? .none, figures.stalledTotal)
            }
            return figures.stalledTotal - sight.stalled
        }
        if stalled > 0 { stalledTotal.increment(by: stalled) }
    }

    /// The queue could not be looked at.
    package func showUnreadable() {
        for depth in [waiting, active, delayed, dead] { depth.set(.nan) }
        sight.withLock { $0.0 = .unreadable }
    }

    private func oldestAge(_ now: Instant) -> Double {
        switch sight.withLock({ $0.0 }) {
        case .none: 0
        case .unreadable: .nan
        case .oldest(let since): max(0, now.secondsSinceEpoch - since.secondsSinceEpoch)
        }
    }
}
