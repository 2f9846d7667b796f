package import Stores

/// What a task cleans, by the way in which it is cleaned.
package enum TaskStore: Sendable {
    /// Listed, judged and removed one by one: files.
    case items(any MutableStore)
    /// Chosen and removed by the store itself, many at a time: rows.
    case batches(any MutableBatchStore)

    var isBatches: Bool {
        switch self {
        case .items: false
        case .batches: true
        }
    }
}
