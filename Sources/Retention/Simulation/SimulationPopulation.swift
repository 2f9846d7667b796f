/// The items that are there at one moment of a simulation.
struct SimulationPopulation {
    private struct Cohort {
        var block: ItemBlock
        /// Parallel to the block's items: their numbers in `lives`.
        var lives: [Int]
    }

    /// What was judged by the latest run.
    private struct LatestRun {
        /// Before anything went.
        var cohorts: [Cohort]
        var isRefused: Bool
        /// Its policy removes nothing, ever.
        var onlyCompresses: Bool

        func judgement(of item: Item, in block: ItemBlock, _ life: SimulatedLife) -> SimulatedLife.Judgement {
            // To the judge it is no file any more, for whatever reason.
            let isArchive = onlyCompresses && item.verdict == .young && life.compressedAt != nil
            return SimulatedLife.Judgement(
                verdict: item.verdict,
                reason: isArchive ? "compressed already" : block.reason(of: item),
                isRefused: isRefused
            )
        }
    }

    /// Of all items that there ever were.
    private(set) var lives: [SimulatedLife] = []
    private(set) var items = 0
    private(set) var bytes: Int64 = 0
    private var cohorts: [Cohort] = []
    /// The cohort that takes the next item of a template, by the template's number.
    private var open: [Int: Int] = [:]
    private var latestRun: LatestRun?

    init(_ blocks: [ItemBlock]) {
        for block in blocks where !block.items.isEmpty {
            var cohort = Cohort(block: block, lives: [])
            for item in block.items { cohort.lives.append(begin(item, block, isMade: false)) }
            cohorts.append(cohort)
        }
    }

    /// The time of the oldest item.
    var oldest: Instant? {
        var oldest: Instant?
        for cohort in cohorts {
            for item in cohort.block.items where oldest.map({ item.time < $0 }) ?? true { oldest = item.time }
        }
        return oldest
    }

    /// All lives; those that go on with what the latest run said of them.
    var judgedLives: [SimulatedLife] {
        var result = lives
        guard let latestRun else { return result }
        for cohort in latestRun.cohorts {
            for (item, life) in zip(cohort.block.items, cohort.lives) where lives[life].removedAt == nil {
                result[life].judgement = latestRun.judgement(of: item, in: cohort.block, lives[life])
            }
        }
        return result
    }

    /// Adds what is made after a template.
    mutating func add(_ template: SimulationSeries.Template, number: Int, at instant: Instant) {
        let index = openCohort(of: template, number)
        let group = cohorts[index].block.internGroup(template.group)
        let position = template.name(at: instant).withUnsafeBytes { name in
            cohorts[index].block.append(
                name: name,
                version: UnsafeRawBufferPointer(start: nil, count: 0),
                kind: template.kind,
                group: group,
                time: instant,
                size: template.size
            )
        }
        let block = cohorts[index].block
        let life = begin(block.items[position], block, isMade: true)
        cohorts[index].lives.append(life)
    }

    /// One run of the task: all are judged as a plan judges them, and unless a guard refuses that, what is to go goes.
    mutating func run(
        _ policy: Policy,
        _ limits: Limits,
        at now: Instant
    ) throws(PolicyRefusal) -> (tally: Tally, trip: Limits.Trip?) {
        // Its blocks would only take room meanwhile.
        latestRun = nil
        var judge = try Judge(policy: policy, now: now)
        while judge.remainingPasses > 0 {
            for cohort in cohorts { judge.observe(cohort.block) }
            judge.endPass()
        }
        // Copies: a verdict of today says nothing of tomorrow.
        var judged = cohorts.map(\.block)
        var tally = Tally()
        for index in judged.indices { tally += judge.judge(&judged[index]) }
        let trip = limits.check(tally)
        latestRun = LatestRun(
            cohorts: zip(judged, cohorts).map { Cohort(block: $0, lives: $1.lives) },
            isRefused: trip != nil,
            onlyCompresses: !policy.removes
        )
        if let trip { return (tally, trip) }
        for index in judged.indices { carryOut(judged[index], on: index, at: now) }
        return (tally, nil)
    }

    // MARK: Cohorts

    private mutating func begin(_ item: Item, _ block: ItemBlock, isMade: Bool) -> Int {
        let life = SimulatedLife(
            path: block.path(of: item),
            group: block.groups.isEmpty ? "" : block.group(of: item),
            time: item.time,
            bytes: max(0, item.size),
            isMade: isMade
        )
        lives.append(life)
        items += 1
        bytes = bytes.addingSaturated(life.bytes)
        return lives.count - 1
    }

    private mutating func openCohort(of template: SimulationSeries.Template, _ number: Int) -> Int {
        if let index = open[number], !cohorts[index].block.isFull { return index }
        open[number] = cohorts.count
        cohorts.append(Cohort(block: ItemBlock(place: template.place), lives: []))
        return cohorts.count - 1
    }

    private mutating func carryOut(_ judged: ItemBlock, on index: Int, at now: Instant) {
        guard judged.items.contains(where: \.verdict.isActedOn) else { return }
        let cohort = cohorts[index]
        var rest: [Item] = []
        var restLives: [Int] = []
        for (position, verdict) in judged.items.map(\.verdict).enumerated() {
            var item = cohort.block.items[position]
            let life = cohort.lives[position]
            guard verdict != .remove else {
                lives[life].removedAt = now
                items -= 1
                bytes = bytes.subtractingSaturated(lives[life].bytes)
                continue
            }
            if verdict == .compress {
                lives[life].compressedAt = now
                // No file any more that could be compressed: that is all that makes an archive another item here.
                item.kind = .other
            }
            rest.append(item)
            restLives.append(life)
        }
        cohorts[index] = Cohort(block: cohort.block.subset(rest), lives: restLives)
    }
}
