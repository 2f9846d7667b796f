import Clients
import Retention

/// The SQL of PostgreSQL for the rows store. A "time" is a `timestamptz`.
///
/// Its conditions are read within a transaction whose TimeZone is the task's: a naive column is then compared with a
/// cutoff as the column is, so that its index serves. A wall-clock time that occurs twice counts as the later one.
struct PostgresRowsDialect: RowsDialect {
    /// Before year 1 and after year 9999 there is no time, whatever a number says.
    private static let secondsRange: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

    var form: SQLForm { .postgres }

    func quote(_ identifier: String) -> String { PostgresConnection.quote(identifier: identifier) }

    func placeholder(_ number: Int, for value: RowsValue) -> String { "$\(number)" }

    func bound(_ instant: Instant, format: RowsSpecification.TimeFormat?) -> RowsValue {
        .instant(instant.microsecondsUp)
    }

    func refusal(of column: RowsColumn, format: RowsSpecification.TimeFormat?) -> String? {
        let name = "Column \(column.name) (\(column.typeName))"
        switch (column.type, format) {
        case (.timestampWithZone, nil), (.timestamp, nil), (.date, nil), (.text, _): return nil
        case (.timestampWithZone, .iso), (.timestamp, .iso), (.date, .iso): return nil
        case (.integer, .epoch), (.numeric, .epoch), (.double, .epoch): return nil
        case (.integer, .epochMilliseconds), (.numeric, .epochMilliseconds), (.double, .epochMilliseconds): return nil
        case (.integer, _), (.numeric, _), (.double, _):
            return PostgresWords.holdsNumbers(name)
        case (.other, _): return PostgresWords.holdsNoTimes(name)
        case (_, .epoch), (_, .epochMilliseconds): return PostgresWords.holdsTimes(name)
        }
    }

    func isBefore(
        _ instant: Instant,
        _ column: String,
        _ order: RowsOrder,
        timezone: String,
        bind: (RowsValue) -> String
    ) -> String {
        switch order.column.type {
        case .timestampWithZone, .timestamp, .date:
            return "\(column) < \(bind(.instant(instant.microsecondsUp))) AND \(column) > '-infinity'"
        case .integer:
            let unit: Int64 = order.isMilliseconds ? 1_000_000 : 1_000_000_000
            return "\(column) < \(bind(.integer(instant.quotientUp(unit)))) AND \(column) >= \(least(order))"
        case .numeric:
            return "\(column) < \(decimal(instant, order, bind)) AND \(column) >= \(least(order))"
        case .double:
            return "\(column) < \(decimal(instant, order, bind))::float8 AND \(column) >= \(least(order))"
        case .text, .other:
            if order.isEpoch {
                return "\(number(column)) < \(decimal(instant, order, bind)) AND \(number(column)) >= \(least(order))"
            }
            let before = "\(parsed(column)) < \(bind(.instant(instant.microsecondsUp)))"
            return fence(instant).map { "\(column) < \(bind(.text($0))) AND \(before)" } ?? before
        }
    }

    func time(_ column: String, _ order: RowsOrder, timezone: String) -> String {
        switch order.column.type {
        case .timestampWithZone: return "(CASE WHEN isfinite(\(column)) THEN \(column) END)"
        case .timestamp, .date:
            return "(CASE WHEN isfinite(\(column)) THEN \(column)::timestamp AT TIME ZONE \(literal(timezone)) END)"
        case .integer, .numeric, .double: return fromEpoch(column, order)
        case .text, .other: return order.isEpoch ? fromEpoch(number(column), order) : parsed(column)
        }
    }

    func time(_ instant: Instant, bind: (RowsValue) -> String) -> String {
        bind(.instant(instant.nanoseconds.flooredMicroseconds))
    }

    func microseconds(_ time: String) -> String { "(extract(epoch FROM \(time)) * 1000000)::int8" }

    func stretch(_ unit: CalendarUnit, _ time: String, zone: String) -> String {
        "date_trunc('\(unit)', \(time) AT TIME ZONE \(literal(zone)))"
    }

    /// Months on the wall clock, of whose two readings the earlier counts; then the rest, exactly. As `Age.before`.
    func minus(_ age: Age, _ time: String, zone: String) -> String {
        let rest = "interval '\(age.milliseconds / 1000) seconds \(age.milliseconds % 1000) milliseconds'"
        guard age.months > 0 else { return "(\(time) - \(rest))" }
        let zone = literal(zone)
        let local = "(\(time) AT TIME ZONE \(zone) - interval '\(age.months) months')"
        return """
            ((SELECT coalesce(min(v.r) FILTER (WHERE v.r AT TIME ZONE \(zone) = v.l), min(v.r)) FROM (
            SELECT x.l, x.l AT TIME ZONE 'UTC' - ((x.u AT TIME ZONE \(zone)) - (x.u AT TIME ZONE 'UTC')) AS r
            FROM (SELECT \(local) AS l, (\(local) + y.d) AT TIME ZONE 'UTC' AS u
            FROM (VALUES (interval '-24 hours'), (interval '24 hours')) AS y(d)) AS x) AS v) - \(rest))
            """
    }

