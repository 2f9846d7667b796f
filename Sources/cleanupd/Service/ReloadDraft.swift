import Synchronization

/// What the configuration's file said when it was asked to be read, for as many tries as that takes: what is written to it
/// meanwhile nobody has asked for.
final class ReloadDraft: Sendable {
    private let read = Mutex<Blueprint?>(nil)
    private let first = Mutex<Int?>(nil)
    private let withdrawn = Atomic(false)

    /// Whether nothing was asked for later that is in force by now, or is to be: an earlier text must not replace it.
    /// - Parameter reloads: how many have come into force.
    func isLatest(after reloads: Int) -> Bool {
        guard !isWithdrawn else { return false }
        return first.withLock { first in
            first = first ?? reloads
            return first == reloads
        }
    }

    /// An earlier try has read the file.
    var isRead: Bool { read.withLock { $0 != nil } }

    /// Whoever asked for it has asked for a later one.
    var isWithdrawn: Bool { withdrawn.load(ordering: .acquiring) }

    /// Nobody tries again: what it would have brought into force ends with whoever holds it still.
    func forget() { read.withLock { $0 = nil } }

    func withdraw() { withdrawn.store(true, ordering: .releasing) }

    /// - Parameter make: reads the file; what it throws is not kept. Blocks.
    func blueprint(_ make: () throws -> Blueprint) throws -> Blueprint {
        if let kept = read.withLock({ $0 }) { return kept }
        let made = try make()
        read.withLock { $0 = made }
        return made
    }
}
