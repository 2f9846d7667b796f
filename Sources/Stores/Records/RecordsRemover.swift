import Clients
import Retention
import Synchronization

/// Removes planned records, many blocks by one rewriting of the file, each with what it owns before it.
final class RecordsRemover: Remover {
    struct Owned: Sendable {
        var field: JSONPointer
        /// As configured.
        var written: String
        var resource: String
        var remove: RecordsOwned.Remove
    }

    /// Each rewriting reads and writes the whole file; each item costs about 300 bytes until it is done. Where records own
    /// something, that takes longer, and all the time others wait for the lock of the file.
    let itemsAtOnce: Int

    private let rewriter: JSONFileRewriter
    private let reader: RecordsReader
    /// The new file needs room that nothing of what goes makes.
    private let needsRoom: Bool
    private let owned: [Owned]
    /// One at a time: they would only wait for each other. (The executor gives one worker what wants many items at once.)
    private let turn = Mutex(())

    init(rewriter: JSONFileRewriter, reader: RecordsReader, needsRoom: Bool, owned: [Owned]) {
        self.rewriter = rewriter
        self.reader = reader
        self.needsRoom = needsRoom
        self.owned = owned
        itemsAtOnce = owned.isEmpty ? 250_000 : 16_384
    }

    func act(on block: ItemBlock, isCancelled: @Sendable () -> Bool) -> [ItemResult] {
        act(onAll: [block], isCancelled: isCancelled)[0]
    }

    func act(onAll blocks: [ItemBlock], isCancelled: @Sendable () -> Bool) -> [[ItemResult]] {
        turn.withLock { _ in
            var work = RecordsWork(blocks, reader: reader, owned: owned)
            guard !work.isEmpty else { return work.results }
            do {
                try rewriter.remove(
                    isCancelled: isCancelled,
                    needsRoom: needsRoom,
                    start: { work.start() },
                    look: { try work.look($0, $1) },
                    decide: { try work.decide($0, isCancelled, $1) }
                )
                work.finish()
            } catch is CancellationError {
                work.cancel()
            } catch let error as JSONFileError {
                work.fail(error)
            } catch let error as StoreError {
                work.fail(ItemResult(.failed, failure: .integrity, detail: error.message))
            } catch {
                work.fail(ItemResult(.failed, failure: .unknown, detail: "\(error)"))
            }
            return work.results
        }
    }
}
