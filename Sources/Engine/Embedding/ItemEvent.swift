public import Retention

/// What is to be seen of a run while it goes on.
public enum ItemEvent: Sendable {
    /// The verdict on a candidate, in dry runs and real ones; of all of them before the first is removed.
    case planned(Decision)
    /// What became of a candidate that was to be removed.
    /// - Parameter detail: what went otherwise than planned, for people; `nil` unless something did.
    case acted(Candidate, ItemOutcome, detail: String?)
}

/// Tells the embedding program what a run does.
struct EventObserver: RunObserver {
    let observe: @Sendable (ItemEvent) -> Void

    func planned(_ block: ItemBlock, task: String) {
        for item in block.items { observe(.planned(Decision(item, in: block))) }
    }

    func acted(_ block: ItemBlock, results: [ItemResult], task: String) {
        for (item, result) in zip(block.items, results) {
            observe(.acted(Candidate(item, in: block), result.outcome, detail: result.detail))
        }
    }
}
