import CleanupConfiguration
import Clients
import Stores
import Synchronization
import Telemetry

/// Counts the calls to the servers behind connections, each series from its first moment on.
final class BackendMetrics: Sendable {
    /// Series of one connection and operation.
    private struct Series {
        let requests: Counter
        let duration: Histogram
        let retries: Counter
        let failures: [BackendCall.Failure: Counter]
        /// How a call fails that nobody took, where nobody need be there: such are not counted.
        let passedOver: BackendCall.Failure?
    }

    /// The name of the state store's connection, which the configuration gives to no other.
    static let state = "state"

    private let registry: Registry
    private let series = Mutex<[String: [String: Series]]>([:])

    init(_ registry: Registry) {
        self.registry = registry
    }

    /// Makes the series of all connections, so that they are there at 0 before the first call, and takes those away whose
    /// connections are not there any more, or are of another kind by now. Throws `RegistryError`.
    func configure(_ configuration: Configuration) throws(RegistryError) {
        var operations = configuration.connections.mapValues(\.kind.operations).filter { !$0.value.isEmpty }
        if case .postgres = configuration.state.kind { operations[Self.state] = BackendCall.postgresOperations }
        forget { name, known in operations[name].map(Set.init) != Set(known.keys) }
        var fresh: [String: [String: Series]] = [:]
        // Where files are copied to must be there, whatever else its connection is for: without it nothing goes.
        let needed = Set(configuration.tasks.compactMap(\.archiveTo?.connection))
        for (name, operations) in operations {
            let connection = configuration.connections[name]
            let mayBeAbsent = connection?.optional == true && !needed.contains(name)
            fresh[name] = try series(of: name, operations, passedOver: mayBeAbsent ? connection?.kind.absence : nil)
            if case .s3 = connection?.kind { try conditions(of: name) }
            if case .postgres = connection?.kind { _ = try registry.gauge(Catalogue.circuitOpen, [name]) }
        }
        series.withLock { $0 = fresh }
    }

    private func forget(where isGone: (String, [String: Series]) -> Bool) {
        let gone = series.withLock { series in
            let gone = series.filter(isGone).keys
            for name in gone { series[name] = nil }
            return gone
        }
        for name in gone {
            registry.removeAll(where: "connection", equals: name, of: Catalogue.connectionFamilies)
        }
    }

    /// What a client of the connection tells its calls to.
    func observer(of connection: String) -> CallObserver {
        { [self] call in count(call, of: connection) }
    }

    private func count(_ call: BackendCall, of connection: String) {
        guard let series = series.withLock({ $0[connection]?[call.operation] }) else { return }
        if let failure = call.failure, failure == series.passedOver { return }
        series.requests.increment()
        series.duration.observe(call.seconds)
        series.retries.increment(by: call.retries)
        if let failure = call.failure { series.failures[failure]?.increment() }
        for (failure, count) in call.partFailures { series.failures[failure]?.increment(by: count) }
    }

    /// From now on each scrape asks which circuits are open, and which buckets delete on conditions.
    func show(
        circuits: @escaping @Sendable () -> [String: Bool],
        conditions: @escaping @Sendable () -> [String: Bool?]
    ) {
        registry.addCollector { [self] in
            for (name, isOpen) in circuits() {
                try set(Catalogue.circuitOpen, of: name, BackendCall.postgresOperations, isOpen ? 1 : 0)
            }
            for (name, bites) in conditions() {
                let value = bites.map { $0 ? 1.0 : 0 } ?? .nan
                try set(Catalogue.conditionalDeletes, of: name, S3Client.operations, value)
            }
        }
    }

    /// Under the lock, so that no series comes back after its connection is gone, or is of another kind.
    private func set(
        _ gauge: Family,
        of connection: String,
        _ operations: [String],
        _ value: Double
    ) throws(RegistryError) {
        try series.withLock { (series) throws(RegistryError) in
            guard series[connection].map({ Set($0.keys) }) == Set(operations) else { return }
            try registry.gauge(gauge, [connection]).set(value)
        }
    }

    /// Not known, until it was found out.
    private func conditions(of connection: String) throws(RegistryError) {
        try registry.gauge(Catalogue.conditionalDeletes, [connection]).set(.nan)
    }

    private func series(
        of connection: String,
        _ operations: [String],
        passedOver: BackendCall.Failure? = nil
    ) throws(RegistryError) -> [String: Series] {
        var series: [String: Series] = [:]
        for operation in operations { series[operation] = try make(connection, operation, passedOver) }
        return series
    }

    private func make(
        _ connection: String,
        _ operation: String,
        _ passedOver: BackendCall.Failure?
    ) throws(RegistryError) -> Series {
        let labels = [connection, operation]
        var failures: [BackendCall.Failure: Counter] = [:]
        for failure in BackendCall.Failure.allCases {
            failures[failure] = try registry.counter(Catalogue.backendRequestFailures, labels + [failure.rawValue])
        }
        return Series(
            requests: try registry.counter(Catalogue.backendRequests, labels),
            duration: try registry.histogram(Catalogue.backendRequestDuration, labels),
            retries: try registry.counter(Catalogue.retries, labels),
            failures: failures,
            passedOver: passedOver
        )
    }
}

extension Configuration.Connection.Kind {
    /// How a call fails that nobody took; not all clients tell that from a connection that broke.
    fileprivate var absence: BackendCall.Failure {
        switch self {
        case .s3, .docker: .notThere
        case .postgres, .redis, .directory, .sqlite, .json: .connection
        }
    }

    /// What the client of such a connection does; empty = it makes no calls.
    fileprivate var operations: [String] {
        switch self {
        case .postgres: BackendCall.postgresOperations
        case .redis: KeysServer.operations
        case .s3: S3Client.operations
        case .docker: DockerClient.operations
        case .directory, .sqlite, .json: []
        }
    }
}
