/// Which bytes of JSON text go with some of its entries: these, and the commas and spaces that they leave over.
struct JSONCuts {
    /// An entry that may go.
    struct Candidate {
        var range: Range<Int>
        var digest: JSONDigest
        /// Where the entry before it ends, and the one after it begins; negative = there is none.
        var previousEnd: Int
        var nextStart = -1
        /// By whoever asked for it.
        var token: Int32
        /// The entry before it may go, too.
        var followsCandidate: Bool
    }

    private(set) var candidates: [Candidate] = []
    /// Of all entries.
    private(set) var sum = JSONSum()
    private var lastEnd = -1
    private var lastIsCandidate = false

    /// Takes the next entry of the text.
    /// - Parameters:
    ///   - digest: its own.
    ///   - token: of one that may go.
    mutating func add(_ entry: JSONEntry, _ digest: JSONDigest, token: Int32?) {
        sum.add(digest)
        if lastIsCandidate { candidates[candidates.count - 1].nextStart = entry.range.lowerBound }
        if let token {
            candidates.append(
                Candidate(
                    range: entry.range,
                    digest: digest,
                    previousEnd: lastEnd,
                    token: token,
                    followsCandidate: lastIsCandidate
                )
            )
        }
        lastEnd = entry.range.upperBound
        lastIsCandidate = token != nil
    }

    /// The ranges to leave out, in ascending order, and what the entries of the rest come to.
    func ranges(of going: Set<Int32>) -> (cuts: [Range<Int>], rest: JSONSum) {
        var rest = sum
        var cuts: [Range<Int>] = []
        /// Neighbours that go.
        var run: (first: Candidate, last: Candidate)?
        func endRun() {
            if let run { cuts.append(Self.cut(run.first, run.last)) }
            run = nil
        }
        for candidate in candidates {
            if !candidate.followsCandidate { endRun() }
            guard going.contains(candidate.token) else {
                endRun()
                continue
            }
            rest.subtract(candidate.digest)
            run = (run?.first ?? candidate, candidate)
        }
        endRun()
        return (cuts, rest)
    }

    /// What goes with neighbours: up to the next entry; behind the last one, from the end of the one before.
    private static func cut(_ first: Candidate, _ last: Candidate) -> Range<Int> {
        if last.nextStart >= 0 { return first.range.lowerBound..<last.nextStart }
        return (first.previousEnd >= 0 ? first.previousEnd : first.range.lowerBound)..<last.range.upperBound
    }
}
