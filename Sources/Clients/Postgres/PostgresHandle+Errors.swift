import CLibPQ

/// Results that are errors, and connections that are gone, in words.
extension PostgresHandle {
    var errorMessage: String { PQerrorMessage(raw).map { String(cString: $0) } ?? "" }

    func error(of result: OpaquePointer) -> PostgresError {
        let field = { (pointer: UnsafePointer<CChar>?) in pointer.map { String(cString: $0) } ?? "" }
        let sqlState = field(clibpq_sqlstate(result))
        // An error without a code is libpq's own: the connection broke, or the answer makes no sense.
        guard !sqlState.isEmpty else {
            return .lost(name, firstLine(PQresultErrorMessage(result)))
        }
        let text = secrets.redact(field(clibpq_message(result)))
        return .server(name, sqlState: sqlState, severity: field(clibpq_severity(result)), text)
    }

    /// Gives the reason why the connection is gone: the server's last words if there are any, else libpq's.
    func lose(_ reason: String? = nil) -> PostgresError {
        isLost = true
        if let reason { return .lost(name, reason) }
        // A broken connection has its results at once, so that this does not wait.
        while PQstatus(raw) == CONNECTION_BAD, let result = PQgetResult(raw) {
            defer { PQclear(result) }
            if PQresultStatus(result) == PGRES_FATAL_ERROR { return error(of: result) }
        }
        let text = firstLine(PQerrorMessage(raw))
        return .lost(name, text.isEmpty ? "it is closed" : text)
    }

    /// What happened; what follows it are libpq's guesses.
    private func firstLine(_ message: UnsafePointer<CChar>?) -> String {
        let text = message.map { String(cString: $0) } ?? ""
        return secrets.redact(String(text.prefix { !$0.isNewline }))
    }
}
