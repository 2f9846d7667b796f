package import Clients
import Synchronization

/// Leases on PostgreSQL: advisory locks of one session of its own.
///
/// The server ends the session, and with it all its locks, when the time-to-live of its longest lease has passed without
/// a word (from PostgreSQL 14 on; before that, when the connection breaks). It keeps no counter: the epoch is the floor
/// and one, and the mark in the state store decides. A connection that breaks loses all leases at once, and so does a
/// restart of the server, which lets another in before its former holder has noticed: then the mark is the fence. Where a
/// pooler lends another session to each statement, no lease can be kept, and every renewal says so.
package final class PostgresLeaseServer: LeaseServer {
    package var faultKind: LeaseFault.Kind { .postgres }

    private let server: PostgresServer
    private let schema: String
    private let application: String
    private let session = Mutex<PostgresLeaseSession?>(nil)

    /// - Parameters:
    ///   - server: a database that all replicas share.
    ///   - schema: of the state store; what has another schema has other locks.
    ///   - replica: shown to the server's administrator, and to replicas that do not get a lock.
    package init(server: PostgresServer, schema: String, replica: String) {
        self.server = server
        self.schema = schema
        application = PostgresLeaseSession.applicationName(replica)
    }

    deinit { session.withLock { $0 }?.close() }

    package func acquire(_ lock: String, token: String, ttl: Duration, floor: Int64) async throws -> LeaseGrant {
        guard floor < .max else { throw LeaseFault.noEpochLeft(after: floor, of: lock) }
        let key = PostgresLockKey(schema: schema, lock: lock)
        let timing = LeaseTiming(ttl: ttl)
        return try await current().perform(within: timing.call) { held, connection, isLate in
            try held.acquire(key, token: token, ttl: ttl, floor: floor, connection, isLate)
        }
    }

    package func renew(_ lock: String, token: String, ttl: Duration) async throws -> Bool {
        let key = PostgresLockKey(schema: schema, lock: lock)
        let timing = LeaseTiming(ttl: ttl)
        // A lock of a session that has ended is gone, and a new one need not be made to say so.
        guard let session = session.withLock({ $0 }), session.isOpen else { return false }
        return try await session.perform(within: timing.call) { held, connection, isLate in
            try held.renew(key, token: token, connection, isLate)
        }
    }

    package func release(_ lock: String, token: String) async throws {
        let key = PostgresLockKey(schema: schema, lock: lock)
        guard let session = session.withLock({ $0 }), session.isOpen else { return }
        try await session.perform(within: LeaseTiming.release) { held, connection, isLate in
            try held.release(key, token: token, connection, isLate)
        }
    }

    /// Ends the session, and with it what it still holds: for the end of the program.
    package func close() {
        session.withLock { session in
            defer { session = nil }
            return session
        }?.close()
    }

    private func current() -> PostgresLeaseSession {
        session.withLock { session in
            if let session, session.isOpen { return session }
            let new = PostgresLeaseSession(server, application: application)
            session = new
            return new
        }
    }
}
