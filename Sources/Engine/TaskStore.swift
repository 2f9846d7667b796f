package import Stores

/// What a task cleans, by the way in which it is cleaned.
package enum TaskStore: Sendable {
    /// Listed, judged and removed one by one: files.
    case items(any MutableStore)
    /// Chosen and removed by the store itself, many at a time: rows.
    case batches(any MutableBatchStore)

    /// The same store, which only says why nobody knows what is due in it.
    package func refusing(_ reason: StoreError) -> TaskStore {
        switch self {
        case .items(let store): .items(UndecidedStore(store, because: reason))
        case .batches(let store): .batches(UndecidedBatchStore(store, because: reason))
        }
    }

    var isBatches: Bool {
        switch self {
        case .items: false
        case .batches: true
        }
    }
}
