package import Retention

/// The pieces of SQL in which database engines differ. Pure.
///
/// "A time" in what follows is an expression of one comparable type of the engine's choice (PostgreSQL: `timestamptz`;
/// SQLite: microseconds since 1970 as an integer), which is NULL where the column holds no time, or an infinite one.
package protocol RowsDialect: Sendable {
    func quote(_ identifier: String) -> String

    /// How the engine reads SQL of the configuration.
    var form: SQLForm { get }

    /// The placeholder of the `number`-th value, with a cast where the engine needs to be told its type.
    func placeholder(_ number: Int, for value: RowsValue) -> String

    /// The form in which `:now`, `:cutoff`, `:grace_cutoff` and `params` are bound in SQL of the configuration: an
    /// instant, or where the engine has no type for times what it is compared with.
    /// - Parameter format: of those times; `nil` = ISO 8601.
    func bound(_ instant: Instant, format: RowsSpecification.TimeFormat?) -> RowsValue

    /// Whether a column of this type can be read as times of this format; if not, why, as a sentence.
    func refusal(of column: RowsColumn, format: RowsSpecification.TimeFormat?) -> String?

    /// A condition: the column's time lies before `instant`, strictly, and is finite. In the form that an index serves
    /// best. NULL or false for what is no time.
    /// - Parameters:
    ///   - column: with its alias, quoted.
    ///   - bind: takes a value and gives its placeholder.
    func isBefore(
        _ instant: Instant,
        _ column: String,
        _ order: RowsOrder,
        timezone: String,
        bind: (RowsValue) -> String
    ) -> String

    /// The column's time.
    func time(_ column: String, _ order: RowsOrder, timezone: String) -> String

    /// An instant, as a time.
    func time(_ instant: Instant, bind: (RowsValue) -> String) -> String

    /// A time as an integer: microseconds since 1970, rounded down.
    func microseconds(_ time: String) -> String

    /// What is equal for times within the same stretch of the calendar of `zone`, and larger for later stretches: hour,
    /// day, ISO week, month, year of the wall clock.
    func stretch(_ unit: CalendarUnit, _ time: String, zone: String) -> String

    /// The time that lies `age` before, as `Age.before` says.
    func minus(_ age: Age, _ time: String, zone: String) -> String

    /// The value as text.
    func text(_ expression: String) -> String

    /// The value as another type of the engine, by way of its text; an empty text is NULL.
    func cast(_ expression: String, to type: String) -> String

    /// Whether a key is among bound texts.
    func isAmong(_ key: String, _ placeholder: String, as comparison: RowsComparison) -> String

    /// A table expression `r` with a column `k`, out of a query whose first column it is: for `FROM`.
    func keys(of query: String) -> String

    /// What an assignment of `action: set` puts into a column: an expression of the column's type.
    /// - Parameter format: how the task's times are kept, for `now()`.
    func value(
        _ value: RowsSpecification.Assignment.Value,
        for column: RowsColumn,
        format: RowsSpecification.TimeFormat?,
        bind: (RowsValue) -> String
    ) -> String

    /// A condition, null-safe: the column (with its alias, quoted) holds something else than `value`.
    func differs(_ column: RowsColumn, _ sql: String, from value: String) -> String

    /// A sort that puts NULL last.
    func ascending(_ expression: String) -> String

    /// What to run so that an index serves the order.
    func indexAdvice(_ table: RowsTable, _ column: RowsColumn) -> String
}
