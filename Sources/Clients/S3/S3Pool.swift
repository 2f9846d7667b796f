import NIOCore
import Synchronization

/// The open connections of a client, and those of them that nobody uses now.
final class S3Pool: Sendable {
    private struct State {
        var open: [ObjectIdentifier: S3Connection] = [:]
        /// The one that was used last is taken first.
        var idle: [S3Origin: [S3Connection]] = [:]
        var hasEnded = false
    }

    private let state = Mutex(State())

    var hasEnded: Bool { state.withLock { $0.hasEnded } }

    /// Takes a new connection in, which is in use.
    /// - Returns: whether the pool is still there; if not, nobody else will close it.
    func add(_ connection: S3Connection, to origin: S3Origin) -> Bool {
        let isTaken = state.withLock { state in
            guard !state.hasEnded else { return false }
            state.open[ObjectIdentifier(connection.channel)] = connection
            return true
        }
        if isTaken {
            connection.channel.closeFuture.whenComplete { [weak self] _ in self?.forget(connection, to: origin) }
        }
        return isTaken
    }

    /// One that nobody uses, for the caller alone; `nil`: there is none.
    func take(to origin: S3Origin) -> S3Connection? {
        state.withLock { state in
            while let connection = state.idle[origin]?.popLast() {
                if connection.channel.isActive { return connection }
            }
            return nil
        }
    }

    /// Takes back what was taken or added.
    func giveBack(_ connection: S3Connection, to origin: S3Origin) {
        state.withLock { state in
            guard state.open[ObjectIdentifier(connection.channel)] != nil else { return }
            state.idle[origin, default: []].append(connection)
        }
    }

    /// Nothing is taken in or given out any more.
    /// - Returns: what is open.
    func end() -> [S3Connection] {
        state.withLock { state in
            state.hasEnded = true
            state.idle = [:]
            return Array(state.open.values)
        }
    }

    private func forget(_ connection: S3Connection, to origin: S3Origin) {
        state.withLock { state in
            state.open[ObjectIdentifier(connection.channel)] = nil
            state.idle[origin]?.removeAll { $0.channel === connection.channel }
        }
    }
}
