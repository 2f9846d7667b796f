import Clients

/// Puts errors of PostgreSQL into the words of the state store. The client has taken passwords out of them.
struct PostgresFailure: Sendable {
    let schema: String

    /// Runs `body`; whatever it throws leaves as a `StateError`.
    func translating<Value>(_ body: () throws -> Value) throws(StateError) -> Value {
        do {
            return try body()
        } catch let error as StateError {
            throw error
        } catch let error as PostgresError {
            throw translate(error)
        } catch {
            throw StateError(.io, "\(subject): \(error)", cause: error)
        }
    }

    /// A newer version altered a table, or a pooler lent another session: what was prepared is not accepted, and the
    /// client has forgotten it.
    static let staleStatements: Set = ["0A000", "26000"]

    /// The columns have other types: 42846.
    static let cannotCast = "42846"

    /// How every message begins.
    var subject: String { "State store in PostgreSQL (schema \(schema))" }

    func translate(_ error: PostgresError) -> StateError {
        let (code, advice) = Self.meaning(of: error)
        return StateError(code, "\(subject): \(error.message)\(advice.map { ". \($0)" } ?? "")", cause: error)
    }

    /// - Returns: the code, and what to do where the client does not say it.
    private static func meaning(of error: PostgresError) -> (StateError.Code, String?) {
        // https://www.postgresql.org/docs/15/errcodes-appendix.html
        switch (error.code, error.sqlState) {
        case (_, "3D000"?): (.missing, "Create the database, or name another one (state).")
        case (_, "53100"?): (.full, "Make room on the server's disk.")
        case (.connection, let state?) where state.hasPrefix("28"): (.permission, nil)
        case (_, "XX001"?), (_, "XX002"?): (.corrupt, "Look into the server's log.")
        case (.connection, _), (.breakerOpen, _), (.resources, _):
            (.unavailable, "Nothing is removed until it can be reached again.")
        case (.lockTimeout, _), (.deadlock, _), (.serialization, _):
            (.locked, "Another session keeps its rows locked. Is one stopped or stuck?")
        case (.permission, _):
            (.permission, "Grant the role SELECT, INSERT, UPDATE and DELETE on all tables of the schema.")
        case (.undefinedTable, _), (.undefinedColumn, _):
            (.missing, "Its tables are not there any more, or were altered. Restart cleanupd to make them anew.")
        case (.readOnly, _): (.readOnly, nil)
        case (.integrity, _): (.conflict, nil)
        case (.cancelled, _), (.statementTimeout, _), (.commitUnknown, _), (.other, _): (.io, nil)
        }
    }
}
