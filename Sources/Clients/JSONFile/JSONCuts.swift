/// Which bytes of JSON text go with some of its entries: these, and the commas and spaces that they leave over.
struct JSONCuts {
    /// An entry that may go.
    struct Candidate {
        /// By whoever asked for it.
        var token: Int
        /// Among all entries.
        var index: Int
        var range: Range<Int>
        var digest: JSONDigest
        /// Where the entry before it ends, and the one after it begins.
        var previousEnd: Int?
        var nextStart: Int?
    }

    private(set) var candidates: [Candidate] = []
    /// Of all entries.
    private(set) var sum = JSONSum()
    private var count = 0
    private var lastEnd: Int?

    /// Takes the next entry of the text.
    /// - Parameter token: of one that may go.
    mutating func add(_ entry: JSONEntry, token: Int?) {
        let digest = entry.digest
        sum.add(digest)
        if let last = candidates.indices.last, candidates[last].index == count - 1 {
            candidates[last].nextStart = entry.range.lowerBound
        }
        if let token {
            candidates.append(
                Candidate(token: token, index: count, range: entry.range, digest: digest, previousEnd: lastEnd)
            )
        }
        lastEnd = entry.range.upperBound
        count += 1
    }

    /// The ranges to leave out, in ascending order, and what the entries of the rest come to.
    func ranges(of going: Set<Int>) -> (cuts: [Range<Int>], rest: JSONSum) {
        var rest = sum
        var runs: [(first: Candidate, last: Candidate)] = []
        for candidate in candidates where going.contains(candidate.token) {
            rest.subtract(candidate.digest)
            if let run = runs.last, run.last.index == candidate.index - 1 {
                runs[runs.count - 1].last = candidate
            } else {
                runs.append((candidate, candidate))
            }
        }
        return (runs.map { Self.cut($0.first, $0.last) }, rest)
    }

    /// What goes with neighbours: up to the next entry; behind the last one, from the end of the one before.
    private static func cut(_ first: Candidate, _ last: Candidate) -> Range<Int> {
        if let next = last.nextStart { return first.range.lowerBound..<next }
        return (first.previousEnd ?? first.range.lowerBound)..<last.range.upperBound
    }
}
