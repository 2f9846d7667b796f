/// The items that a simulation makes: when, and what they are like.
struct SimulationSeries {
    /// What the new items of one group are like: named after the newest that is there, and as large as the median.
    struct Template: Equatable {
        var place: [UInt8] = []
        var name = Array("item".utf8)
        var group = ""
        var kind = Item.Kind.file
        var size: Int64 = 0

        /// The name of the one that is made at an instant; no other has it.
        func name(at instant: Instant) -> [UInt8] { self.name + Array("@\(Timestamp.format(instant))".utf8) }
    }

    /// By group.
    let templates: [Template]
    private let interval: Int64
    private var last: Instant

    /// - Parameter compresses: archives are what the policy has made of items, and say nothing of the size of new ones.
    /// - Throws: nothing to take after and no size, and more items than can be looked at.
    init(
        _ growth: SimulationGrowth,
        beside blocks: [ItemBlock],
        compresses: Bool = false,
        in span: SimulationSpan
    ) throws(SimulationError) {
        templates = try Self.templates(growth, blocks, compresses: compresses, now: span.start)
        interval = growth.nanoseconds
        last = span.start
        let times = (span.end.nanoseconds - span.start.nanoseconds) / interval
        let (made, overflow) = times.multipliedReportingOverflow(by: Int64(templates.count))
        guard !overflow, made <= PolicySimulation.mostMade else {
            throw SimulationError(
                .tooManyMade,
                "New items every \(growth.every.text), \(templates.count) at a time, are more than "
                    + "\(PolicySimulation.mostMade) in \(span.days) days. Write fewer days, or a longer interval."
            )
        }
    }

    /// The instants of the next items up to `end`, in order.
    mutating func instants(through end: Instant) -> [Instant] {
        var result: [Instant] = []
        while last.adding(nanoseconds: interval) <= end {
            last = last.adding(nanoseconds: interval)
            result.append(last)
        }
        return result
    }

    // MARK: Templates

    private struct Group {
        var template = Template()
        var newest: Rank?
        /// The newest is an item like any other: neither held nor of the future.
        var isUsual = false
        var sizes: [Int64] = []

        mutating func take(_ item: Item, _ block: ItemBlock, now: Instant) {
            sizes.append(max(0, item.size))
            let isUsual = item.hold == 0 && item.time <= now
            if let newest {
                guard isUsual || !self.isUsual else { return }
                if isUsual == self.isUsual, item.time < newest.time { return }
            }
            let rank = Rank(time: item.time, path: block.path(of: item))
            if let newest, isUsual == self.isUsual, rank < newest { return }
            self.isUsual = isUsual
            newest = rank
            template.place = block.place
            template.name = Array(block.name(of: item))
            template.kind = item.kind
        }
    }

    private static func templates(
        _ growth: SimulationGrowth,
        _ blocks: [ItemBlock],
        compresses: Bool,
        now: Instant
    ) throws(SimulationError) -> [Template] {
        var groups: [String: Group] = [:]
        var archives: [String: Group] = [:]
        for block in blocks {
            for item in block.items {
                let name = block.groups.isEmpty ? "" : block.group(of: item)
                if compresses, block.isArchive(item) {
                    archives[name, default: Group()].take(item, block, now: now)
                } else {
                    groups[name, default: Group()].take(item, block, now: now)
                }
            }
        }
        for (name, group) in archives where groups[name] == nil {
            guard growth.size != nil else { throw onlyArchives(in: name) }
            groups[name] = group
        }
        guard groups.isEmpty else {
            return groups.keys.sorted().compactMap { name in
                guard let group = groups[name] else { return nil }
                var template = group.template
                template.group = name
                template.size = growth.size ?? group.sizes.sorted()[group.sizes.count / 2]
                return template
            }
        }
        guard let size = growth.size else {
            throw SimulationError(
                .nothingThere,
                "There is no item yet that new ones could be as large as. Say how large they will be."
            )
        }
        return [Template(size: size)]
    }

    private static func onlyArchives(in group: String) -> SimulationError {
        SimulationError(
            .nothingThere,
            "All items\(group.isEmpty ? "" : " of the group \(group)") are archives, and nobody knows how large new ones "
                + "are before they are compressed. Say how large they will be."
        )
    }
}
