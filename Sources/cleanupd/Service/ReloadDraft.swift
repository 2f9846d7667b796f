import Synchronization

/// What the configuration's file said when it was asked to be read, for as many tries as that takes: what is written to it
/// meanwhile nobody has asked for.
final class ReloadDraft: Sendable {
    private let read = Mutex<Blueprint?>(nil)
    private let first = Mutex<Int?>(nil)

    /// Whether nothing that was asked for later is in force by now, which an earlier text must not replace.
    /// - Parameter reloads: how many have come into force.
    func isLatest(after reloads: Int) -> Bool {
        first.withLock { first in
            first = first ?? reloads
            return first == reloads
        }
    }

    /// - Parameter make: reads the file; what it throws is not kept. Blocks.
    func blueprint(_ make: () throws -> Blueprint) throws -> Blueprint {
        if let kept = read.withLock({ $0 }) { return kept }
        let made = try make()
        read.withLock { $0 = made }
        return made
    }
}
