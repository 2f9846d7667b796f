package import CoreMetrics
import Synchronization

/// Lets the metrics of libraries, made through swift-metrics, appear on `/metrics`.
///
/// The mapping, applied to every metric:
/// 1. **Name**: as ``LibraryName`` writes it: legal, in snake case, with the base unit and `_total` where they belong.
///    `cleanup_` and `process_` are ours: a library's name that begins so gets `library_` before it.
/// 2. **Kind**: counters become counters; meters and recorders without aggregation gauges; timers histograms in
///    seconds; other recorders histograms. Units other than seconds and bytes are converted.
/// 3. **Labels**: only dimensions of the allow-list, sorted by name; all others are left out, so that what they tell
///    apart is added up. A family keeps the labels of its first metric.
/// 4. **HELP**: a known text, or one that names the original.
/// 5. **Limits**: the registry's on series, and ``maxFamilies`` here. What cannot be registered counts into the void:
///    the library never notices, and `cleanup_metrics_dropped_series_total` says so.
///
/// `reset` does nothing, because a counter that falls looks like a restart. A series goes when all who made it have
/// destroyed it.
package final class SwiftMetricsFactory: MetricsFactory {
    /// The dimensions that become labels unless others are given: those of an HTTP server, all of few values.
    package static let defaultDimensions: Set<String> = [
        "http.route", "http.request.method", "http.response.status_code", "error.type",
    ]

    /// The most families that libraries may have together.
    package static let maxFamilies = 100

    private struct State {
        var families: [String: Family] = [:]
        /// How many handlers hold an instrument; by instrument, so that the overflow series counts once.
        var holders: [ObjectIdentifier: Int] = [:]
    }

    private let registry: Registry
    private let allowedDimensions: Set<String>
    private let state = Mutex(State())

    /// - Parameters:
    ///   - registry: where the series are shown.
    ///   - allowedDimensions: names of dimensions that become labels; each should have few values.
    package init(_ registry: Registry, allowedDimensions: Set<String> = defaultDimensions) {
        self.registry = registry
        self.allowedDimensions = allowedDimensions
    }

    /// A counter in the base unit; never fails.
    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        makeLibraryCounter(label, dimensions)
    }

    /// As ``makeCounter(label:dimensions:)``; fractions are kept.
    package func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        makeLibraryCounter(label, dimensions)
    }

    /// A gauge in the base unit; never fails.
    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        makeLibraryGauge(label, dimensions)
    }

    /// A histogram if values are to be aggregated, else a gauge; never fails.
    package func makeRecorder(
        label: String,
        dimensions: [(String, String)],
        aggregate: Bool
    ) -> any RecorderHandler {
        aggregate
            ? makeLibraryHistogram(label, dimensions, isTimer: false) : makeLibraryGauge(label, dimensions)
    }

    /// A histogram in seconds; never fails.
    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        makeLibraryHistogram(label, dimensions, isTimer: true)
    }

    /// Takes the series away once all its holders are destroyed; the same for the other kinds.
    package func destroyCounter(_ handler: any CounterHandler) { release(handler) }

    /// As ``destroyCounter(_:)``.
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { release(handler) }

    /// As ``destroyCounter(_:)``.
    package func destroyMeter(_ handler: any MeterHandler) { release(handler) }

    /// As ``destroyCounter(_:)``.
    package func destroyRecorder(_ handler: any RecorderHandler) { release(handler) }

    /// As ``destroyCounter(_:)``.
    package func destroyTimer(_ handler: any TimerHandler) { release(handler) }

    private func makeLibraryCounter(_ label: String, _ dimensions: [(String, String)]) -> LibraryCounter {
        let name = LibraryName(label, .counter)
        let (counter, place) = hold(name, dimensions, fallback: registry.detachedCounter()) {
            try registry.counter($0, $1)
        }
        return LibraryCounter(counter, scale: name.scale, place: place)
    }

    private func makeLibraryGauge(_ label: String, _ dimensions: [(String, String)]) -> LibraryGauge {
        let name = LibraryName(label, .gauge)
        let (gauge, place) = hold(name, dimensions, fallback: Gauge()) {
            try registry.gauge($0, $1)
        }
        return LibraryGauge(gauge, scale: name.scale, place: place)
    }

    private func makeLibraryHistogram(
        _ label: String,
        _ dimensions: [(String, String)],
        isTimer: Bool
    ) -> LibraryHistogram {
        let name = LibraryName(label, isTimer ? .timer : .recorder)
        let (histogram, place) = hold(name, dimensions, fallback: registry.detachedHistogram()) {
            try registry.histogram($0, $1)
        }
        return LibraryHistogram(histogram, scale: name.scale, place: place)
    }

    /// Gets the instrument of a name and counts its holder; the fallback, shown nowhere, if it cannot be had.
    private func hold<Instrument: AnyObject>(
        _ name: LibraryName,
        _ dimensions: [(String, String)],
        fallback: @autoclosure () -> Instrument,
        from make: (Family, [String]) throws -> Instrument
    ) -> (Instrument, LibraryPlace?) {
        state.withLock { state in
            let labels = labels(of: dimensions)
            guard let family = family(of: name, labels: labels.map(\.name), &state) else {
                registry.countDroppedSeries()
                return (fallback(), nil)
            }
            let values = family.labels.map { wanted in labels.first { $0.name == wanted }?.value ?? "" }
            do {
                let instrument = try make(family, values)
                state.families[family.base] = family
                let identity = ObjectIdentifier(instrument)
                state.holders[identity, default: 0] += 1
                return (instrument, LibraryPlace(family: family, values: values, instrument: identity))
            } catch {
                // Two definitions under one name. A library's mistake must not stop it; the counter tells of it.
                registry.countDroppedSeries()
                return (fallback(), nil)
            }
        }
    }

    private func family(of name: LibraryName, labels: [String], _ state: inout State) -> Family? {
        let new = name.family(labels: labels)
        if let known = state.families[new.base] { return known.kind == new.kind ? known : nil }
        return state.families.count < Self.maxFamilies ? new : nil
    }

    /// Allowed dimensions as labels, sorted; the last of a repeated name.
    private func labels(of dimensions: [(String, String)]) -> [(name: String, value: String)] {
        var labels: [String: String] = [:]
        for (name, value) in dimensions where allowedDimensions.contains(name) {
            labels[LibraryName.legal(name)] = value
        }
        return labels.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    private func release(_ handler: Any) {
        guard let place = (handler as? any LibraryHandler)?.place, place.release() else { return }
        state.withLock { state in
            let rest = (state.holders[place.instrument] ?? 1) - 1
            state.holders[place.instrument] = rest > 0 ? rest : nil
            if rest == 0 { registry.remove(place.family, place.values) }
        }
    }
}
