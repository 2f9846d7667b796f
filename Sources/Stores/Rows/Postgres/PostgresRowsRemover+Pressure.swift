import Clients

/// What is remembered from one look at the pressure to the next.
struct PostgresPressureMemory {
    /// Where each replica stood, and since when it has not moved, by its name and address.
    var replicas: [String: (position: String, since: ContinuousClock.Instant)] = [:]
    /// Since when something that is asked for cannot be told.
    var blindSince: ContinuousClock.Instant?
    /// For a person, at the end.
    var warnings: [String] = []
}

/// Why to hold back: replicas that lag, sessions of others that are busy, a health query that says no, an autovacuum of
/// the table.
///
/// `max_load` is the number of active sessions of other clients. To see those, and replicas, the role needs pg_monitor.
/// What cannot be told holds the run back as well, for a minute in all; then it goes on, and says so at its end.
extension PostgresRowsRemover {
    private static let blindness: Duration = .seconds(60)

    func conditions(isCancelled: () -> Bool) throws -> BatchConditions {
        var conditions = BatchConditions(isShared: true)
        do {
            try withoutActuallyEscaping(isCancelled) { try look(&conditions, $0) }
            pressureMemory.blindSince = nil
        } catch let blind as Blind {
            conditions.pressure = endure(blind)
        } catch let error as PostgresError {
            if error.code == .cancelled { throw CancellationError() }
            conditions.pressure = endure(Blind(cause: .load, reason: error.message))
        }
        return conditions
    }

    /// Something that is asked for cannot be told.
    private struct Blind: Error {
        var cause: BatchPressure.Cause
        var reason: String
    }

    private func endure(_ blind: Blind) -> BatchPressure? {
        let since = pressureMemory.blindSince ?? .now
        pressureMemory.blindSince = since
        guard ContinuousClock.now - since < Self.blindness else {
            let warning = "The run went on without knowing: \(blind.reason)"
            if !pressureMemory.warnings.contains(warning) { pressureMemory.warnings.append(warning) }
            return nil
        }
        return BatchPressure(blind.cause, reason: "cannot tell: \(blind.reason)")
    }

    private func look(_ conditions: inout BatchConditions, _ isCancelled: @escaping () -> Bool) throws {
        try server.withConnection(as: job.specification.task, isCancelled: isCancelled) { connection in
            try connection.transaction(.readOnly, isCancelled: isCancelled) {
                let others = try PostgresOthers(connection, isCancelled)
                conditions.isShared = others.isShared
                if job.pace.maxLagMilliseconds != nil {
                    conditions.replicaLag = try replicaLag(connection, isCancelled)
                }
                conditions.pressure =
                    try lagPressure(conditions.replicaLag) ?? loadPressure(others) ?? vacuum(connection, isCancelled)
            }
        }
        if conditions.pressure == nil { conditions.pressure = try health(isCancelled) }
    }

    private func lagPressure(_ seconds: Double?) -> BatchPressure? {
        guard let most = job.pace.maxLagMilliseconds, let seconds, seconds * 1000 > Double(most) else { return nil }
        return BatchPressure(.lag, reason: "a replica is \(tenths(seconds)) s behind, max_lag is \(most) ms")
    }

    private func loadPressure(_ others: PostgresOthers) throws -> BatchPressure? {
        guard let most = job.pace.maxLoad else { return nil }
        if Double(others.active) > most {
            return BatchPressure(.load, reason: "\(others.active) other sessions are active, max_load is \(most)")
        }
        if others.hidden > 0 {
            throw Blind(cause: .load, reason: "the role may not see what other sessions do; grant it pg_monitor")
        }
        return nil
    }

    private func tenths(_ value: Double) -> Double { (value * 10).rounded() / 10 }

    /// The worst replica's lag. A replica that has stopped to replay reports an old figure, so that the time for which
    /// it has not moved counts as well.
    private func replicaLag(_ connection: PostgresConnection, _ isCancelled: () -> Bool) throws -> Double? {
        let rows = try connection.query(
            """
            SELECT application_name || '@' || coalesce(client_addr::text, '') || '#' || pid AS name, replay_lsn::text AS place,
                extract(epoch FROM replay_lag)::float8 AS lag, pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) > 0 AS behind,
                state IS NULL AS hidden
            FROM pg_stat_replication WHERE state IS NULL OR state IN ('streaming', 'catchup')
            """,
            isCancelled: isCancelled
        )
        var worst: Double?
        var replicas = pressureMemory.replicas
        for row in rows {
            guard try row.bool("hidden") != true, let name = try row.text("name") else {
                throw Blind(cause: .lag, reason: "the role may not see how far replicas are; grant it pg_monitor")
            }
            guard let place = try row.text("place"), try row.bool("behind") == true else {
                replicas[name] = nil
                worst = max(worst ?? 0, 0)
                continue
            }
            let known = replicas[name]
            let since = known?.position == place ? known?.since ?? .now : .now
            replicas[name] = (place, since)
            let stopped = (ContinuousClock.now - since) / .seconds(1)
            worst = max(worst ?? 0, stopped, try row.double("lag") ?? 0)
        }
        pressureMemory.replicas = replicas
        return worst
    }

    private func vacuum(_ connection: PostgresConnection, _ isCancelled: () -> Bool) throws -> BatchPressure? {
        let running = try connection.query(
            """
            SELECT 1 FROM pg_stat_progress_vacuum p JOIN pg_stat_activity a ON a.pid = p.pid
            WHERE a.backend_type = 'autovacuum worker' AND p.relid = to_regclass($1)
            """,
            [.text(job.table.sql)],
            isCancelled: isCancelled
        )
        guard !running.isEmpty else { return nil }
        return BatchPressure(.autovacuum, reason: "an autovacuum works on \(job.table.written)")
    }

    /// false, 0 and nothing mean: hold back.
    private func health(_ isCancelled: @escaping () -> Bool) throws -> BatchPressure? {
        guard let health = job.pace.health else { return nil }
        let answer: String?
        do {
            if health.connection != nil {
                answer = try job.referenceValues(health, 1, isCancelled).first
            } else {
                answer = try PostgresRowsBackend(server).values(
                    of: health.query,
                    task: job.specification.task,
                    limit: 1,
                    isCancelled: isCancelled
                ).first
            }
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw Blind(cause: .health, reason: "the health query failed: \(error)")
        }
        guard let answer, !["f", "false", "0", ""].contains(answer.lowercased()) else {
            return BatchPressure(.health, reason: "the health query says \(answer ?? "nothing")")
        }
        return nil
    }
}