    func text(_ expression: String) -> String { "(\(expression))::text" }

    func cast(_ expression: String, to type: String) -> String {
        "CAST(nullif(\(text(expression)), '') AS \(type))"
    }

    func isAmong(_ key: String, _ placeholder: String, as comparison: RowsComparison) -> String {
        guard case .type(let type) = comparison else { return "\(text(key)) = ANY(\(placeholder))" }
        return "\(key) = ANY(CAST(\(placeholder)::text[] AS \(type)[]))"
    }

    func keys(of query: String) -> String { "(\(query)) AS r(k)" }

    func value(
        _ value: RowsSpecification.Assignment.Value,
        for column: RowsColumn,
        format: RowsSpecification.TimeFormat?,
        bind: (RowsValue) -> String
    ) -> String {
        let text: String
        switch value {
        case .null: return "CAST(NULL AS \(column.typeName))"
        case .now: return now(for: column, format)
        case .bool(let value): text = value ? "true" : "false"
        case .integer(let value): text = "\(value)"
        case .double(let value): text = "\(value)"
        case .text(let value): text = value
        }
        if case .bool = value, [.integer, .numeric, .double].contains(column.type) {
            return "CAST(\(bind(.text(text == "true" ? "1" : "0"))) AS \(column.typeName))"
        }
        return "CAST(\(bind(.text(text))) AS \(column.typeName))"
    }

    /// Types without equality are compared as text.
    func differs(_ column: RowsColumn, _ sql: String, from value: String) -> String {
        let withoutEquality = ["json", "xml", "point", "box", "polygon", "path", "lseg", "line", "circle"]
        guard withoutEquality.contains(column.typeName) else { return "\(sql) IS DISTINCT FROM \(value)" }
        return "(\(sql))::text IS DISTINCT FROM (\(value))::text"
    }

    func ascending(_ expression: String) -> String { "\(expression) ASC NULLS LAST" }

    func indexAdvice(_ table: RowsTable, _ column: RowsColumn) -> String {
        "CREATE INDEX CONCURRENTLY ON \(table.sql) (\(quote(column.name)))"
    }

    // MARK: Pieces

    private func now(for column: RowsColumn, _ format: RowsSpecification.TimeFormat?) -> String {
        let epoch = format == .epochMilliseconds ? "extract(epoch FROM now()) * 1000" : "extract(epoch FROM now())"
        switch column.type {
        case .integer: return "floor(\(epoch))::int8"
        case .numeric, .double: return "(\(epoch))"
        case .text:
            if format == .epoch || format == .epochMilliseconds { return "floor(\(epoch))::int8::text" }
            return "to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
        case .timestampWithZone, .timestamp, .date, .other: return "now()"
        }
    }

    private func literal(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }

    private func least(_ order: RowsOrder) -> Int64 {
        Self.secondsRange.lowerBound * (order.isMilliseconds ? 1_000 : 1)
    }

    private func fromEpoch(_ number: String, _ order: RowsOrder) -> String {
        let factor: Int64 = order.isMilliseconds ? 1_000 : 1
        let (low, high) = (Self.secondsRange.lowerBound * factor, Self.secondsRange.upperBound * factor)
        let seconds = factor == 1 ? "(\(number))::float8" : "(\(number))::float8 / 1000"
        return "(CASE WHEN \(number) BETWEEN \(low) AND \(high) THEN to_timestamp(\(seconds)) END)"
    }

    /// An instant in the column's unit, exactly.
    private func decimal(_ instant: Instant, _ order: RowsOrder, _ bind: (RowsValue) -> String) -> String {
        let digits = order.isMilliseconds ? 6 : 9
        return "(\(bind(.integer(instant.nanoseconds)))::numeric / 1\(String(repeating: "0", count: digits)))"
    }
}

extension RowsOrder {
    var isMilliseconds: Bool { format == .epochMilliseconds }
    var isEpoch: Bool { format == .epoch || format == .epochMilliseconds }
}

extension Int64 {
    /// Whole microseconds of nanoseconds, rounded down.
    var flooredMicroseconds: Int64 { self >= 0 ? self / 1_000 : -((999 - self) / 1_000) }
}
