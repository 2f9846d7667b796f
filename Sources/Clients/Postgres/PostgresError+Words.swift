/// The words of errors: one factory per way to fail.
extension PostgresError {
    /// A refusal by the server.
    /// - Parameters:
    ///   - severity: never translated; FATAL and PANIC end the session.
    ///   - text: the server's main message.
    static func server(_ name: String, sqlState: String, severity: String, _ text: String) -> PostgresError {
        let code = Code(sqlState: sqlState)
        let isLost = severity == "FATAL" || severity == "PANIC"
        let advice = isLost ? "; the connection is closed" : code.advice.map { "; \($0)" } ?? ""
        return PostgresError(
            isLost ? .connection : code,
            "Connection \"\(name)\": \(text) (\(sqlState))\(advice)",
            sqlState: sqlState,
            isConnectionLost: isLost
        )
    }

    /// The connection broke; `text` is libpq's message, redacted.
    static func lost(_ name: String, _ text: String) -> PostgresError {
        PostgresError(.connection, "Connection \"\(name)\" broke: \(text)", isConnectionLost: true)
    }

    static func cancelled(_ name: String) -> PostgresError {
        PostgresError(.cancelled, "Connection \"\(name)\": cancelled")
    }

    /// The server did not react to a request to cancel.
    static func cancelUnanswered(_ name: String) -> PostgresError {
        PostgresError(
            .cancelled,
            "Connection \"\(name)\": cancelled; the server did not confirm it in time, so the connection is closed",
            isConnectionLost: true
        )
    }

    /// Whatever went wrong after COMMIT was sent.
    static func commitUnknown(_ name: String, _ cause: PostgresError) -> PostgresError {
        PostgresError(
            .commitUnknown,
            "Connection \"\(name)\": whether the last changes are kept is not known; count again (\(cause.message))",
            sqlState: cause.sqlState,
            isConnectionLost: cause.isConnectionLost
        )
    }

    /// A mistake in the use of this client.
    static func misuse(_ name: String, _ text: String) -> PostgresError {
        PostgresError(.other, "Connection \"\(name)\": \(text)")
    }

    /// A result that is not what the caller reads it as.
    static func result(_ text: String) -> PostgresError { PostgresError(.other, "A result of PostgreSQL: \(text)") }

    static func breakerOpen(_ name: String, seconds: Int64?, last: String) -> PostgresError {
        let when = seconds.map { "is tried again in \($0) s" } ?? "is being tried by somebody else"
        return PostgresError(
            .breakerOpen,
            "Connection \"\(name)\" failed too often in a row and \(when). The last failure: \(last)"
        )
    }
}

extension PostgresError.Code {
    /// https://www.postgresql.org/docs/15/errcodes-appendix.html
    init(sqlState: String) {
        switch sqlState {
        case "55P03": self = .lockTimeout
        case "57014": self = .statementTimeout
        case "40P01": self = .deadlock
        case "40001": self = .serialization
        case "42501": self = .permission
        case "42P01": self = .undefinedTable
        case "42703": self = .undefinedColumn
        case "25006": self = .readOnly
        // 25P03 and 57P05 end a session that was idle for too long, 57P01 to 57P04 end any.
        case "25P03", "57P01", "57P02", "57P03", "57P04", "57P05": self = .connection
        default:
            switch sqlState.prefix(2) {
            case "08", "28": self = .connection
            case "23": self = .integrity
            case "53": self = .resources
            default: self = .other
            }
        }
    }

    /// What to do, where that is not plain from the server's words.
    fileprivate var advice: String? {
        switch self {
        case .permission: "give the role the right to do so"
        case .readOnly: "name a server that can be written to, or add target_session_attrs=read-write to the URL"
        case .resources: "the server needs disk space, memory or free connections"
        default: nil
        }
    }
}
