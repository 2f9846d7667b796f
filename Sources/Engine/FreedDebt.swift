import Synchronization

/// What compressing has cost beyond what it gave back, until later gains cover it: a counter cannot fall, and its total
/// must not be more than was really freed.
final class FreedDebt: Sendable {
    private let bytes = Mutex<Int64>(0)

    /// - Parameter freed: of a batch; below zero where an archive is larger than its file.
    /// - Returns: by how much the counter rises.
    func settle(_ freed: Int64) -> Int64 {
        bytes.withLock { debt in
            let gain = freed - debt
            debt = max(0, -gain)
            return max(0, gain)
        }
    }
}
