import Clients
package import Retention

/// The SQL of SQLite, with the functions of `SQLiteTimes` for what it has no type for.
package struct SQLiteDialect: RowsDialect {
    package init() {}

    package func quote(_ identifier: String) -> String { SQLiteIdentifier.quote(identifier) }

    package var form: SQLForm { .sqlite }

    /// Instants are compared with texts as times, whatever their form: see `SQLiteTimes.collation`.
    package func placeholder(_ number: Int, for value: RowsValue) -> String {
        if case .instant = value { "(?\(number) COLLATE \(SQLiteTimes.collationName))" } else { "?\(number)" }
    }

    /// As the column holds them; numbers cut to its unit, so that `column < :cutoff` never finds more than is due.
    package func bound(_ instant: Instant, format: RowsSpecification.TimeFormat?) -> RowsValue {
        switch format {
        case .epoch: .integer(floored(instant.nanoseconds, 1_000_000_000))
        case .epochMilliseconds: .integer(floored(instant.nanoseconds, 1_000_000))
        case .iso, nil: .instant(floored(instant.nanoseconds, 1_000))
        }
    }

    package func refusal(of column: RowsColumn, format: RowsSpecification.TimeFormat?) -> String? {
        guard format == nil else { return nil }
        switch column.type {
        case .integer, .double, .numeric:
            let unit = "Say whether they are seconds or milliseconds: time_format: epoch or epoch_ms."
            return "The column \(column.name) is declared \(column.typeName), and so holds numbers. \(unit)"
        case .text, .other, .date, .timestamp, .timestampWithZone: return nil
        }
    }

    /// What an index can serve comes first, and lets through more; the exact comparison follows.
    package func isBefore(
        _ instant: Instant,
        _ column: String,
        _ order: RowsOrder,
        timezone: String,
        bind: (RowsValue) -> String
    ) -> String {
        let exact = "\(time(column, order, timezone: timezone)) < \(bind(.integer(instant.microsecondsUp)))"
        switch order.format {
        case .iso, nil:
            // The date on any wall clock is at most one day ahead, and every text of that day lies before the next day.
            let dayAfter = Timestamp.format(instant.adding(nanoseconds: 2 * 86_400_000_000_000)).prefix(10)
            return "(\(column) >= '' AND \(column) < \(bind(.text(String(dayAfter)))) AND \(exact))"
        case .epoch: return number(exact, column, order, bind(.integer(instant.quotientUp(1_000_000_000))))
        case .epochMilliseconds: return number(exact, column, order, bind(.integer(instant.quotientUp(1_000_000))))
        }
    }

    package func time(_ column: String, _ order: RowsOrder, timezone: String) -> String {
        switch order.format {
        case .iso, nil: "cleanupd_iso(\(column), \(literal(timezone)))"
        case .epoch: "cleanupd_epoch(\(column))"
        case .epochMilliseconds: "cleanupd_epoch_ms(\(column))"
        }
    }

    package func time(_ instant: Instant, bind: (RowsValue) -> String) -> String {
        bind(.integer(instant.microsecondsUp))
    }

    package func microseconds(_ time: String) -> String { time }

    package func stretch(_ unit: CalendarUnit, _ time: String, zone: String) -> String {
        "cleanupd_stretch('\(unit.rawValue)', \(time), \(literal(zone)))"
    }

    package func minus(_ age: Age, _ time: String, zone: String) -> String {
        "cleanupd_minus(\(time), \(age.months), \(age.milliseconds), \(literal(zone)))"
    }

    package func text(_ expression: String) -> String { expression == "r.k" ? "r.t" : written(expression) }

    package func cast(_ expression: String, to type: String) -> String { "CAST(nullif(\(expression), '') AS \(type))" }

    package func isAmong(_ key: String, _ placeholder: String, as comparison: RowsComparison) -> String {
        "cleanupd_among(\(text(key)), \(placeholder))"
    }

    /// With the key as text in a column of its own (`t`), and as a compound, which SQLite does not merge into the query
    /// around it: so it makes an index over the answer, once, instead of reading the answer for every row.
    package func keys(of query: String) -> String {
        "(WITH q(k) AS (\(query)\n) SELECT k, \(written("k")) AS t FROM q UNION ALL SELECT NULL, NULL WHERE 0) AS r"
    }

    package func value(
        _ value: RowsSpecification.Assignment.Value,
        for column: RowsColumn,
        format: RowsSpecification.TimeFormat?,
        bind: (RowsValue) -> String
    ) -> String {
        switch value {
        case .null: "NULL"
        case .now: now(for: column, format)
        case .bool(let value): bind(.bool(value))
        case .integer(let value): bind(.integer(value))
        case .double(let value): bind(.double(value))
        case .text(let value): bind(.text(value))
        }
    }

    package func differs(_ column: RowsColumn, _ sql: String, from value: String) -> String { "\(sql) IS NOT \(value)" }

    package func indexAdvice(_ table: RowsTable, _ column: RowsColumn) -> String {
        let name = SQLiteIdentifier.quote("cleanupd_" + column.name)
        return "CREATE INDEX \(name) ON \(table.alias) (\(quote(column.name)));"
    }

    package func ascending(_ expression: String) -> String { "\(expression) ASC NULLS LAST" }

    /// Columns that turn texts of digits into numbers, or are meant for nothing else; others may hold both.
    private func number(_ exact: String, _ column: String, _ order: RowsOrder, _ limit: String) -> String {
        switch SQLiteTable.Affinity(declaredType: order.column.typeName) {
        case .integer, .real, .numeric: "(\(column) < \(limit) AND \(exact))"
        case .text, .blob: "(\(exact))"
        }
    }

    /// In the words of the task's times; a column of numbers without such words gets seconds.
    private func now(for column: RowsColumn, _ format: RowsSpecification.TimeFormat?) -> String {
        let isNumber = column.type == .integer || column.type == .double || column.type == .numeric
        switch format {
        case .epochMilliseconds: return "CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER)"
        case .epoch: return "CAST(strftime('%s', 'now') AS INTEGER)"
        case .iso, nil: return isNumber ? "CAST(strftime('%s', 'now') AS INTEGER)" : "datetime('now')"
        }
    }

    /// A whole number reads the same, whether it is kept as an integer or not.
    private func written(_ value: String) -> String {
        "CASE WHEN typeof(\(value)) = 'real' AND \(value) = CAST(\(value) AS INTEGER) "
            + "THEN CAST(CAST(\(value) AS INTEGER) AS TEXT) ELSE CAST(\(value) AS TEXT) END"
    }

    private func literal(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }

    private func floored(_ value: Int64, _ divisor: Int64) -> Int64 {
        value >= 0 ? value / divisor : -((-1 - value) / divisor) - 1
    }
}
