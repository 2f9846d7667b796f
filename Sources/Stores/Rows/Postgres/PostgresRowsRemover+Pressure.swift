import Clients

/// What is remembered from one look at the pressure to the next.
struct PostgresPressureMemory {
    /// Where each replica stood, and since when it has not moved, by its name and address.
    var replicas: [String: (position: String, since: ContinuousClock.Instant)] = [:]
    /// The most replicas that were there at once, by name and address without the process, which changes.
    var seen: [String: Int] = [:]
    /// Since when something that is asked for cannot be told.
    var blindSince: ContinuousClock.Instant?
    /// For a person, at the end.
    var warnings: [String] = []
}

/// Why to hold back: replicas that lag, sessions of others that are busy, a health query that says no, an autovacuum or
/// another upkeep of the table.
///
/// `max_load` is the number of active sessions of other clients. To see those, and replicas, the role needs pg_monitor.
/// What cannot be told holds the run back as well, for a minute in all; then it goes on, and says so at its end. All else
/// is asked all the same, and what is known comes first.
extension PostgresRowsRemover {
    private static let blindness: Duration = .seconds(60)

    func conditions(isCancelled: () -> Bool) throws -> BatchConditions {
        var conditions = BatchConditions(isShared: true)
        let blind = try withoutActuallyEscaping(isCancelled) { try look(&conditions, $0) }
        guard let blind else {
            pressureMemory.blindSince = nil
            return conditions
        }
        if conditions.pressure == nil { conditions.pressure = endure(blind) }
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
            let warning = RowsWords.wentOnBlindly(blind.reason)
            if !pressureMemory.warnings.contains(warning) { pressureMemory.warnings.append(warning) }
            return nil
        }
        return BatchPressure(blind.cause, reason: RowsWords.cannotTell(blind.reason))
    }

    /// - Returns: the first thing that cannot be told.
    private func look(_ conditions: inout BatchConditions, _ isCancelled: @escaping () -> Bool) throws -> Blind? {
        var blind: Blind?
        let load = try known(.load, &blind) {
            let others = try asking(isCancelled) { try PostgresOthers($0, isCancelled) }
            conditions.isShared = others.isShared
            return try loadPressure(others)
        }
        let lag = try known(.lag, &blind) {
            guard job.pace.maxLagMilliseconds != nil else { return nil }
            let (worst, gone) = try asking(isCancelled) { try replicaLag($0, isCancelled) }
            conditions.replicaLag = worst
            if let pressure = lagPressure(worst) { return pressure }
            guard let gone else { return nil }
            throw Blind(cause: .lag, reason: PostgresWords.isGone(gone))
        }
        conditions.pressure = lag ?? load
        if conditions.pressure == nil {
            conditions.pressure = try known(.autovacuum, &blind) {
                try asking(isCancelled) { try vacuum($0, isCancelled) }
            }
        }
        if conditions.pressure == nil { conditions.pressure = try known(.health, &blind) { try health(isCancelled) } }
        return blind
    }

    /// What one factor says; that it cannot tell is remembered, if nothing else was before.
    private func known(
        _ cause: BatchPressure.Cause,
        _ blind: inout Blind?,
        _ body: () throws -> BatchPressure?
    ) throws -> BatchPressure? {
        do {
            return try body()
        } catch let found as Blind {
            blind = blind ?? found
        } catch let error as PostgresError {
            if error.code == .cancelled { throw CancellationError() }
            blind = blind ?? Blind(cause: cause, reason: error.message)
        }
        return nil
    }

    /// A transaction of its own, so that an error of one factor leaves the others theirs.
    private func asking<Result>(
        _ isCancelled: @escaping () -> Bool,
        _ body: (PostgresConnection) throws -> Result
    ) throws -> Result {
        try server.withConnection(as: job.specification.task, isCancelled: isCancelled) { connection in
            try connection.transaction(.readOnly, isCancelled: isCancelled) { try body(connection) }
        }
    }

    private func lagPressure(_ seconds: Double?) -> BatchPressure? {
        guard let most = job.pace.maxLagMilliseconds, let seconds, seconds * 1000 > Double(most) else { return nil }
        return BatchPressure(.lag, reason: PostgresWords.lags(tenths(seconds), most: most))
    }

    private func loadPressure(_ others: PostgresOthers) throws -> BatchPressure? {
        guard let most = job.pace.maxLoad else { return nil }
        if Double(others.active) > most {
            return BatchPressure(.load, reason: PostgresWords.isBusy(others.active, most: most))
        }
        if others.hidden > 0 {
            throw Blind(cause: .load, reason: PostgresWords.sessionsHidden)
        }
        return nil
    }

    private func tenths(_ value: Double) -> Double { (value * 10).rounded() / 10 }

    /// The worst replica's lag. A replica that has stopped to replay reports an old figure, so that the time for which
    /// it has not moved counts as well.
    /// - Returns: also one that was there before and is gone.
    private func replicaLag(
        _ connection: PostgresConnection,
        _ isCancelled: () -> Bool
    ) throws -> (worst: Double?, gone: String?) {
        let rows = try connection.query(
            """
            SELECT application_name || '@' || coalesce(client_addr::text, '') AS host, pid, replay_lsn::text AS place,
                extract(epoch FROM replay_lag)::float8 AS lag, pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) > 0 AS behind,
                state IS NULL AS hidden
            FROM pg_stat_replication WHERE state IS NULL OR state IN ('streaming', 'catchup')
            """,
            isCancelled: isCancelled
        )
        var worst: Double?
        var replicas = pressureMemory.replicas
        var present: [String: Int] = [:]
        for row in rows {
            guard try row.bool("hidden") != true, let host = try row.text("host"), let pid = try row.int("pid") else {
                throw Blind(cause: .lag, reason: PostgresWords.replicasHidden)
            }
            let name = "\(host)#\(pid)"
            // Who replays nothing only copies the log, as a backup does, and may go.
            if try row.text("place") != nil { present[host, default: 0] += 1 }
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
        pressureMemory.seen.merge(present) { max($0, $1) }
        let gone = pressureMemory.seen.filter { present[$0.key, default: 0] < $0.value }.keys.min()
        return (worst, gone)
    }

    /// An ordinary role may not see which tables the workers are at, but every role sees who holds the lock of it.
    private func vacuum(_ connection: PostgresConnection, _ isCancelled: () -> Bool) throws -> BatchPressure? {
        let running = try connection.query(
            """
            SELECT 1 FROM pg_locks l
            WHERE l.locktype = 'relation' AND l.mode = 'ShareUpdateExclusiveLock' AND l.granted
                AND l.pid <> pg_backend_pid()
                AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
                AND l.relation IN (SELECT to_regclass($1)::oid UNION SELECT relid::oid FROM pg_partition_tree(to_regclass($1)))
            LIMIT 1
            """,
            [.text(job.table.sql)],
            isCancelled: isCancelled
        )
        guard !running.isEmpty else { return nil }
        return BatchPressure(.autovacuum, reason: PostgresWords.isKeptUp(job.table.written))
    }

    /// false, 0 and nothing mean: hold back.
    private func health(_ isCancelled: @escaping () -> Bool) throws -> BatchPressure? {
        guard let health = job.pace.health else { return nil }
        let answer: String?
        do {
            if health.connection != nil {
                answer = try job.referenceValues(RowsQuery(health), 1, isCancelled).first
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
            throw Blind(cause: .health, reason: RowsWords.healthFailed(error))
        }
        guard let answer, HealthAnswer.isGood(answer) else {
            return BatchPressure(
                .health,
                reason: RowsWords.healthSays(answer.map(HealthAnswer.shown) ?? "nothing")
            )
        }
        return nil
    }
}
