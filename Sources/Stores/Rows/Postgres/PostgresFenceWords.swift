import Clients

/// What is said of the fence in a database when it is looked for or made, one function each.
enum PostgresFenceWords {
    static let absent =
        "There is no fence: a replica that was cut off could finish a batch after another has begun. "
        + "Where several replicas run: cleanupd check --install-fence"

    static func present(_ table: String) -> String { "The table \(table) is the fence." }

    static func made(_ table: String) -> String { "Made the fence, the table \(table)." }

    // MARK: It is not made

    static func noSchema(_ role: String) -> String {
        "No schema of the search_path of the role \(role) is there and open to it, so that there is none to make the fence "
            + "in. Give it one: ALTER ROLE … SET search_path"
    }

    static func mayNotMake(_ table: String, _ role: String) -> String {
        "The role \(role) may not make the table \(table). \(advice(table, role))"
    }

    static func notMade(_ table: String, _ role: String, _ reason: String) -> String {
        "The fence could not be made: \(reason). \(advice(table, role))"
    }

    static func notAsItShouldBe(_ table: String) -> String {
        "The table \(table), once made, was not as it should be, so that it was undone. Look for event triggers in the "
            + "database."
    }

    private static func advice(_ table: String, _ role: String) -> String {
        "Let the owner of the database, or a superuser, run: \(creation(of: table)); "
            + "GRANT \(PostgresFenceTable.rights) ON \(table) TO \(PostgresConnection.quote(identifier: role))"
    }

    /// The statement that makes it.
    static func creation(of table: String) -> String {
        "CREATE TABLE \(table) (scope text NOT NULL, lock text NOT NULL, epoch bigint NOT NULL, at timestamptz NOT NULL, "
            + "PRIMARY KEY (scope, lock))"
    }
}
