import Engine
import Retention
import Stores
import Synchronization

/// Keeps the items of a plan that are to go.
final class Collector: RunObserver {
    private let items: Spool
    private let failure = Mutex<String?>(nil)

    init(items: Spool) { self.items = items }

    /// Why not all of them could be kept.
    var problem: String? { failure.withLock { $0 } }

    func planned(_ block: ItemBlock, task: String) {
        let going = block.subset(block.items.lazy.filter(\.verdict.isActedOn))
        guard !going.items.isEmpty else { return }
        do {
            try items.append(going)
        } catch {
            failure.withLock { $0 = $0 ?? "\(error)" }
        }
    }

    func acted(_ block: ItemBlock, results: [ItemResult], task: String) {}
}
