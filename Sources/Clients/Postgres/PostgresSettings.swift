/// How to reach a PostgreSQL server, and how long to wait for it.
///
/// Nothing that shows it (`description`, `dump`) contains the URL, which may hold a password.
package struct PostgresSettings: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// A URI (`postgres://…`) or a conninfo string (`host=… dbname=…`) with any option of libpq, several hosts and
    /// service files included. A wrong one is reported when it is connected to.
    let url: String
    /// For each host of the list; the URL's own `connect_timeout` goes before it.
    package var connectTimeout: Duration = .seconds(10)
    /// How long a statement waits for a lock before it fails with `.lockTimeout`. Zero: for ever.
    package var lockTimeout: Duration = .seconds(2)
    /// How long a statement may run before it fails with `.statementTimeout`. Zero: for ever.
    package var statementTimeout: Duration = .seconds(30)
    /// How long a transaction may lie idle before the server ends the session. Zero: for ever.
    package var idleInTransactionTimeout: Duration = .seconds(60)

    /// Throws nothing: a URL that cannot be read fails when it is connected to.
    /// - Parameter url: a URI or a conninfo string.
    package init(url: String) {
        self.url = url
    }

    /// Says that there is a URL, not what it is.
    package var description: String { "PostgresSettings(url: redacted)" }
    /// As `description`.
    package var debugDescription: String { description }
    /// For `dump`, which would show the URL.
    package var customMirror: Mirror { Mirror(self, children: ["url": "redacted"]) }

    /// Three `SET`s, as the server wants them: whole milliseconds.
    ///
    /// They are statements and not start-up options, because poolers refuse options that they do not know.
    func timeouts(local: Bool) -> String {
        let values = [
            ("lock_timeout", lockTimeout), ("statement_timeout", statementTimeout),
            ("idle_in_transaction_session_timeout", idleInTransactionTimeout),
        ]
        return values.map { "SET \(local ? "LOCAL " : "")\($0) = \($1.milliseconds)" }.joined(separator: "; ")
    }
}

extension Duration {
    /// Whole milliseconds within what the server accepts; less than one counts as one, because 0 means "off".
    var milliseconds: Int32 {
        if self <= .zero { return 0 }
        return Int32(clamping: max(1, Int64(clamping: (self / .milliseconds(1)).rounded())))
    }
}

extension Int64 {
    fileprivate init(clamping value: Double) {
        self = value >= 9e18 ? .max : value <= -9e18 ? .min : Int64(value)
    }
}
