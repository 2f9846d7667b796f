import CleanupConfiguration
import Clients
import Synchronization

/// The connections of the configuration that is in force, as metrics show them and as the next configuration takes them over.
final class ConnectionsInForce: Sendable {
    private let current = Mutex<Connections?>(nil)
    /// Who is told the calls to a connection, by its name.
    private let observer: @Sendable (String) -> CallObserver?

    init(observer: @escaping @Sendable (String) -> CallObserver?) {
        self.observer = observer
    }

    func replace(with connections: Connections) { current.withLock { $0 = connections } }

    /// Those of a configuration that was read, which is not in force by that. Throws as ``Connections/successor(for:)``.
    func successor(for configuration: Configuration) throws -> Connections {
        guard let current = current.withLock({ $0 }) else { return Connections(configuration, observer: observer) }
        return try current.successor(for: configuration)
    }

    /// As of ``Connections/circuits``.
    var circuits: [String: Bool] { current.withLock { $0 }?.circuits ?? [:] }

    /// As of ``Connections/conditions``.
    var conditions: [String: Bool?] { current.withLock { $0 }?.conditions ?? [:] }
}
