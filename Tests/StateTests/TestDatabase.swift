import Foundation
import State
import Support
import Synchronization

/// A database of its own on the shared test server, dropped with this object.
final class TestDatabase: Sendable {
    let name: String
    let url: String
    private let server: PostgresTestServer

    private static let names = Atomic<Int>(0)

    /// - Parameter options: of CREATE DATABASE.
    init(_ options: String = "") throws {
        server = try PostgresTestServer.shared
        name = "state_\(Self.names.add(1, ordering: .relaxed).newValue)"
        url = server.url(name)
        try server.sql("CREATE DATABASE \(name) \(options)")
    }

    deinit {
        do {
            try server.sql("DROP DATABASE \(name) WITH (FORCE)")
        } catch {
            preconditionFailure("the test server drops what it made: \(error)")
        }
    }

    func open() throws -> PostgresStateStore { try PostgresStateStore(url: url, now: { .now }) }

    /// Makes a role of this database's name, which may connect and nothing else.
    /// - Returns: the URL for it.
    func makeRole() throws -> String {
        try sql("CREATE ROLE \(name) LOGIN PASSWORD 'only-reads'")
        return server.url(name, user: name, password: "only-reads")
    }

    /// Runs SQL as the superuser, where names without a schema mean the store's.
    @discardableResult
    func sql(_ sql: String) throws -> String {
        try server.sql("SET search_path = cleanupd, public; \(sql)", in: name)
    }

    /// SQL that keeps all others out of tables, until one has waited for them and does so no more.
    /// - Parameter action: what happens to whoever waits, given as `pid`.
    static func lockUntilSomebodyHasWaited(_ tables: String, _ action: String = "pid") -> String {
        """
        DO $$
        DECLARE
            waited boolean := false;
        BEGIN
            LOCK TABLE \(tables) IN ACCESS EXCLUSIVE MODE;
            FOR round IN 1..6000 LOOP
                PERFORM pg_stat_clear_snapshot();
                PERFORM \(action) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock';
                EXIT WHEN waited AND NOT FOUND;
                waited := waited OR FOUND;
                PERFORM pg_sleep(0.005);
            END LOOP;
        END $$
        """
    }

    /// Whether somebody holds or wants all of a table.
    func isLocked(_ table: String) throws -> Bool {
        try sql(
            "SELECT count(*) > 0 FROM pg_locks WHERE relation = '\(table)'::regclass AND mode = 'AccessExclusiveLock'"
        ) == "t"
    }

    /// Ends all sessions of the database.
    func killSessions() throws {
        try server.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(name)'")
    }

    private static let ofFolders = Mutex<[String: TestDatabase]>([:])

    /// The database of a test that has a folder; dropped when another is made after the folder is gone.
    static func of(_ folder: TemporaryFolder) throws -> TestDatabase {
        // Dropped outside the lock, when the dictionary is let go.
        let gone = ofFolders.withLock { all in
            let gone = all.filter { access($0.key, F_OK) != 0 }
            for path in gone.keys { all[path] = nil }
            return gone
        }
        return try withExtendedLifetime(gone) {
            if let known = ofFolders.withLock({ $0[folder.path] }) { return known }
            let made = try TestDatabase()
            return ofFolders.withLock { all in
                let known = all[folder.path] ?? made
                all[folder.path] = known
                return known
            }
        }
    }
}
