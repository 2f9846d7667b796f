import Synchronization

/// All metrics of the process: makes the handles, and renders what a scrape gets.
///
/// A mistake in a definition is a thrown error, never the end of the process. Handles are for keeps: ask once, hold
/// them, and count without any lock of the registry. Rendering reads memory only, and what collectors bring.
public final class Registry: Sendable {
    /// Which part of building a scrape failed; the label values of `cleanup_metrics_gather_errors_total`.
    package enum GatherErrorCause: String, Sendable, CaseIterable {
        /// A collector could not read its source; the series keep their last values.
        case gathering
        /// The body could not be made into what the client asked for.
        case encoding
    }

    private let state: Mutex<RegistryState>
    private let maxSeriesPerFamily: Int
    private let onGatherError: @Sendable (any Error) -> Void
    private let own: OwnMetrics
    private let lastSize = Atomic<Int>(1 << 14)

    /// A registry that holds nothing but the metrics about itself.
    ///
    /// - Parameters:
    ///   - maxSeriesPerFamily: label sets beyond it share one series whose labels are all `other`; at least 2.
    ///   - onGatherError: is told each error that a collector throws, for the log; they are counted in any case.
    public init(
        maxSeriesPerFamily: Int = 1000,
        onGatherError: @escaping @Sendable (any Error) -> Void = { _ in }
    ) {
        self.maxSeriesPerFamily = max(2, maxSeriesPerFamily)
        self.onGatherError = onGatherError
        var initial = RegistryState()
        own = OwnMetrics(in: &initial)
        state = Mutex(initial)
    }

    /// The counter of these label values; the same handle each time.
    ///
    /// - Throws: when the family is illegal, differs from one of that name, or is not a counter.
    public func counter(_ family: Family, _ labelValues: [String] = []) throws(RegistryError) -> Counter {
        guard case .counter = family.kind, case .counter(let counter) = try instrument(family, labelValues) else {
            throw wrongKind(family, "counter")
        }
        return counter
    }

    /// The gauge of these label values; the same handle each time.
    ///
    /// - Throws: when the family is illegal, differs from one of that name, or is not a gauge.
    public func gauge(_ family: Family, _ labelValues: [String] = []) throws(RegistryError) -> Gauge {
        guard case .gauge = family.kind, case .gauge(let gauge) = try instrument(family, labelValues) else {
            throw wrongKind(family, "gauge")
        }
        return gauge
    }

    /// The histogram of these label values; the same handle each time.
    ///
    /// - Throws: when the family is illegal, differs from one of that name, or is not a histogram.
    public func histogram(_ family: Family, _ labelValues: [String] = []) throws(RegistryError) -> Histogram {
        guard case .histogram = family.kind, case .histogram(let histogram) = try instrument(family, labelValues) else {
            throw wrongKind(family, "histogram")
        }
        return histogram
    }

    /// Shows facts as a series that is always 1.
    ///
    /// - Throws: when the family is illegal, differs from one of that name, or is not an info metric.
    public func info(_ family: Family, _ labelValues: [String] = []) throws(RegistryError) {
        guard case .info = family.kind, case .info = try instrument(family, labelValues) else {
            throw wrongKind(family, "info metric")
        }
    }

    /// Takes one series away, if it is there; its handle may still be used, unseen.
    public func remove(_ family: Family, _ labelValues: [String] = []) {
        state.withLock { $0.remove(family, labelValues) }
    }

    /// Takes away every series that has this value of this label.
    ///
    /// - Parameter families: of these only; `nil` = of any family.
    package func removeAll(where label: String, equals value: String, of families: [Family]? = nil) {
        let names = families.map { Set($0.map(\.name)) }
        state.withLock { $0.removeAll(where: label, equals: value) { names?.contains($0.name) ?? true } }
    }

    /// Adds a closure that each scrape runs before it reads, for values that are cheap to compute then.
    ///
    /// Scrapes may overlap, and so may calls. It must not register metrics each time. If it throws, the error is
    /// counted and the series keep their values.
    public func addCollector(_ collect: @escaping @Sendable () throws -> Void) {
        state.withLock { $0.collectors.append(collect) }
    }

    /// Counts a failure to gather or encode, such as that of compressing the body.
    package func countGatherError(_ cause: GatherErrorCause) {
        own.gatherErrors(cause).increment()
    }

    /// The whole body of a scrape, sorted by name and label values.
    ///
    /// Safe to call from several threads at once. Values are read at one go, families marked `isReadLast` after all
    /// others.
    public func render(_ format: ExpositionFormat) -> [UInt8] {
        let clock = ContinuousClock()
        let start = clock.now
        collect()
        let families = state.withLock { $0.sorted }
        let readings = Self.read(families)
        let expected = lastSize.load(ordering: .relaxed)
        let body = Self.encode(families, readings, format, expectedBytes: expected + expected / 8)
        lastSize.store(body.count, ordering: .relaxed)
        own.gatherDuration.set((clock.now - start) / .seconds(1))
        return body
    }

    /// A counter that no scrape shows, for callers that must get one although theirs cannot be registered.
    func detachedCounter() -> Counter { Counter(ignored: own.droppedValues) }

    /// As ``detachedCounter()``.
    func detachedHistogram() -> Histogram { Histogram(bounds: [1], ignored: own.droppedValues) }

    /// Counts one request for a series that could not be had as asked for.
    func countDroppedSeries() {
        own.droppedSeries.increment()
    }

    private func collect() {
        for collect in state.withLock({ $0.collectors }) {
            do {
                try collect()
            } catch {
                countGatherError(.gathering)
                onGatherError(error)
            }
        }
    }

    private static func read(_ families: [FamilySeries]) -> [[Reading]] {
        var readings = families.map { $0.family.isReadLast ? [] : $0.series.map { $0.instrument.read() } }
        for (index, family) in families.enumerated() where family.family.isReadLast {
            readings[index] = family.series.map { $0.instrument.read() }
        }
        return readings
    }

    private static func encode(
        _ families: [FamilySeries],
        _ readings: [[Reading]],
        _ format: ExpositionFormat,
        expectedBytes: Int
    ) -> [UInt8] {
        switch format {
        case .text, .openMetrics:
            var exposition = Exposition(format, expectedBytes: expectedBytes)
            for (family, readings) in zip(families, readings) { exposition.append(family, readings: readings) }
            return exposition.finish()
        case .protobuf:
            var exposition = ProtobufExposition(expectedBytes: expectedBytes)
            for (family, readings) in zip(families, readings) { exposition.append(family, readings: readings) }
            return exposition.finish()
        }
    }

    private func instrument(_ family: Family, _ values: [String]) throws(RegistryError) -> Instrument {
        guard values.count == family.labels.count else {
            throw RegistryError(
                .wrongLabelCount,
                "The metric \"\(family.name)\" has the labels \(family.labels), but \(values.count) values were given."
            )
        }
        let found = try state.withLock { (state) throws(RegistryError) -> (Instrument, isOverflow: Bool) in
            let position = try state.position(of: family)
            return state.instrument(at: position, values, limit: maxSeriesPerFamily, ignored: own.droppedValues)
        }
        if found.isOverflow { own.droppedSeries.increment() }
        return found.0
    }

    private func wrongKind(_ family: Family, _ wanted: String) -> RegistryError {
        RegistryError(.wrongKind, "The metric \"\(family.name)\" is not a \(wanted) but a \(family.kind).")
    }
}
