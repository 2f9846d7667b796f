import Retention

/// Gathers keys into blocks.
struct KeysOutput {
    private let specification: KeysSpecification
    private let opened: Instant
    private let keep: [(glob: RedisGlob, reason: String)]
    private var block = ItemBlock()
    private(set) var summary = ScanSummary()

    init(_ specification: KeysSpecification, opened: Instant) {
        self.specification = specification
        self.opened = opened
        keep = specification.keepMatch.map { (RedisGlob($0), HoldReason.match($0)) }
    }

    /// Appends a key, if there is one.
    /// - Returns: whether the block is full.
    mutating func append(_ facts: KeyFacts?) throws -> Bool {
        guard let facts else {
            skip(.vanished, 1)
            return false
        }
        guard specification.types.isEmpty || specification.types.contains(facts.type) else { return false }
        guard !facts.expires || !specification.withoutTTL else {
            skip(.young, 1)
            return false
        }
        guard facts.key.count <= Int(UInt16.max) else {
            tooLong(facts.key)
            return false
        }
        let (time, isReadable) = time(of: facts)
        let index = add(facts, time)
        if let rule = keep.first(where: { $0.glob.matches(facts.key) }) {
            block.items[index].hold = block.internReason(rule.reason) + 1
        } else if !isReadable {
            block.items[index].hold = block.internReason(Self.noTime(specification.time ?? "")) + 1
        }
        summary.examined += 1
        return block.isFull
    }

    /// Hands on what there is.
    mutating func emit(_ emit: (inout ItemBlock) throws -> Void) throws {
        guard !block.items.isEmpty else { return }
        defer { block = ItemBlock() }
        try emit(&block)
    }

    mutating func skip(_ reason: SkipReason, _ count: Int) {
        if count > 0 { summary.skipped[reason, default: 0] += count }
    }

    private func time(of facts: KeyFacts) -> (Instant, isReadable: Bool) {
        guard specification.time != nil else {
            // Without idle_for it only orders keys, and none may be later than the plan, which began before this scan.
            let idle = (facts.idle ?? 0) + (specification.idleFor == nil ? 60 : 0)
            return (opened.adding(nanoseconds: -idle * 1_000_000_000), true)
        }
        let time = facts.time.flatMap(KeyTime.parse)
        return (time ?? opened, time != nil)
    }

    private mutating func add(_ facts: KeyFacts, _ time: Instant) -> Int {
        let group = block.internGroup("")
        return facts.key.withUnsafeBytes { name in
            facts.version.bytes.withUnsafeBytes { version in
                block.append(
                    name: name,
                    version: version,
                    kind: .other,
                    group: group,
                    time: time,
                    size: facts.bytes
                )
            }
        }
    }

    private mutating func tooLong(_ key: [UInt8]) {
        summary.errorCount += 1
        guard summary.errors.count < ScanSummary.mostProblems else { return }
        summary.errors.append(Self.nameTooLong(key))
    }

    static func noTime(_ field: String) -> String { "its field \(field) holds no time that can be read" }

    static func nameTooLong(_ key: [UInt8]) -> ScanProblem {
        let name = DisplayName.printable(key.prefix(64)) + "…"
        let message =
            "The name of the key \(name) has \(key.count) bytes; of more than \(UInt16.max) none is removed. Remove it by "
            + "hand."
        return ScanProblem(path: name, message: message, reason: .unknown)
    }
}
