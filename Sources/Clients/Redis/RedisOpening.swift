import NIOCore
import Synchronization

/// A connection that is being made: what is handed over when it stands, and closed when nobody wants it any more.
///
/// A host with several addresses is tried at several of them, so there may be several channels.
final class RedisOpening: Sendable {
    private enum State {
        case open([ObjectIdentifier: RedisConnection])
        case cancelled
    }

    private let state = Mutex(State.open([:]))

    /// A channel has been prepared; it is not connected yet.
    /// - Throws: `CancellationError`, which ends the attempt.
    func made(_ connection: RedisConnection) throws {
        try state.withLock { state in
            guard case .open(var connections) = state else { throw CancellationError() }
            connections[connection.channelID] = connection
            state = .open(connections)
        }
    }

    /// The connection of the channel that has got through.
    /// - Throws: `CancellationError`.
    func connection(of channel: any Channel) throws -> RedisConnection {
        try state.withLock { state in
            guard case .open(let connections) = state, let found = connections[ObjectIdentifier(channel)] else {
                throw CancellationError()
            }
            return found
        }
    }

    func cancel() {
        let connections = state.withLock { state in
            defer { state = .cancelled }
            guard case .open(let connections) = state else { return [RedisConnection]() }
            return Array(connections.values)
        }
        for connection in connections { connection.close() }
    }
}
