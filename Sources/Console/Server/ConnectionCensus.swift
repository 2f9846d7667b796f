import NIOCore
import Synchronization

/// The open connections of a listener, of which there are never many more than a thousand.
///
/// When there are too many, the one that waits for a request since longest goes, so that idle ones cannot keep out
/// those that ask; when all are busy, the new one goes.
final class ConnectionCensus: Sendable {
    private struct Entry {
        let channel: any Channel
        /// Rises with each rest; `nil` = a request is under way.
        var restsSince: Int?
    }

    private struct State {
        var entries: [Int: Entry] = [:]
        var next = 0
    }

    private let most: Int
    private let state = Mutex(State())

    init(most: Int = 1_000) {
        self.most = most
    }

    /// - Returns: its number.
    func opened(_ channel: any Channel) -> Int {
        let (number, victim) = state.withLock { state -> (Int, (any Channel)?) in
            state.next += 1
            let number = state.next
            var victim: (any Channel)?
            if state.entries.count >= most {
                let resting = state.entries.compactMap { entry in entry.value.restsSince.map { (entry.key, $0) } }
                let longest = resting.min { $0.1 < $1.1 }?.0
                victim = longest.flatMap { state.entries.removeValue(forKey: $0)?.channel } ?? channel
            }
            state.entries[number] = Entry(channel: channel, restsSince: number)
            return (number, victim)
        }
        victim?.close(promise: nil)
        return number
    }

    func isBusy(_ number: Int) {
        state.withLock { $0.entries[number]?.restsSince = nil }
    }

    func rests(_ number: Int) {
        state.withLock { state in
            state.next += 1
            state.entries[number]?.restsSince = state.next
        }
    }

    func closed(_ number: Int) {
        state.withLock { _ = $0.entries.removeValue(forKey: number) }
    }

    var count: Int { state.withLock { $0.entries.count } }
}
