import Coordination
import Foundation
import Retention
import State
import Stores
import Synchronization

/// Carries out a sealed plan: takes its blocks from the ledger, acts on them side by side, and writes the outcomes.
///
/// Acts on nothing that is not durable in the ledger. Stops as soon as outcomes cannot be recorded.
struct Executor {
    /// Blocks whose outcomes are written together: one transaction, so one sync at most.
    static let groupSize = 32
    /// Blocks that are read from the ledger together.
    private static let blocksPerRead = 8

    let state: any StateStore
    let run: RunID
    let remover: any Remover
    let workers: Int
    let pace: TaskDefinition.Pace
    let cancellation: Cancellation
    /// Called with what is done, a block or a batch of one, from several threads.
    let onResults: @Sendable (ItemBlock, [ItemResult]) -> Void

    struct Result {
        var counts: ItemCounts
        /// What the store says that has seen a newer holder of the lock, and refuses.
        var refusal: String?
        /// The first error of the ledger; what was done before is in the ledger, or found by recovery.
        var ledgerError: (any Error)?
    }

    /// Blocking.
    func carryOut() -> Result {
        if remover.goesOneByOne { return ItemExecutor(base: self).carryOut() }
        let shared = SharedFeed()
        // Who changes what it works in as a whole does so alone: a second worker would only hold as many blocks, and wait.
        Blocking.onWorkers(remover.itemsAtOnce > 1 ? 1 : workers) {
            while let taken = next(shared.feed) {
                for (stored, results) in zip(taken, act(on: taken.map(\.block))) {
                    finish(stored, results, shared.feed)
                }
            }
        }
        var end = shared.feed.withLock { $0 }
        // Also after an error, once more: what cannot be recorded is found out by recovery.
        record(&end)
        return Result(counts: end.counts, refusal: end.refusal, ledgerError: end.error)
    }

    /// Acts on blocks all at once, or one by one in batches of the task's pace, with a pause after each.
    private func act(on blocks: [ItemBlock]) -> [[ItemResult]] {
        let isCancelled: @Sendable () -> Bool = { [cancellation] in cancellation.isCancelled }
        if let pacedBatch { return blocks.map { act(on: $0, pacedBatch, isCancelled) } }
        defer { pause() }
        let results = remover.act(onAll: blocks, isCancelled: isCancelled)
        for (block, results) in zip(blocks, results) { onResults(block, results) }
        return results
    }

    /// Items between two pauses; `nil` = there are none within a group of blocks.
    private var pacedBatch: Int? { pace.pauseMilliseconds > 0 ? pace.batch : nil }

    private func act(
        on block: ItemBlock,
        _ batch: Int,
        _ isCancelled: @Sendable () -> Bool
    ) -> [ItemResult] {
        Self.parts(of: block, batch).flatMap { part in
            defer { pause() }
            // It cancels the run, so that nothing of the part is tried.
            _ = isHeld
            return done(part, isCancelled)
        }
    }

    private func done(_ block: ItemBlock, _ isCancelled: @Sendable () -> Bool) -> [ItemResult] {
        let results = remover.act(on: block, isCancelled: isCancelled)
        onResults(block, results)
        return results
    }

    private static func parts(of block: ItemBlock, _ size: Int) -> [ItemBlock] {
        guard size < block.items.count else { return [block] }
        return stride(from: 0, to: block.items.count, by: size).map { block.subset(block.items[$0...].prefix(size)) }
    }

    private struct Feed {
        var waiting: [StoredBlock] = []
        var waitingItems = 0
        var nextSequence = 0
        var isAtEnd = false
        var counts = ItemCounts()
        var refusal: String?
        var unrecorded: [(sequence: Int, results: [ItemResult])] = []
        var error: (any Error)?

        /// The first of those that wait: so many items, or the block that goes beyond them; all, if they are fewer.
        mutating func take(_ wanted: Int) -> [StoredBlock] {
            var (blocks, items) = (0, 0)
            while blocks < waiting.count, items < wanted {
                items += waiting[blocks].block.items.count
                blocks += 1
            }
            defer {
                waiting.removeFirst(blocks)
                waitingItems -= items
            }
            return Array(waiting[..<blocks])
        }
    }

    private final class SharedFeed: Sendable {
        let feed = Mutex(Feed())
    }

    /// As many blocks as the remover likes at once; `nil` = there are none, or nothing is to be done any more.
    private func next(_ feed: borrowing Mutex<Feed>) -> [StoredBlock]? {
        feed.withLock { feed in
            guard feed.error == nil, !cancellation.isCancelled, !isHeld else { return nil }
            // By batches: what is done is recorded after each block, and a hold file is seen.
            let wanted = pacedBatch == nil ? remover.itemsAtOnce : 1
            while feed.waitingItems < wanted, !feed.isAtEnd, feed.error == nil { load(&feed) }
            guard feed.error == nil, !feed.waiting.isEmpty else { return nil }
            return feed.take(wanted)
        }
    }

    private func load(_ feed: inout Feed) {
        do {
            let blocks = try state.blocks(of: run, from: feed.nextSequence, limit: Self.blocksPerRead)
            feed.isAtEnd = blocks.isEmpty
            if let last = blocks.last { feed.nextSequence = last.sequence + 1 }
            feed.waiting += blocks
            feed.waitingItems += blocks.reduce(0) { $0 + $1.block.items.count }
        } catch {
            stop(&feed, error)
        }
    }

    private func finish(_ stored: StoredBlock, _ results: [ItemResult], _ feed: borrowing Mutex<Feed>) {
        var counts = ItemCounts()
        for result in results { counts.add(result) }
        feed.withLock { feed in
            feed.counts = feed.counts + counts
            if let result = results.first(where: { $0.failure == .lockLost }) {
                feed.refusal = feed.refusal ?? refused(result)
            }
            feed.unrecorded.append((stored.sequence, results))
            if feed.error == nil, feed.unrecorded.count >= Self.groupSize { record(&feed) }
        }
    }

    /// Another replica acts: whatever is left is its affair.
    /// - Returns: what the store says.
    func refused(_ result: ItemResult) -> String {
        cancellation.cancel(.lockLost)
        return result.detail ?? RunReport.refusedByStore
    }

    private func record(_ feed: inout Feed) {
        do {
            try state.record(feed.unrecorded, of: run)
            feed.unrecorded.removeAll(keepingCapacity: true)
        } catch {
            stop(&feed, error)
        }
    }

    private func stop(_ feed: inout Feed, _ error: any Error) {
        feed.error = error
        cancellation.cancel(.ledger)
    }

    /// A hold file that appears while a run acts ends it.
    var isHeld: Bool {
        guard let file = pace.holdFile, access(file, F_OK) == 0 else { return false }
        cancellation.cancel(.requested)
        return true
    }

    /// Ends with the run: whoever stops it waits for no pause.
    func pause() {
        guard pace.pauseMilliseconds > 0 else { return }
        cancellation.wait(seconds: Double(pace.pauseMilliseconds) / 1000)
    }
}
