/// The numbers of the fields in `metrics.proto`, package `io.prometheus.client`, as far as they are written here.
///
/// Source: github.com/prometheus/client_model, io/prometheus/client/metrics.proto.
enum ClientModel {
    enum MetricFamily {
        static let name = 1
        static let help = 2
        static let type = 3
        static let metric = 4
        static let unit = 5
    }

    enum MetricType: UInt64 {
        case counter = 0
        case gauge = 1
        case histogram = 4

        /// Facts are gauges, as in text 0.0.4.
        init(_ kind: Family.Kind) {
            switch kind {
            case .counter: self = .counter
            case .gauge, .info: self = .gauge
            case .histogram: self = .histogram
            }
        }
    }

    enum Metric {
        static let label = 1
        static let gauge = 2
        static let counter = 3
        static let histogram = 7
        /// The only field written of the messages `Gauge` and `Counter`.
        static let number = 1
    }

    enum LabelPair {
        static let name = 1
        static let value = 2
    }

    enum Histogram {
        static let count = 1
        static let sum = 2
        static let bucket = 3
        static let schema = 5
        static let zeroThreshold = 6
        static let zeroCount = 7
        static let positiveSpan = 12
        static let positiveDelta = 13
    }

    enum Bucket {
        static let cumulativeCount = 1
        static let upperBound = 2
    }

    enum BucketSpan {
        static let offset = 1
        static let length = 2
    }
}
