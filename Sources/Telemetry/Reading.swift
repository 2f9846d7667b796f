/// The value of one series at one moment.
enum Reading: Sendable, Equatable {
    /// A counter that has only seen whole numbers: printed with all digits.
    case whole(UInt64)
    case real(Double)
    /// A histogram; the counts are not cumulative, the last one is above all bounds.
    case distribution(counts: [UInt64], sum: Double, native: NativeBuckets)
    /// An info metric: always 1.
    case constant
}

/// The live value behind one series.
enum Instrument: Sendable {
    case counter(Counter)
    case gauge(Gauge)
    case histogram(Histogram)
    case info

    func read() -> Reading {
        switch self {
        case .counter(let counter): counter.read()
        case .gauge(let gauge): .real(gauge.value)
        case .histogram(let histogram): histogram.read()
        case .info: .constant
        }
    }
}
