/// Errors of a connection that could not be made.
extension PostgresError {
    /// - Parameter text: libpq's message, redacted, with the server's code in it if the server refused.
    static func connecting(_ name: String, _ text: String) -> PostgresError {
        let sqlState = text.firstMatch(of: #/:[ ]{2}([0-9A-Z]{5}): /#).map { String($0.1) }
        // The place in the server's source, which comes along with the code, tells a user nothing.
        let plain = text.replacing(#/:[ ]{2}[0-9A-Z]{5}: /#, with: ": ").replacing(#/ LOCATION: .*$/#, with: "")
        let advice = Self.advice(sqlState: sqlState, text).map { "; \($0)" } ?? ""
        return PostgresError(
            code(ofRefusal: sqlState),
            "Connection \"\(name)\" cannot be made: \(plain)\(sqlState.map { " (\($0))" } ?? "")\(advice)",
            sqlState: sqlState,
            isConnectionLost: true,
            mayPass: mayPass(sqlState: sqlState, text)
        )
    }

    /// - Parameter reason: without secrets.
    static func unreadable(_ name: String, _ reason: String) -> PostgresError {
        PostgresError(
            .connection,
            "Connection \"\(name)\": its URL cannot be read: \(reason). Write postgres://USER:PASSWORD@HOST:PORT/DATABASE "
                + "with %XX for special characters."
        )
    }

    static func hostless(_ name: String) -> PostgresError {
        misuse(name, "the URL names no host. Write postgres://USER:PASSWORD@HOST:PORT/DATABASE")
    }

    static func noMemory(_ name: String) -> PostgresError {
        misuse(name, "there is no memory for a connection; give the program more")
    }

    /// - Parameter text: who did not answer, and for how long, without secrets.
    static func unanswered(_ name: String, _ text: String) -> PostgresError {
        PostgresError(
            .connection,
            "Connection \"\(name)\" cannot be made: \(text); check host and port of the URL, and the firewall",
            isConnectionLost: true
        )
    }

    private static func code(ofRefusal sqlState: String?) -> Code {
        switch sqlState.map({ Code(sqlState: $0) }) {
        case .resources: .resources
        case .permission: .permission
        default: .connection
        }
    }

    /// Whether trying again within a second or two may help. With a wrong password or certificate it cannot, and would
    /// fill the server's log or lock the account.
    private static func mayPass(sqlState: String?, _ text: String) -> Bool {
        if let sqlState {
            return sqlState.hasPrefix("08") || ["53300", "57P01", "57P02", "57P03"].contains(sqlState)
        }
        return passing.contains { text.contains($0) }
    }

    /// What the C library and libpq say when a server is just being started, stopped or failed over. Neither is
    /// translated, because this program never sets a locale.
    private static let passing = [
        "Connection refused", "Connection reset", "No such file or directory", "Network is unreachable",
        "No route to host", "server closed the connection unexpectedly", "Temporary failure in name resolution",
        "Resource temporarily unavailable", "SSL SYSCALL error: EOF",
    ]

    private static func advice(sqlState: String?, _ text: String) -> String? {
        if sqlState?.hasPrefix("28") == true {
            return "check user and password of the URL, and the server's pg_hba.conf"
        }
        if text.contains("certificate") || text.contains("SSL") {
            return "check sslmode and sslrootcert of the URL, and the server's certificate"
        }
        if text.contains("Connection refused") || text.contains("No such file or directory") {
            return "start the server, or correct host and port of the URL"
        }
        return nil
    }
}
