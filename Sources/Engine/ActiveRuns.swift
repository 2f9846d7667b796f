package import Retention
package import State
import Stores
import Synchronization

/// The runs that this process carries out at the moment: how far they are, and a way to end each.
package final class ActiveRuns: Sendable {
    /// How far a run is.
    package struct Progress: Sendable, Equatable {
        package var id: RunID
        package var task: String
        package var call: RunID?
        package var isDryRun: Bool
        package var startedAt: Instant
        /// Items judged so far, those of them that are to go, and their bytes. Of rows, which go by a predicate: 0.
        package var examined = 0
        package var planned = 0
        package var plannedBytes: Int64 = 0
        /// What became of items so far.
        package var counts = ItemCounts()
    }

    private struct Shared {
        var runs: [RunID: Progress] = [:]
        var turns = 0
        var cancellations: [RunID: Cancellation] = [:]
        var listeners: [Int: AsyncStream<Void>.Continuation] = [:]
        var lastListener = 0
    }

    private let shared = Mutex(Shared())

    package init() {}

    /// In the order of their beginning.
    package var all: [Progress] { shared.withLock { $0.runs.values.sorted { $0.id < $1.id } } }

    /// Grows with each run that begins, and with each whose end is recorded: what was read of the history before is old.
    package var turns: Int { shared.withLock { $0.turns } }

    /// Ends a run at its next item boundary.
    /// - Returns: false if this process carries out no such run.
    package func cancel(_ id: RunID) -> Bool {
        let cancellation = shared.withLock { $0.cancellations[id] }
        cancellation?.cancel(.requested)
        return cancellation != nil
    }

    /// Tells each time that something has changed since it was last looked; several changes may be told as one.
    package func changes() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = shared.withLock { shared in
            shared.lastListener += 1
            shared.listeners[shared.lastListener] = continuation
            return shared.lastListener
        }
        continuation.onTermination = { [weak self] _ in
            _ = self?.shared.withLock { $0.listeners.removeValue(forKey: number) }
        }
        continuation.yield()
        return stream
    }

    // MARK: For runs

    func began(_ progress: Progress, _ cancellation: Cancellation) {
        change { shared in
            shared.turns += 1
            shared.runs[progress.id] = progress
            shared.cancellations[progress.id] = cancellation
        }
    }

    func ended(_ id: RunID) {
        change { shared in
            shared.turns += 1
            shared.runs[id] = nil
            shared.cancellations[id] = nil
        }
    }

    func advanced(_ id: RunID, _ body: (inout Progress) -> Void) {
        change { shared in
            guard var progress = shared.runs[id] else { return }
            body(&progress)
            shared.runs[id] = progress
        }
    }

    private func change(_ body: (inout Shared) -> Void) {
        let listeners = shared.withLock { shared in
            body(&shared)
            return Array(shared.listeners.values)
        }
        for listener in listeners { listener.yield() }
    }
}

/// Keeps the progress of one run, and passes on what it sees.
struct ProgressObserver: RunObserver {
    let id: RunID
    let runs: ActiveRuns
    let next: any RunObserver

    func planned(_ block: ItemBlock, task: String) {
        var planned = 0
        var bytes: Int64 = 0
        for item in block.items where item.verdict.isActedOn {
            planned += 1
            bytes = bytes.addingSaturated(item.size)
        }
        runs.advanced(id) { progress in
            progress.examined += block.items.count
            progress.planned += planned
            progress.plannedBytes = progress.plannedBytes.addingSaturated(bytes)
        }
        next.planned(block, task: task)
    }

    func acted(_ block: ItemBlock, results: [ItemResult], task: String) {
        var counts = ItemCounts()
        for result in results { counts.add(result) }
        runs.advanced(id) { $0.counts = $0.counts + counts }
        next.acted(block, results: results, task: task)
    }
}
