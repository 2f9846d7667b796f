import Retention
import State
import Synchronization

/// Collects intents from several scanning threads and appends them to the ledger a few blocks at a time.
final class IntentWriter: Sendable {
    /// Blocks that are appended together: one short transaction.
    private static let groupSize = 16

    private let state: any StateStore
    private let run: RunID
    private let waiting = Mutex<[ItemBlock]>([])

    init(state: any StateStore, run: RunID) {
        self.state = state
        self.run = run
    }

    /// Thread-safe; throws `StateError`.
    func append(_ blocks: [ItemBlock]) throws {
        guard !blocks.isEmpty else { return }
        let full: [ItemBlock]? = waiting.withLock { waiting in
            waiting += blocks
            guard waiting.count >= Self.groupSize else { return nil }
            defer { waiting = [] }
            return waiting
        }
        if let full { try state.append(full, to: run) }
    }

    /// Appends what is left. Throws `StateError`.
    func flush() throws {
        let rest = waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
        if !rest.isEmpty { try state.append(rest, to: run) }
    }
}
