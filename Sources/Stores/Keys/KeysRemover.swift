import Clients
import Retention

/// Removes planned keys, a batch at a time, each after another look at it.
struct KeysRemover: Remover {
    let writer: KeysWriter
    /// To look what became of keys when no answer came.
    let source: KeysSource

    func act(on block: ItemBlock, isCancelled: @Sendable () -> Bool) -> [ItemResult] {
        var results = block.items.map { _ in ItemResult(.notTried) }
        let due = block.items.indices.filter { block.items[$0].verdict == .remove }
        // Whoever does not get through once is not made to wait for each batch.
        var waits = true
        for start in stride(from: 0, to: due.count, by: KeysScript.batchSize) {
            if isCancelled() { break }
            let batch = due[start..<min(start + KeysScript.batchSize, due.count)]
            let planned = batch.map { index in
                let item = block.items[index]
                return KeysWriter.Planned(
                    key: Array(block.name(of: item)),
                    version: KeyVersion(block.version(of: item))
                )
            }
            do throws(KeysWriter.Failure) {
                for (index, answer) in zip(batch, try writer.remove(planned, waits: waits)) {
                    results[index] = Self.result(answer, block.items[index])
                }
            } catch {
                waits = false
                fail(batch, error, block, &results)
                // Another replica acts: whatever is left is its affair.
                if case .fenced = error { break }
            }
        }
        return results
    }

    static func result(_ answer: KeysScript.Answer, _ item: Item) -> ItemResult {
        switch answer {
        case .gone: ItemResult(.gone)
        case .deleted: ItemResult(.deleted, freedBytes: max(0, item.size))
        case .changed: ItemResult(.changed, detail: "it was used, set or given a time to live since the plan; it stays")
        case .own: ItemResult(.changed, detail: "it is cleanupd's own; it stays")
        case .unknown:
            ItemResult(.failed, failure: .unknown, detail: "the server does not tell since when it is idle; it stays")
        }
    }

    private func fail(
        _ batch: ArraySlice<Int>,
        _ error: KeysWriter.Failure,
        _ block: ItemBlock,
        _ results: inout [ItemResult]
    ) {
        switch error {
        case .fenced(let message):
            for index in batch { results[index] = ItemResult(.failed, failure: .lockLost, detail: message) }
        case .redis(let error) where error.isFateUnknown:
            // No answer, but the script may have run: whoever is not there any more is gone by it.
            let presences = source.presence(of: block.subset(batch.map { block.items[$0] }))
            for (index, presence) in zip(batch, presences) {
                results[index] =
                    presence == .absent
                    ? ItemResult(.deleted, freedBytes: max(0, block.items[index].size))
                    : ItemResult(.failed, failure: .timeout, detail: "\(error)")
            }
        case .redis(let error):
            let failure = FailureReason(error)
            for index in batch { results[index] = ItemResult(.failed, failure: failure, detail: "\(error)") }
        }
    }
}

extension FailureReason {
    /// Of an error after which nothing was removed.
    fileprivate init(_ error: RedisError) {
        switch error.code {
        case "NOPERM", "NOAUTH", "WRONGPASS", "READONLY": self = .permission
        case "LOADING", "BUSY", "OOM", "MISCONF": self = .throttled
        case nil: self = .io
        default: self = .unknown
        }
    }
}
