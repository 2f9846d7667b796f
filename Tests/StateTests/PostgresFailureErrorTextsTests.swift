import Testing

@testable import Clients
@testable import State

/// What is said of a state store in PostgreSQL, to the letter; the server's own words are made up.
struct PostgresFailureErrorTextsTests {
    private static func text(_ error: PostgresError) -> String {
        PostgresFailure(schema: "cleanupd").translate(error).description
    }

    @Test(arguments: [
        ("53100", "the server needs disk space, memory or free connections. Make room on the server's disk."),
        (
            "53300",
            "the server needs disk space, memory or free connections. "
                + "Nothing is removed until it can be reached again."
        ),
        (
            "42501",
            "give the role the right to do so. "
                + "Grant the role SELECT, INSERT, UPDATE and DELETE on all tables of the schema."
        ),
    ])
    func whatTheServerRefusesIsSaidWithWhatToDo(_ state: String, _ advice: String) {
        #expect(
            Self.text(.server("state", sqlState: state, severity: "ERROR", "no"))
                == "State store in PostgreSQL (schema cleanupd): Connection \"state\": no (\(state)); \(advice)"
        )
    }

    @Test(arguments: [
        ("3D000", "Create the database, or name another one (state)."), ("XX001", "Look into the server's log."),
        ("55P03", "Another session keeps its rows locked. Is one stopped or stuck?"),
        ("42P01", "Its tables are not there any more, or were altered. Restart cleanupd to make them anew."),
    ])
    func whatIsWrongWithTheDatabaseIsSaidWithWhatToDo(_ state: String, _ advice: String) {
        #expect(
            Self.text(.server("state", sqlState: state, severity: "ERROR", "no"))
                == "State store in PostgreSQL (schema cleanupd): Connection \"state\": no (\(state)). \(advice)"
        )
    }

    @Test func aBrokenConnectionIsSaidWithWhatItMeans() {
        #expect(
            Self.text(.lost("state", "it is closed"))
                == "State store in PostgreSQL (schema cleanupd): Connection \"state\" broke: it is closed. "
                + "Nothing is removed until it can be reached again."
        )
    }
}
