import CoreMetrics
import Synchronization

/// Where the series of a library's handler stands in the registry.
final class LibraryPlace: Sendable {
    let family: Family
    /// As asked for, which for the overflow series are not the ones it shows.
    let values: [String]
    let instrument: ObjectIdentifier
    private let isReleased = Atomic<Bool>(false)

    init(family: Family, values: [String], instrument: ObjectIdentifier) {
        self.family = family
        self.values = values
        self.instrument = instrument
    }

    /// Whether this is the first release; a handler may be destroyed twice.
    func release() -> Bool {
        !isReleased.exchange(true, ordering: .acquiringAndReleasing)
    }
}

/// What all handlers have: their place, `nil` if they are shown nowhere.
protocol LibraryHandler: AnyObject, Sendable {
    var place: LibraryPlace? { get }
}

/// A library's counter; the scale turns its unit into the base unit.
final class LibraryCounter: LibraryHandler, CounterHandler, FloatingPointCounterHandler {
    let place: LibraryPlace?
    private let counter: Counter
    private let scale: Double

    init(_ counter: Counter, scale: Double, place: LibraryPlace?) {
        self.counter = counter
        self.scale = scale
        self.place = place
    }

    func increment(by amount: Int64) {
        if scale == 1 { counter.increment(by: Int(amount)) } else { counter.increment(by: Double(amount) * scale) }
    }

    func increment(by amount: Double) {
        counter.increment(by: amount * scale)
    }

    /// Does nothing: a counter that falls looks like a restart of the process.
    func reset() {}
}

/// A library's meter, or recorder without aggregation.
final class LibraryGauge: LibraryHandler, MeterHandler, RecorderHandler {
    let place: LibraryPlace?
    private let gauge: Gauge
    private let scale: Double

    init(_ gauge: Gauge, scale: Double, place: LibraryPlace?) {
        self.gauge = gauge
        self.scale = scale
        self.place = place
    }

    func set(_ value: Int64) { gauge.set(Double(value) * scale) }
    func set(_ value: Double) { gauge.set(value * scale) }
    func increment(by amount: Double) { gauge.add(amount * scale) }
    func decrement(by amount: Double) { gauge.add(-amount * scale) }
    func record(_ value: Int64) { gauge.set(Double(value) * scale) }
    func record(_ value: Double) { gauge.set(value * scale) }
}

/// A library's timer, or recorder with aggregation.
final class LibraryHistogram: LibraryHandler, RecorderHandler, TimerHandler {
    let place: LibraryPlace?
    private let histogram: Histogram
    private let scale: Double

    init(_ histogram: Histogram, scale: Double, place: LibraryPlace?) {
        self.histogram = histogram
        self.scale = scale
        self.place = place
    }

    func record(_ value: Int64) { histogram.observe(Double(value) * scale) }
    func record(_ value: Double) { histogram.observe(value * scale) }
    func recordNanoseconds(_ duration: Int64) { histogram.observe(Double(duration) / 1e9) }
}
