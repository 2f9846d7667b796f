import Retention

/// Times that are kept as text. A cast that fails would fail the statement, and PostgreSQL 15 knows none that does not:
/// so a text is cast only after a pattern and the calendar have found it to be a time.
extension PostgresRowsDialect {
    /// ISO 8601 as it is met: a date, alone or with T or a blank and a time of day; fractions; a zone or none.
    private static let iso =
        #"^(?!0000)\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"#
        + #"([Tt ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?( ?([Zz]|UTC|[+-](0\d|1[0-4])(:?[0-5]\d)?))?)?$"#

    /// The time of a text, `NULL` for what is none. Without a zone, the session's TimeZone counts.
    func parsed(_ column: String) -> String {
        // February 30 fits the pattern. A month's last day is that of the next one's first, less one.
        let month = "make_date(substr(\(column), 1, 4)::int, substr(\(column), 6, 2)::int, 1)"
        let last = "extract(day FROM \(month) + interval '1 month' - interval '1 day')"
        return "(CASE WHEN \(column) ~ '\(Self.iso)' THEN "
            + "(CASE WHEN substr(\(column), 9, 2)::int <= \(last) THEN (\(column))::timestamptz END) END)"
    }

    /// The number in a text, `NULL` for what is none.
    func number(_ column: String) -> String {
        #"(CASE WHEN \#(column) ~ '^ *[+-]?\d{1,18}(\.\d{1,9})? *$' THEN (\#(column))::numeric END)"#
    }

    /// A text that sorts after every ISO time before `instant`, whatever its zone, so that an index on the text can
    /// bound the rows that are read.
    func fence(_ instant: Instant) -> String? {
        let day: Int64 = 86_400_000_000_000
        let text = Timestamp.format(instant.adding(nanoseconds: 2 * day))
        // Years beyond the range of instants have five digits or none.
        return text.count > 10 && text.first != "-" ? String(text.prefix(10)) : nil
    }
}
