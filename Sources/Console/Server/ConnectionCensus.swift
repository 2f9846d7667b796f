import NIOCore
import Synchronization

/// The open connections of a listener, of which there are never many more than a thousand.
///
/// When there are too many, the one goes that has waited for its client longest: for a head, for the rest of a body, or
/// for somebody to take an answer. So those that ask are never kept out by those that do nothing, however many these
/// are; when all are at work, the new one goes.
final class ConnectionCensus: Sendable {
    private struct Entry {
        let channel: any Channel
        /// Rises with each wait; `nil` = this side is at work for it.
        var waitsSince: Int?
    }

    private struct Wait {
        let number: Int
        let since: Int
    }

    private struct State {
        var entries: [Int: Entry] = [:]
        /// Each wait that began, the longest first; those that are over are passed over when they are met.
        var waits = CircularBuffer<Wait>()
        var next = 0

        /// Numbers connections and waits.
        mutating func count() -> Int {
            next += 1
            return next
        }

        func goesOn(_ wait: Wait) -> Bool { entries[wait.number]?.waitsSince == wait.since }

        mutating func wait(_ number: Int) {
            guard entries[number] != nil else { return }
            let since = count()
            entries[number]?.waitsSince = since
            // Of each connection only one goes on, so that this is seldom, and leaves few.
            if waits.count > 2 * entries.count + 64 {
                let entries = entries
                waits.removeAll { entries[$0.number]?.waitsSince != $0.since }
            }
            waits.append(Wait(number: number, since: since))
        }

        /// Takes out the one that has waited longest.
        mutating func takeLongest() -> (any Channel)? {
            while let wait = waits.popFirst() {
                if goesOn(wait) { return entries.removeValue(forKey: wait.number)?.channel }
            }
            return nil
        }
    }

    private let most: Int
    private let state = Mutex(State())

    init(most: Int = 1_000) {
        self.most = most
    }

    /// - Returns: its number.
    func opened(_ channel: any Channel) -> Int {
        let (number, victim) = state.withLock { state -> (Int, (any Channel)?) in
            let victim = state.entries.count >= most ? state.takeLongest() ?? channel : nil
            let number = state.count()
            state.entries[number] = Entry(channel: channel)
            state.wait(number)
            return (number, victim)
        }
        victim?.close(promise: nil)
        return number
    }

    func works(_ number: Int) {
        state.withLock { $0.entries[number]?.waitsSince = nil }
    }

    func waits(_ number: Int) {
        state.withLock { $0.wait(number) }
    }

    func closed(_ number: Int) {
        state.withLock { _ = $0.entries.removeValue(forKey: number) }
    }

    var count: Int { state.withLock { $0.entries.count } }
}
