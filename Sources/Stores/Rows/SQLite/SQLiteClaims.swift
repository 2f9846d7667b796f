import Clients
import Retention

/// Rows with what they own, on SQLite: found, handed over and removed under the one write lock.
struct SQLiteClaims: RowsClaims {
    let job: RowsJob
    let session: SQLiteSession
    let owned: [RowsOwned]

    private var target: String { "\(job.table.sql) AS \(job.table.alias)" }
    private var identity: [String] { job.table.identity.map { "\(job.table.alias).\($0)" } }

    func claim(
        limit: Int,
        beyond: [String]?,
        pages: Bool,
        isCancelled: () -> Bool,
        decide: ([RowsClaimed]) -> [Bool]
    ) throws -> RowsClaimOutcome {
        var outcome = RowsClaimOutcome()
        do {
            try session.connection.transaction(.write, isCancelled: isCancelled) {
                let found = try find(limit, beyond, pages, isCancelled)
                let rows = found.map { identity, owned in
                    RowsClaimed(identity: identity.map { $0.asText ?? "" }, owned: owned)
                }
                outcome.found = rows.count
                for (index, mayGo) in decide(rows).enumerated() where mayGo {
                    do {
                        let changed = try remove(found[index].identity)
                        outcome.changed += changed
                        if changed == 0 { outcome.kept.append((rows[index], nil)) }
                    } catch let error as SQLiteError where error.code == .constraint {
                        // The statement is undone, and the transaction goes on.
                        outcome.kept.append((rows[index], error.message))
                    }
                }
            }
        } catch let error as SQLiteError {
            switch error.code {
            case .cancelled:
                throw CancellationError()
            case .busy, .locked:
                outcome = RowsClaimOutcome()
                outcome.lockTimeouts = 1
                outcome.held = 1
            default:
                throw StoreError(error)
            }
        }
        return outcome
    }

    private func find(
        _ limit: Int,
        _ beyond: [String]?,
        _ pages: Bool,
        _ isCancelled: () -> Bool
    ) throws -> [(identity: [SQLiteValue], owned: [String?])] {
        var values = session.values(job.due.values)
        var conditions = ["(\(job.due.sql))"]
        if let beyond {
            // Compared as the columns are: by affinity.
            let marks = beyond.map { value -> String in
                values.append(Int64(value).map { SQLiteValue.integer($0) } ?? .text(value))
                return "?\(values.count)"
            }
            conditions.append("(\(identity.joined(separator: ", "))) > (\(marks.joined(separator: ", ")))")
        }
        let columns = identity + owned.map { "\(job.table.alias).\(SQLiteIdentifier.quote($0.column))" }
        let time = job.order.map { "\(job.table.alias).\(SQLiteIdentifier.quote($0.column.name))" }
        let order = ([pages ? nil : time].compactMap { $0 } + identity).joined(separator: ", ")
        let sql =
            "SELECT \(columns.joined(separator: ", ")) FROM \(target) "
            + "WHERE \(conditions.joined(separator: " AND ")) ORDER BY \(order) LIMIT \(limit)"
        return try session.connection.query(sql, values, isCancelled: isCancelled).map { row in
            (Array(row.prefix(identity.count)), row.dropFirst(identity.count).map(\.asText))
        }
    }

    /// - Returns: 0 = the row is there, and due, as before.
    private func remove(_ place: [SQLiteValue]) throws -> Int {
        guard job.specification.action != .none else { return 1 }
        let values = session.values(job.due.values)
        let places = identity.enumerated().map { "\($1) IS ?\(values.count + $0 + 1)" }
        let settings = job.assignments.map { "\(SQLiteIdentifier.quote($0.column.name)) = \($0.value)" }
        let verb =
            settings.isEmpty ? "DELETE FROM \(target)" : "UPDATE \(target) SET \(settings.joined(separator: ", "))"
        let condition = "\(places.joined(separator: " AND ")) AND (\(job.recheck))"
        let changed = try session.connection.execute("\(verb) WHERE \(condition)", values + place)
        guard changed > 0, SQLiteDeletion(job, session: session).mayBeUndone else { return changed }
        let survivors = try session.connection.query("SELECT 1 FROM \(target) WHERE \(condition)", values + place)
        return survivors.isEmpty ? changed : 0
    }
}
