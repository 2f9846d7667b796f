import Clients

/// The advisory locks of one session, and whose they are. A session could take its own lock twice, so this says no first.
struct PostgresHeldLocks {
    private var tokens: [PostgresLockKey: String] = [:]
    /// Whether they are held is not known, because a statement about them failed. They are nobody's, and given back
    /// before anything else is done.
    private var doubtful: Set<PostgresLockKey> = []
    /// After so long without a word the server ends the session.
    private var patience: Duration = .zero

    mutating func acquire(
        _ key: PostgresLockKey,
        token: String,
        ttl: Duration,
        floor: Int64,
        _ connection: PostgresConnection,
        _ isLate: () -> Bool
    ) throws(PostgresError) -> LeaseGrant {
        try settle(connection, isLate)
        if let other = tokens[key] { return .held(by: LeaseToken.replica(of: other)) }
        try limit(ttl, connection, isLate)
        // Such a lock outlives the failure of the statement that took it.
        doubtful.insert(key)
        let sql = "SELECT pg_try_advisory_lock($1::int8::bit(32)::int4, $2::int8::bit(32)::int4)"
        let isOurs = try connection.query(sql, key.values, isCancelled: isLate).first?.bool(0) ?? false
        doubtful.remove(key)
        guard isOurs else { return .held(by: try holder(of: key, connection, isLate)) }
        tokens[key] = token
        return .granted(epoch: floor + 1)
    }

    mutating func renew(
        _ key: PostgresLockKey,
        token: String,
        _ connection: PostgresConnection,
        _ isLate: () -> Bool
    ) throws(PostgresError) -> Bool {
        try settle(connection, isLate)
        guard tokens[key] == token else { return false }
        let sql = "SELECT EXISTS (SELECT FROM pg_locks WHERE \(Self.isLock) AND pid = pg_backend_pid())"
        let isHeld = try connection.query(sql, key.values, isCancelled: isLate).first?.bool(0) ?? false
        if !isHeld { tokens[key] = nil }
        return isHeld
    }

    mutating func release(
        _ key: PostgresLockKey,
        token: String,
        _ connection: PostgresConnection,
        _ isLate: () -> Bool
    ) throws(PostgresError) {
        if tokens[key] == token {
            tokens[key] = nil
            doubtful.insert(key)
        }
        try settle(connection, isLate)
    }

    private mutating func settle(_ connection: PostgresConnection, _ isLate: () -> Bool) throws(PostgresError) {
        for key in doubtful {
            // False, with a warning, if it is not held.
            let sql = "SELECT pg_advisory_unlock($1::int8::bit(32)::int4, $2::int8::bit(32)::int4)"
            _ = try connection.query(sql, key.values, isCancelled: isLate)
            doubtful.remove(key)
        }
    }

    /// Sees that the server lets go of a session whose holder is paused, or cannot be reached.
    private mutating func limit(
        _ ttl: Duration,
        _ connection: PostgresConnection,
        _ isLate: () -> Bool
    ) throws(PostgresError) {
        guard ttl > patience else { return }
        let milliseconds = Int64((ttl / .milliseconds(1)).rounded(.up))
        let seconds = max(1, milliseconds / 3000)
        var settings = [
            ("tcp_keepalives_idle", "\(seconds)"), ("tcp_keepalives_interval", "\(seconds)"),
            ("tcp_keepalives_count", "2"),
        ]
        if connection.serverVersion >= 140_000 { settings.append(("idle_session_timeout", "\(milliseconds)")) }
        for (name, value) in settings {
            let sql = "SELECT set_config($1, $2, false)"
            _ = try connection.query(sql, [.text(name), .text(value)], isCancelled: isLate)
        }
        patience = ttl
    }

    private func holder(
        of key: PostgresLockKey,
        _ connection: PostgresConnection,
        _ isLate: () -> Bool
    ) throws(PostgresError) -> String? {
        let sql = """
            SELECT application_name FROM pg_stat_activity
            WHERE pid IN (SELECT pid FROM pg_locks WHERE \(Self.isLock)) LIMIT 1
            """
        let name = try connection.query(sql, key.values, isCancelled: isLate).first?.text(0)
        return name.flatMap(PostgresLeaseSession.replica)
    }

    /// `objsubid` 2 = a lock of two numbers.
    private static let isLock = """
        locktype = 'advisory' AND granted AND objsubid = 2 AND classid = $1::oid AND objid = $2::oid
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        """
}

extension PostgresLockKey {
    /// As `$1` and `$2`.
    fileprivate var values: [PostgresValue] { [.int(Int64(classID)), .int(Int64(objectID))] }
}
