import Foundation
import Support
import Synchronization

/// What was made for one task, from when on each of it may go, and what is known to have gone: the truth against which
/// the service is held.
final class SoakThings: Sendable {
    /// What must never go.
    static let never = Date.distantFuture

    struct Thing: Sendable {
        /// Before this instant nobody may remove it.
        var due: Date
        /// It was seen, or its making was confirmed. Of a server that fell silent nobody knows.
        var isSure: Bool
        /// It was made young when it was due already, in a store that cannot compare and remove in one step.
        var isRaced = false
    }

    private struct State {
        /// Those that have not gone, as far as is known.
        var there: [String: Thing] = [:]
        var gone: Set<String> = []
        var racedCount = 0
        var problems: [String] = []
        /// Of those that were young again, and went.
        var racedLosses: [String] = []
    }

    let task: String
    /// The series that counts them.
    let counter: String
    /// A quota decides what goes, and not age alone.
    let isByQuota: Bool
    /// A guard holds all of it: none of it may ever go.
    let isHeld: Bool
    private let state = Mutex(State())

    /// - Parameter resource: for what goes with the items of a task: it counts by that name.
    init(_ task: String, resource: String? = nil, isByQuota: Bool = false, isHeld: Bool = false) {
        self.task = task
        counter = resource.map { "cleanup_\($0)_deleted_total" } ?? "cleanup_items_deleted_total{task=\"\(task)\"}"
        self.isByQuota = isByQuota
        self.isHeld = isHeld
    }

    var name: String { counter.hasPrefix("cleanup_items") ? task : counter }

    // MARK: Made

    /// About to be made.
    func expect(_ names: [String], due: Date) {
        state.withLock { state in
            for name in names { state.there[name] = Thing(due: due, isSure: false) }
        }
    }

    /// It is there.
    func made(_ names: [String]) {
        state.withLock { state in
            for name in names { state.there[name]?.isSure = true }
        }
    }

    /// It has become young, or old enough.
    func change(_ name: String, due: Date, isRaced: Bool = false) {
        state.withLock { state in
            guard state.there[name] != nil else {
                // Only what is there can be changed, so that it went too early or came back.
                if state.gone.contains(name) { state.problems.append("\(name) was changed after it had gone") }
                return
            }
            state.there[name]?.due = due
            if isRaced {
                state.there[name]?.isRaced = true
                state.racedCount += 1
            }
        }
    }

    /// One of those that are there and will go some day.
    func pick(_ random: inout SeededGenerator, where isMeant: (Thing) -> Bool = { _ in true }) -> (String, Thing)? {
        let all = there.filter { $0.value.due != Self.never && $0.value.isSure && isMeant($0.value) }
        return all.sorted { $0.key < $1.key }.randomElement(using: &random).map { ($0.key, $0.value) }
    }

    // MARK: Seen

    /// Those that are not there although they must be: by one look, which may have met a change of names in its midst.
    func suspicious(_ present: Set<String>, at instant: Date) -> Set<String> {
        Set(there.filter { $0.value.isSure && !present.contains($0.key) && instant < $0.value.due }.keys)
    }

    /// What a look has found, that ended at `instant`.
    func note(_ present: Set<String>, at instant: Date) {
        state.withLock { state in
            for (name, thing) in state.there {
                if present.contains(name) {
                    state.there[name]?.isSure = true
                } else if thing.isSure {
                    state.there[name] = nil
                    state.gone.insert(name)
                    guard instant < thing.due else { continue }
                    let early = thing.due == Self.never ? "ever" : "\(thing.due.timeIntervalSince(instant)) s early"
                    let words = "\(name) has gone (\(early)) at \(instant.formatted(.iso8601))"
                    if thing.isRaced { state.racedLosses.append(words) } else { state.problems.append(words) }
                }
            }
            for name in state.gone.intersection(present) {
                state.problems.append("\(name) has come back")
                state.gone.remove(name)
            }
        }
    }

    /// What must be wrong.
    func note(problem: String) { state.withLock { $0.problems.append(problem) } }

    // MARK: Known

    var there: [String: Thing] { state.withLock { $0.there } }
    var problems: [String] { state.withLock { $0.problems } }
    /// How many are known to have gone.
    var gone: Int { state.withLock { $0.gone.count } }
    var goneNames: Set<String> { state.withLock { $0.gone } }
    /// How many at most have gone: those of which nobody knows whether they were made may have gone as well.
    var goneAtMost: Int { state.withLock { state in state.gone.count + state.there.count { !$0.value.isSure } } }
    var racedCount: Int { state.withLock { $0.racedCount } }
    var racedLosses: [String] { state.withLock { $0.racedLosses } }

    /// What was due by then, and is still there.
    func left(due instant: Date) -> [String] {
        there.filter { $0.value.isSure && $0.value.due < instant }.keys.sorted()
    }
}
