/// What becomes of one candidate, and why.
public struct Decision: Sendable, Equatable {
    /// As ``Policy/plan(_:at:)`` was given it. In a run it is as the ledger holds it: a glob that keeps it is its
    /// `keptBecause`, and a name or version that is too long is cut off.
    public let candidate: Candidate
    /// `.remove`, or how it stays.
    public let verdict: Verdict
    /// A phrase for people: `older than 7d`, `kept: matches *.keep`.
    public let reason: String

    init(candidate: Candidate, verdict: Verdict, reason: String) {
        self.candidate = candidate
        self.verdict = verdict
        self.reason = reason
    }

    /// Of an item that was judged.
    package init(_ item: Item, in block: ItemBlock) {
        self.init(candidate: Candidate(item, in: block), verdict: item.verdict, reason: block.reason(of: item))
    }
}

/// The verdicts on all candidates at one instant. Carries nothing out.
public struct Plan: Sendable, Equatable {
    /// In the order in which the candidates were given.
    public let decisions: [Decision]
    /// What they come to; for ``Limits/check(_:)``.
    public let tally: Tally
}
