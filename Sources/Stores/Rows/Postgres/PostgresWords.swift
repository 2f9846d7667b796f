import Clients

/// What is said of rows in a PostgreSQL database alone, one function each.
enum PostgresWords {
    // MARK: Rights and upkeep

    /// - Parameter grant: what to run.
    static func mayNotLock(_ role: String, _ table: String, _ grant: String) -> String {
        "The role \(role) may not lock rows of \(table), so that rows which others hold stop it instead of being skipped. "
            + grant
    }

    /// - Parameters:
    ///   - table: as it is written.
    ///   - sql: as a statement names it.
    static func mayNotClean(_ role: String, _ rights: String, on table: String, _ sql: String) -> String {
        "The role \(role) may plan, but not clean: it lacks \(rights) on \(table). "
            + "Run: GRANT \(rights) ON \(sql) TO \(PostgresConnection.quote(identifier: role))"
    }

    static func grantOfLocks(_ column: String, on sql: String, to role: String) -> String {
        "Run: GRANT UPDATE (\(PostgresConnection.quote(identifier: column))) ON \(sql) TO "
            + PostgresConnection.quote(identifier: role)
    }

    /// - Parameter last: when; `nil` = never.
    static func fullOfDeadRows(_ table: String, dead: Int64, live: Int64, last: String?) -> String {
        "Autovacuum does not keep up with \(table): \(dead) dead rows beside \(live), last vacuumed \(last ?? "never"). Run "
            + "VACUUM, write vacuum: true on the task, or lower autovacuum_vacuum_scale_factor for the table."
    }

    static func hidesRows(_ table: String) -> String {
        "Row-level security applies to this role on \(table): rows that its policies hide are neither counted nor removed. "
            + "Give the role BYPASSRLS, or a policy for it, if they should be."
    }

    static func notVacuumed(_ table: String, _ reason: String) -> String {
        "VACUUM of \(table) did not end well: \(reason)"
    }

    // MARK: Batches

    static func smaller(_ reason: String) -> String { "\(reason): the next batch is smaller" }

    static let endless =
        "it is not as action.set says after it was done (a trigger changes the value, or the column rounds it)"

    /// - Parameter isCut: they were counted no further.
    static func held(_ count: Int, isCut: Bool, of table: String, _ reason: String) -> String {
        "\(isCut ? "At least \(count)" : "\(count)") due rows of \(table) stay, because others held them, or the table, all "
            + "the time: \(reason)"
    }

    // MARK: Holding back

    static func lags(_ seconds: Double, most milliseconds: Int64) -> String {
        "a replica is \(seconds) s behind, max_lag is \(milliseconds) ms"
    }

    static func isGone(_ replica: String) -> String {
        "the replica \(replica), which was there before, is not connected any more"
    }

    static func isBusy(_ sessions: Int64, most: Double) -> String {
        "\(sessions) other sessions are active, max_load is \(most)"
    }

    static let sessionsHidden = "the role may not see what other sessions do; grant it pg_monitor"
    static let replicasHidden = "the role may not see how far replicas are; grant it pg_monitor"

    static func isKeptUp(_ table: String) -> String { "an autovacuum, or another upkeep, works on \(table)" }

    // MARK: Columns of times

    static func holdsNumbers(_ column: String) -> String {
        "\(column) holds numbers. Write time_format: epoch or epoch_ms."
    }

    static func holdsNoTimes(_ column: String) -> String { "\(column) cannot be read as times. Name another column." }

    static func holdsTimes(_ column: String) -> String {
        "\(column) holds times and no numbers. Leave time_format out."
    }
}
