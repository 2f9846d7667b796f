import Coordination
import Retention
import State
import Stores
import Synchronization

/// Carries out a sealed plan whose items each take their time: one by one on each worker, the shortest first.
///
/// What became of an item is in the ledger before its worker begins the next one. A process that dies leaves one item of
/// each worker to be looked for, and what is known of the others, such as where their copies are, is not lost.
struct ItemExecutor {
    let base: Executor

    /// Blocking.
    func carryOut() -> Executor.Result {
        let shared = SharedFeed()
        Blocking.onWorkers(base.workers) {
            var sincePause = 0
            while let piece = next(shared.feed) {
                act(on: piece, shared.feed)
                sincePause += 1
                // Where the task does not say how many, as many as a block may have.
                guard sincePause >= base.pace.batch ?? ItemBlock.capacity else { continue }
                sincePause = 0
                base.pause()
            }
        }
        var end = shared.feed.withLock { $0 }
        // Also after an error, once more: what cannot be recorded is found out by recovery.
        record(&end)
        return Executor.Result(counts: end.counts, refusal: end.refusal, ledgerError: end.error)
    }

    private struct Feed {
        var queue = ItemQueue()
        /// The block that was needed last, with all that is recorded of it. Only one, however many have items to come.
        var held: StoredBlock?
        var counts = ItemCounts()
        var refusal: String?
        var unrecorded: [(place: ItemQueue.Place, result: ItemResult)] = []
        var error: (any Error)?
    }

    private final class SharedFeed: Sendable {
        let feed = Mutex(Feed())
    }

    /// An item, alone in its block.
    private struct Piece: Sendable {
        let place: ItemQueue.Place
        let block: ItemBlock
    }

    /// `nil` = there is none, or nothing is to be done any more.
    private func next(_ feed: borrowing Mutex<Feed>) -> Piece? {
        feed.withLock { feed in
            guard feed.error == nil, !base.cancellation.isCancelled, !base.isHeld else { return nil }
            do {
                return try take(&feed)
            } catch {
                stop(&feed, error)
                return nil
            }
        }
    }

    private func take(_ feed: inout Feed) throws -> Piece? {
        let effort = { (item: Item, block: ItemBlock) in base.remover.effort(of: item, in: block) }
        guard let place = try feed.queue.next(blocks, effort: effort) else { return nil }
        let block = try stored(place, &feed).block
        return Piece(place: place, block: block.subset(CollectionOfOne(block.items[place.index])))
    }

    private func act(on piece: Piece, _ feed: borrowing Mutex<Feed>) {
        let isCancelled: @Sendable () -> Bool = { [cancellation = base.cancellation] in cancellation.isCancelled }
        let results = base.remover.act(on: piece.block, isCancelled: isCancelled)
        base.onResults(piece.block, results)
        feed.withLock { feed in
            for result in results {
                feed.counts.add(result)
                feed.unrecorded.append((piece.place, result))
                if result.failure == .lockLost { feed.refusal = feed.refusal ?? base.refused(result) }
            }
            if feed.error == nil { record(&feed) }
        }
    }

    /// Writes outcomes beside those of the same blocks that are known already; all others of these are pending.
    private func record(_ feed: inout Feed) {
        do {
            while let (place, result) = feed.unrecorded.first {
                let stored = try stored(place, &feed)
                var results = stored.results ?? stored.block.items.map { _ in ItemResult(.pending) }
                results[place.index] = result
                try base.state.record([(place.sequence, results)], of: base.run)
                feed.held?.results = results
                feed.unrecorded.removeFirst()
            }
        } catch {
            stop(&feed, error)
        }
    }

    private func blocks(from sequence: Int, limit: Int) throws -> [StoredBlock] {
        try base.state.blocks(of: base.run, from: sequence, limit: limit)
    }

    /// The block of an item, with the outcomes that are known. It is read when another one was needed before it: nobody
    /// else records outcomes of this run, or a fence keeps us from recording more.
    private func stored(_ place: ItemQueue.Place, _ feed: inout Feed) throws -> StoredBlock {
        if feed.held?.sequence != place.sequence {
            feed.held = nil
            feed.held = try blocks(from: place.sequence, limit: 1).first
        }
        guard let stored = feed.held, stored.sequence == place.sequence,
            stored.block.items.indices.contains(place.index)
        else {
            throw EngineError(
                .planAltered,
                "The plan of run \(base.run) is not the one that was sealed any more: its block \(place.sequence) is not "
                    + "there. Nothing more was removed. Look who writes to the state besides cleanupd."
            )
        }
        return stored
    }

    private func stop(_ feed: inout Feed, _ error: any Error) {
        feed.error = error
        base.cancellation.cancel(.ledger)
    }
}
