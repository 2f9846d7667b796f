package import Telemetry

/// Metrics of all locks of a replica.
package struct LockMetrics: Sendable {
    /// What kind of lock it is: a closed set, as names of tasks would be too many values.
    package enum Kind: String, Sendable, CaseIterable {
        case leader, task

        /// - Parameter lock: `leader`, or `task:<name>`.
        init(lock: String) { self = lock == LockName.leader ? .leader : .task }
    }

    private static let held = "held"
    private static let reasons = [held] + LeaseFault.Kind.allCases.filter { $0 != .stopped }.map(\.rawValue)

    private let durations: [Kind: Histogram]
    private let failures: [Kind: [String: Counter]]
    private let losses: [Kind: Counter]
    private let registry: Registry

    package init(_ registry: Registry) throws(RegistryError) {
        self.registry = registry
        var durations: [Kind: Histogram] = [:]
        var failures: [Kind: [String: Counter]] = [:]
        var losses: [Kind: Counter] = [:]
        for kind in Kind.allCases {
            durations[kind] = try registry.histogram(Catalogue.lockAcquisitionDuration, [kind.rawValue])
            losses[kind] = try registry.counter(Catalogue.lockLosses, [kind.rawValue])
            for reason in Self.reasons {
                let labels = [kind.rawValue, reason]
                failures[kind, default: [:]][reason] = try registry.counter(Catalogue.lockAcquisitionFailures, labels)
            }
        }
        self.durations = durations
        self.failures = failures
        self.losses = losses
    }

    /// Makes the series of connections, so that they are there at 0 before the first refusal. Throws `RegistryError`.
    /// - Parameter connections: those whose stores can refuse a former holder, by name.
    package func watch(_ connections: some Sequence<String>) throws(RegistryError) {
        for connection in connections { _ = try registry.counter(Catalogue.staleEpochRejections, [connection]) }
    }

    /// The server answered a try, or did not in time.
    package func answered(_ lock: String, seconds: Double) {
        durations[Kind(lock: lock)]?.observe(seconds)
    }

    /// A try did not give the lock.
    package func refused(_ lock: String, _ refusal: LeaseRefusal) {
        let reason = if case .unavailable(let fault) = refusal { fault.kind.rawValue } else { Self.held }
        // One that was stopped is nobody's failure, and has no series.
        failures[Kind(lock: lock)]?[reason]?.increment()
    }

    /// A lock that was held has ended without its holder's will.
    package func lost(_ lock: String) {
        losses[Kind(lock: lock)]?.increment()
    }

    /// The store behind a connection has refused an act of a former holder.
    package func rejected(connection: String) throws(RegistryError) {
        try registry.counter(Catalogue.staleEpochRejections, [connection]).increment()
    }
}
