import Clients
import Synchronization

/// Remembers whether an engine still answers: once it has been silent about several containers in a row, the others of a
/// block are not waited for one by one.
final class EngineSilence: Sendable {
    /// As many as are looked at side by side.
    private static let limit = 8

    private let state = Mutex((count: 0, last: DockerError?.none))

    /// Why the engine is not to be asked any more; `nil` = it is.
    var error: DockerError? { state.withLock { $0.count >= Self.limit ? $0.last : nil } }

    /// It has answered.
    func end() { state.withLock { $0 = (0, nil) } }

    /// A look has failed; only silence counts.
    func note(_ error: DockerError) {
        guard error.code == .timeout else { return }
        state.withLock { $0 = ($0.count + 1, error) }
    }
}
