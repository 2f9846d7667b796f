import Synchronization

/// Counts from several threads.
final class Count: Sendable {
    private let number = Atomic(0)

    func add() { _ = number.add(1, ordering: .relaxed) }

    var value: Int { number.load(ordering: .relaxed) }
}
