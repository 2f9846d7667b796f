/// Reads what a query answers that is asked whether all is well: `pace.health` and `when_quiet`.
package enum HealthAnswer {
    private static let bad: Set<String> = ["", "0", "0.0", "f", "false", "n", "no", "off"]

    /// - Parameter text: the first value of the first row, as PostgreSQL and SQLite write it.
    package static func isGood(_ text: String) -> Bool { !bad.contains(text.lowercased()) }

    /// The answer for a person: a query may give anything.
    package static func shown(_ text: String) -> String { text.count > 40 ? text.prefix(40) + "…" : text }
}
