/// Whether a client has a connection, and who waits for one: a value that decides, driven by the client.
struct RedisLink<Connection: Sendable, Waiter: Sendable>: Sendable {
    /// - down: there is no connection; becomes up, or ended.
    /// - up: there is one; becomes down when it is lost, or ended.
    /// - ended: there will never be one again.
    private enum Phase {
        case down(reason: String)
        case up(Connection, number: Int)
        case ended
    }

    /// What somebody gets who needs a connection.
    enum Offer {
        /// - Parameter number: of this connection, for `lost`.
        case connection(Connection, number: Int)
        /// There may be one later.
        case none(reason: String)
        /// There will be none.
        case ended
    }

    private var phase = Phase.down(reason: "the client has not been started yet")
    private var waiters: [UInt64: Waiter] = [:]
    private var connections = 0
    private var isStarted = false

    /// Whether the client runs for the first time.
    mutating func start() -> Bool {
        guard !isStarted else { return false }
        isStarted = true
        phase = .down(reason: "the first connection is being made")
        return true
    }

    /// What there is just now.
    var offer: Offer {
        switch phase {
        case .down(let reason): .none(reason: reason)
        case .up(let connection, let number): .connection(connection, number: number)
        case .ended: .ended
        }
    }

    /// Joins those who wait, unless there is something to have at once.
    mutating func wait(_ id: UInt64, _ waiter: Waiter) -> Offer {
        let offer = self.offer
        if case .none = offer { waiters[id] = waiter }
        return offer
    }

    /// Leaves those who wait.
    /// - Returns: the waiter, unless it has been served.
    mutating func leave(_ id: UInt64) -> Waiter? { waiters.removeValue(forKey: id) }

    /// There is a connection.
    /// - Returns: its number, and those who waited for it.
    mutating func connected(_ connection: Connection) -> (number: Int, waiters: [Waiter]) {
        connections += 1
        phase = .up(connection, number: connections)
        return (connections, takeWaiters())
    }

    /// A connection takes nothing any more. One that has been replaced changes nothing.
    mutating func lost(_ number: Int, reason: String) {
        guard case .up(_, number) = phase else { return }
        phase = .down(reason: reason)
    }

    /// An attempt to connect has failed.
    mutating func failed(reason: String) {
        if case .down = phase { phase = .down(reason: reason) }
    }

    /// The client ends.
    /// - Returns: those who waited.
    mutating func end() -> [Waiter] {
        phase = .ended
        return takeWaiters()
    }

    private mutating func takeWaiters() -> [Waiter] {
        defer { waiters = [:] }
        return waiters.sorted { $0.key < $1.key }.map(\.value)
    }
}
