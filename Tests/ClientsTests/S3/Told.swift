import Synchronization

/// What a client has told of its calls, in order.
final class Told: Sendable {
    private let all = Mutex<[String]>([])

    func add(_ operation: String) { all.withLock { $0.append(operation) } }

    var operations: [String] { all.withLock { $0 } }
}
