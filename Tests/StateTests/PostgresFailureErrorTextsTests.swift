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

    // MARK: Opening

    private static let failure = PostgresFailure(schema: "cleanupd")

    @Test(
        arguments: [
            (
                failure.notThere,
                " is not there: nothing has run here yet, or `state` names another database."
            ),
            (
                failure.older,
                " was written by an older cleanupd. Start this version's service or a run once: that brings it up to date."
            ),
            (
                failure.newer,
                " was written by a newer cleanupd. Install that version, or name another database (state)."
            ),
            (
                failure.foreign,
                ": the schema belongs to another program. It stays as it is; name another database (state)."
            ),
            (
                failure.cannotHoldNames(in: "LATIN1"),
                ": the database is in LATIN1, which cannot hold every name. Name one that was created with ENCODING 'UTF8' "
                    + "(state)."
            ),
            (failure.closed, " was closed; nothing is read from it or written to it any more."),
        ] as [(StateError, String)]
    )
    func aDatabaseThatCannotBeTheStoreIsSaidWithWhatToDo(_ error: StateError, _ expected: String) {
        #expect(error.description == "State store in PostgreSQL (schema cleanupd)\(expected)")
    }

    @Test(
        arguments: [
            (failure.noUsage, ": the role may not use the schema. Grant it USAGE."),
            (
                failure.lacks("DELETE, INSERT", on: "batch"),
                ": the role lacks DELETE, INSERT on the table batch. Grant it SELECT, INSERT, UPDATE and DELETE on all "
                    + "tables of the schema."
            ),
            (
                failure.readOnly,
                " cannot be written to: the server, the database or the role is read-only. Name the primary server, or add "
                    + "target_session_attrs=read-write to the URL (state)."
            ),
            (
                failure.cannotBeMade(
                    "\"cleanupd\"",
                    .server("state", sqlState: "42501", severity: "ERROR", "permission denied for database d")
                ),
                " cannot be made: Connection \"state\": permission denied for database d (42501); give the role the right "
                    + "to do so. Let an administrator run CREATE SCHEMA \"cleanupd\" AUTHORIZATION and the role's name."
            ),
        ] as [(StateError, String)]
    )
    func aRoleThatMayNotWriteTheStoreIsSaidWithWhatToDo(_ error: StateError, _ expected: String) {
        #expect(error.description == "State store in PostgreSQL (schema cleanupd)\(expected)")
    }
}
