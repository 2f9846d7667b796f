/// The metrics of the registry about itself; they are there before any other.
struct OwnMetrics: Sendable {
    /// Set at the end of each scrape, so that it shows the one before.
    let gatherDuration = Gauge()
    /// Moves when a label set goes to the overflow series, or a library's metric cannot be registered.
    let droppedSeries = Counter(ignored: nil)
    /// Moves when an increment or observation is ignored because it would spoil the metric.
    let droppedValues = Counter(ignored: nil)
    private let gathering = Counter(ignored: nil)
    private let encoding = Counter(ignored: nil)

    /// Registers them in a state that has none yet.
    init(in state: inout RegistryState) {
        state.insert(Catalogue.metricsGatherDuration, [([], .gauge(gatherDuration))])
        state.insert(Catalogue.metricsDroppedSeries, [([], .counter(droppedSeries))])
        state.insert(Catalogue.metricsDroppedValues, [([], .counter(droppedValues))])
        state.insert(
            Catalogue.metricsGatherErrors,
            [
                ([Registry.GatherErrorCause.gathering.rawValue], .counter(gathering)),
                ([Registry.GatherErrorCause.encoding.rawValue], .counter(encoding)),
            ]
        )
    }

    /// Moves when a part of building a scrape fails.
    func gatherErrors(_ cause: Registry.GatherErrorCause) -> Counter {
        switch cause {
        case .gathering: gathering
        case .encoding: encoding
        }
    }
}
