/// Why PostgreSQL did not do what it was asked for: what happened, on which connection, and what to do.
///
/// Never holds a password: what libpq says is redacted. Holds the server's main message, and neither its detail nor its
/// context, where values of rows stand.
package struct PostgresError: Error, Sendable, CustomStringConvertible {
    /// What whoever called may want to tell apart.
    package enum Code: String, Sendable, CaseIterable {
        /// No connection could be made, or it broke.
        case connection
        /// Not tried: too many failures to connect in a row, see `CircuitBreaker`.
        case breakerOpen
        /// The caller asked for it. Outside a transaction the statement has not been done.
        case cancelled
        /// A lock was not free in time (55P03).
        case lockTimeout
        /// The statement took too long, or somebody on the server cancelled it (57014).
        case statementTimeout
        /// Two transactions waited for each other (40P01).
        case deadlock
        /// The transaction met a concurrent change (40001).
        case serialization
        /// The role lacks a right (42501).
        case permission
        /// There is no such table (42P01).
        case undefinedTable
        /// There is no such column (42703).
        case undefinedColumn
        /// The transaction or the server is read-only (25006).
        case readOnly
        /// A constraint refuses (class 23).
        case integrity
        /// The server lacks disk, memory or free connections (class 53).
        case resources
        /// Whether the changes are kept is not known: count again.
        case commitUnknown
        case other
    }

    /// What kind of failure it is.
    package let code: Code
    /// The server's code of five characters; `nil` if it was not the server that refused.
    package let sqlState: String?
    /// A sentence for a person: the connection, what happened, what to do. Without secrets.
    package let message: String
    /// The connection cannot be used any more; the next `withConnection` makes a new one.
    package let isConnectionLost: Bool
    /// Trying to connect again may help.
    let mayPass: Bool

    init(
        _ code: Code,
        _ message: String,
        sqlState: String? = nil,
        isConnectionLost: Bool = false,
        mayPass: Bool = false
    ) {
        self.code = code
        self.message = message
        self.sqlState = sqlState
        self.isConnectionLost = isConnectionLost
        self.mayPass = mayPass
    }

    /// The message.
    package var description: String { message }

    /// The same statement may succeed if it is tried again.
    package var isRetryable: Bool {
        switch code {
        case .connection, .breakerOpen, .lockTimeout, .statementTimeout, .deadlock, .serialization, .resources: true
        case .cancelled, .permission, .undefinedTable, .undefinedColumn, .readOnly, .integrity, .commitUnknown,
            .other:
            false
        }
    }
}
