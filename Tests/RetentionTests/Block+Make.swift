import Retention

/// An item as tests write it down.
struct TestItem: Equatable {
    var path: String
    var time: Instant
    var size: Int64 = 1
    var group = ""
    var kind = Item.Kind.file
    /// The store's reason to keep it.
    var hold: String?
}

/// What became of an item.
struct TestVerdict: Equatable, CustomStringConvertible {
    var verdict: Verdict
    var reason: String

    var description: String { "\(verdict): \(reason)" }
}

extension ItemBlock {
    /// A block of items that lie in one place.
    init(place: String, _ items: [TestItem]) {
        self.init(place: Array(place.utf8))
        for item in items {
            let name = place.isEmpty ? item.path : String(item.path.dropFirst(place.utf8.count + 1))
            let group = internGroup(item.group)
            let index = Array(name.utf8).withUnsafeBytes { name in
                append(
                    name: name,
                    version: UnsafeRawBufferPointer(start: nil, count: 0),
                    kind: item.kind,
                    group: group,
                    time: item.time,
                    size: item.size
                )
            }
            if let hold = item.hold { self.items[index].hold = internReason(hold) + 1 }
        }
    }

    /// Blocks of at most `size` items, in the order given.
    static func split(_ items: [TestItem], size: Int = capacity) -> [ItemBlock] {
        var blocks: [(place: String, items: [TestItem])] = []
        for item in items {
            let place = item.path.split(separator: "/").dropLast().joined(separator: "/")
            if let last = blocks.last, last.place == place, last.items.count < size {
                blocks[blocks.count - 1].items.append(item)
            } else {
                blocks.append((place, [item]))
            }
        }
        return blocks.map { ItemBlock(place: $0.place, $0.items) }
    }
}

extension Policy {
    /// Runs the judge as its users do: all passes over all blocks, then the verdicts.
    func plan(
        _ blocks: [ItemBlock],
        now: Instant,
        usedBytes: Int64 = 0
    ) throws -> (verdicts: [String: TestVerdict], tally: Tally, passes: Int) {
        var judge = try Judge(policy: self, now: now)
        judge.setUsedBytes(usedBytes)
        var passes = 0
        while judge.remainingPasses > 0 {
            for block in blocks { judge.observe(block) }
            judge.endPass()
            passes += 1
            if passes > 100 { throw EndlessPasses() }
        }
        var verdicts: [String: TestVerdict] = [:]
        var tally = Tally()
        for var block in blocks {
            tally += judge.judge(&block)
            for item in block.items {
                let path = String(decoding: block.path(of: item), as: UTF8.self)
                verdicts[path] = TestVerdict(verdict: item.verdict, reason: block.reason(of: item))
            }
        }
        return (verdicts, tally, passes)
    }

    struct EndlessPasses: Error {}
}
