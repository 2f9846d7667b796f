import Synchronization

/// The blueprint that a service goes by at the moment. Nobody keeps an earlier one for longer than a run of it takes: its
/// connections end with it.
final class BlueprintInForce: Sendable {
    private let current: Mutex<Blueprint>

    init(_ blueprint: Blueprint) { current = Mutex(blueprint) }

    var blueprint: Blueprint { current.withLock { $0 } }

    func replace(with blueprint: Blueprint) { current.withLock { $0 = blueprint } }
}
