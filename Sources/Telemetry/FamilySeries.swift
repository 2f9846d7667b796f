/// All series of one family, sorted by label values.
struct FamilySeries: Sendable {
    let family: Family
    let layout: FamilyLayout
    private(set) var series: [Series] = []
    /// By the bytes of the values: Unicode forms that compare equal as text are different labels.
    private var instruments: [[[UInt8]]: Instrument] = [:]

    init(_ family: Family) {
        self.family = family
        layout = FamilyLayout(family)
    }

    /// The series of these label values, made if new.
    ///
    /// - Parameters:
    ///   - limit: the most series that the family may have; the last of them is the overflow series, whose labels
    ///     are all `other`.
    ///   - ignored: counts values that the instrument ignores.
    /// - Returns: the instrument, and whether it is the overflow series in place of the one asked for.
    mutating func instrument(
        _ values: [String],
        limit: Int,
        ignored: Counter?
    ) -> (instrument: Instrument, isOverflow: Bool) {
        let key = Self.key(values)
        if let known = instruments[key] { return (known, false) }
        let overflow = values.map { _ in FamilySeries.overflowValue }
        if !values.isEmpty, values != overflow, series.count >= limit - 1 {
            return (instrument(overflow, limit: limit, ignored: ignored).instrument, true)
        }
        let new = makeInstrument(ignored: ignored)
        insert(new, values)
        return (new, false)
    }

    /// Adds a series that is known to be new.
    mutating func insert(_ instrument: Instrument, _ values: [String]) {
        instruments[Self.key(values)] = instrument
        series.insert(Series(family, values: values, instrument: instrument), at: position(of: values))
    }

    private func position(of values: [String]) -> Int {
        var low = 0
        var high = series.count
        while low < high {
            let middle = (low + high) / 2
            if Series.precedes(series[middle].values, values) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Drops one series; handles that others hold live on unseen.
    mutating func remove(_ values: [String]) {
        guard instruments.removeValue(forKey: Self.key(values)) != nil else { return }
        series.remove(at: position(of: values))
    }

    /// Drops all series that have this value of this label.
    mutating func removeAll(where label: String, equals value: String) {
        guard let position = family.labels.firstIndex(of: label) else { return }
        for gone in series.map(\.values) where gone[position].utf8.elementsEqual(value.utf8) {
            remove(gone)
        }
    }

    /// What every label says once a family is full.
    static let overflowValue = "other"

    private static func key(_ values: [String]) -> [[UInt8]] {
        values.map { Array($0.utf8) }
    }

    private func makeInstrument(ignored: Counter?) -> Instrument {
        switch family.kind {
        case .counter: .counter(Counter(ignored: ignored))
        case .gauge: .gauge(Gauge())
        case .histogram(let buckets): .histogram(Histogram(bounds: buckets, ignored: ignored))
        case .info: .info
        }
    }
}
