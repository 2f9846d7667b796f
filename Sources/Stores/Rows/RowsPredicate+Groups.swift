import Retention

/// `keep` and `at_least` as window functions over all candidates of a group, with the semantics of `Judge`: evaluated
/// in the deleting statement itself, so that they hold for what is there at that moment.
extension RowsPredicate {
    /// The row is among those of its group that no rule keeps and that the floor can spare.
    ///
    /// Candidates are what `where` leaves and whose time is known and not of the future; conditions of `remove`,
    /// filters and references say which of them are eligible. Ties of time are broken by the key.
    mutating func ofGroups(eligible: String, candidates: String?) throws -> String {
        guard let order else { throw refusal("keep needs time") }
        let identity = table.identity.indices.map { "i\($0)" }
        let columns = try innermost(order, eligible: eligible, candidates: candidates)
        let names = identity + ["g", "tm", "e"] + columns.ties
        let ruled = try rules(ties: columns.ties)
        let keep = specification.keep
        let judged = """
            SELECT \(list(identity))g, tm, \(list(columns.ties))
                (e AND NOT (\(ruled.condition))) AS removable
            FROM (SELECT \((names + ruled.windows).joined(separator: ", ")) FROM (\(columns.sql)) AS cleanupd_a) AS cleanupd_b
            """
        let newest = newestFirst(columns.ties)
        let placed = """
            SELECT \(list(identity))removable,
                count(removable) FILTER (WHERE NOT removable) OVER (PARTITION BY g) AS firm,
                row_number() OVER (PARTITION BY g, removable ORDER BY \(newest)) AS place
            FROM (\(judged)) AS cleanupd_c
            """
        let own = table.identity.map { "\(table.alias).\($0)" }.joined(separator: ", ")
        return """
            (\(own)) IN (SELECT \(identity.joined(separator: ", ")) FROM (\(placed)) AS cleanupd_d
            WHERE removable AND place > \(max(0, keep.atLeast)) - firm)
            """
    }

    private func list(_ names: [String]) -> String { names.map { $0 + ", " }.joined() }

    private func newestFirst(_ ties: [String]) -> String {
        (["tm"] + ties).map { $0 + " DESC" }.joined(separator: ", ")
    }

    private mutating func innermost(
        _ order: RowsOrder,
        eligible: String,
        candidates: String?
    ) throws -> (sql: String, ties: [String]) {
        let dialect = clause.dialect
        let time = dialect.time(column(order.column.name), order, timezone: specification.timezone)
        let group = try specification.groupBy.map { column(try table.existing($0, for: "group_by").name) }
        let identity = table.identity.enumerated().map { "\(table.alias).\($1) AS i\($0)" }
        let keys = specification.key.isEmpty ? table.primaryKey : specification.key
        let tieColumns = keys.isEmpty ? table.identity.map { "\(table.alias).\($0)" } : keys.map { column($0) }
        let ties = tieColumns.enumerated().map { "\($1) AS k\($0)" }
        var clause = clause
        let now = dialect.time(instants.now) { clause.bind($0) }
        self.clause = clause
        let columns =
            identity + ["\(group ?? "1") AS g", "\(time) AS tm", "coalesce((\(eligible)), 1 = 0) AS e"] + ties
        let conditions = [candidates, "\(time) <= \(now)"].compactMap { $0 }
        return (
            "SELECT \(columns.joined(separator: ", ")) FROM \(table.sql) AS \(table.alias) WHERE \(allOf(conditions))",
            tieColumns.indices.map { "k\($0)" }
        )
    }

    // MARK: Rules

    private mutating func rules(ties: [String]) throws -> (condition: String, windows: [String]) {
        let keep = specification.keep
        let all = [keep.counts] + keep.groups.values
        var windows: [String] = []
        let newest = newestFirst(ties)
        if all.contains(where: { $0.last > 0 }) {
            windows.append("row_number() OVER (PARTITION BY g ORDER BY \(newest)) AS l")
        }
        let units = CalendarUnit.allCases.filter { unit in all.contains { unit.limit(in: $0) > 0 } }
        if !units.isEmpty {
            let oldest = (["tm"] + ties).joined(separator: ", ")
            windows.append("row_number() OVER (PARTITION BY g ORDER BY \(oldest)) AS o")
        }
        for unit in units {
            let stretch = clause.dialect.stretch(unit, "tm", zone: specification.zone)
            windows.append("row_number() OVER (PARTITION BY g, \(stretch) ORDER BY \(newest)) AS n_\(unit)")
            windows.append("dense_rank() OVER (PARTITION BY g ORDER BY \(stretch) DESC) AS s_\(unit)")
        }
        if all.contains(where: { $0.within != nil }) { windows.append("max(tm) OVER (PARTITION BY g) AS w") }
        guard !keep.groups.isEmpty else { return (holds(keep.counts), windows) }
        return (byGroup(keep), windows)
    }

    /// A group's own counts replace the whole of the common ones.
    private mutating func byGroup(_ keep: Policy.Keep) -> String {
        let group = specification.groupBy == nil ? "''" : "coalesce(\(clause.dialect.text("g")), '')"
        let cases = keep.groups.sorted { $0.key < $1.key }.map { name, counts in
            "WHEN \(group) = \(clause.bind(.text(name))) THEN (\(holds(counts)))"
        }
        return "CASE \(cases.joined(separator: " ")) ELSE (\(holds(keep.counts))) END"
    }

    /// A rule holds the row. A calendar rule that has room keeps the oldest as well (restic).
    private func holds(_ counts: Policy.Counts) -> String {
        var rules: [String] = []
        if counts.last > 0 { rules.append("l <= \(counts.last)") }
        for unit in CalendarUnit.allCases where unit.limit(in: counts) > 0 {
            let limit = unit.limit(in: counts)
            rules.append("(n_\(unit) = 1 AND s_\(unit) <= \(limit)) OR (o = 1 AND s_\(unit) < \(limit))")
        }
        if let within = counts.within {
            rules.append("tm >= \(clause.dialect.minus(within, "w", zone: specification.zone))")
        }
        return rules.isEmpty ? "1 = 0" : rules.joined(separator: " OR ")
    }
}
