import Retention

extension ItemBlock {
    /// What of a judged block is written down as intent: the items to remove together, those to compress one by one.
    ///
    /// Compressing one file takes as long as removing thousands; in blocks of their own, workers share a directory.
    func intents() -> [ItemBlock] {
        let removals = subset(items.lazy.filter { $0.verdict == .remove })
        let compressions = items.lazy.filter { $0.verdict == .compress }.map { subset(CollectionOfOne($0)) }
        return (removals.items.isEmpty ? [] : [removals]) + compressions
    }
}
