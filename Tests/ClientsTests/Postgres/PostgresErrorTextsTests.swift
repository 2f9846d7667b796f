import Testing

@testable import Clients

/// What is said of PostgreSQL, to the letter; what needs a server is held by the suites that have one.
@Suite("PostgreSQL: texts of errors")
struct PostgresErrorTextsTests {
    @Test(
        arguments: [
            (
                "connection to server failed: FATAL:  28P01: no LOCATION: auth_failed, auth.c:1",
                "connection to server failed: FATAL: no (28P01); check user and password of the URL, "
                    + "and the server's pg_hba.conf"
            ),
            (
                "SSL error: certificate verify failed",
                "SSL error: certificate verify failed; check sslmode and sslrootcert of the URL, "
                    + "and the server's certificate"
            ),
            (
                "connection to server at \"db\" failed: Connection refused",
                "connection to server at \"db\" failed: Connection refused; start the server, "
                    + "or correct host and port of the URL"
            ),
            ("could not translate host name \"db\"", "could not translate host name \"db\""),
        ] as [(String, String)]
    )
    func aConnectionThatCannotBeMadeIsSaidInWords(_ text: String, _ expected: String) {
        #expect(
            PostgresError.connecting("main", text).description == "Connection \"main\" cannot be made: \(expected)"
        )
    }

    @Test(arguments: [
        ("42501", "ERROR", "no (42501); give the role the right to do so"),
        (
            "25006", "ERROR",
            "no (25006); name a server that can be written to, or add target_session_attrs=read-write to the URL"
        ),
        ("53100", "ERROR", "no (53100); the server needs disk space, memory or free connections"),
        ("57P01", "FATAL", "no (57P01); the connection is closed"), ("42P01", "ERROR", "no (42P01)"),
    ])
    func whatAServerRefusesIsSaidInWords(_ state: String, _ severity: String, _ expected: String) {
        let error = PostgresError.server("main", sqlState: state, severity: severity, "no")
        #expect(error.description == "Connection \"main\": \(expected)")
    }

    @Test func otherEndsAreSaidInWords() {
        let lost = PostgresError.lost("main", "it is closed")
        #expect(lost.description == "Connection \"main\" broke: it is closed")
        #expect(PostgresError.cancelled("main").description == "Connection \"main\": cancelled")
        #expect(
            PostgresError.cancelUnanswered("main").description
                == "Connection \"main\": cancelled; the server did not confirm it in time, so the connection is closed"
        )
        #expect(
            PostgresError.commitUnknown("main", lost).description
                == "Connection \"main\": whether the last changes are kept is not known; count again "
                + "(Connection \"main\" broke: it is closed)"
        )
        #expect(PostgresError.misuse("main", "no").description == "Connection \"main\": no")
        #expect(PostgresError.result("no").description == "A result of PostgreSQL: no")
        #expect(
            PostgresError.breakerOpen("main", seconds: 30, last: "no").description
                == "Connection \"main\" failed too often in a row and is tried again in 30 s. The last failure: no"
        )
        #expect(
            PostgresError.breakerOpen("main", seconds: nil, last: "no").description
                == "Connection \"main\" failed too often in a row and is being tried by somebody else. "
                + "The last failure: no"
        )
    }

    @Test func aURLThatCannotBeReadIsSaidInWords() {
        let settings = PostgresSettings(url: "postgres://a\0b")
        let server = PostgresServer(name: "main", settings: settings, now: { .now }, random: { 0 })
        let error = PostgresBench.error { try server.withConnection(as: "test") { _ in } }
        #expect(
            error?.description
                == "Connection \"main\": its URL cannot be read: it holds the character U+0000. Write "
                + "postgres://USER:PASSWORD@HOST:PORT/DATABASE with %XX for special characters."
        )
        let secrets = PostgresSecrets(url: "postgres://app:x@hunter2@db/main", options: [])
        #expect(
            secrets.redact(connecting: "could not translate host name \"hunter2@db\"")
                == "libpq cannot read the URL or cannot connect with it; its words are left out, because the URL may hold "
                + "an unescaped password: write %40 for @, %2F for /, %3A for :"
        )
    }

    @Test func parametersThatCannotBeSentAreSaidInWords() {
        let error = PostgresBench.error { try PostgresParameters([.int(1), .text("a\0")], connection: "main") }
        #expect(
            error?.description
                == "Connection \"main\": parameter 2 holds the character U+0000, which PostgreSQL cannot hold"
        )
    }

    @Test func hostsThatAreNotReachedAreSaidWithWhatToDo() {
        #expect(
            PostgresError.hostless("main").description
                == "Connection \"main\": the URL names no host. Write postgres://USER:PASSWORD@HOST:PORT/DATABASE"
        )
        #expect(
            PostgresError.unanswered("main", "no answer from \"db\" within 5.0 seconds").description
                == "Connection \"main\" cannot be made: no answer from \"db\" within 5.0 seconds; check host and port of "
                + "the URL, and the firewall"
        )
        #expect(
            PostgresError.noMemory("main").description
                == "Connection \"main\": there is no memory for a connection; give the program more"
        )
    }
}
