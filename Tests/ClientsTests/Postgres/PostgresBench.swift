import Clients
import Support
import Synchronization
import Testing

/// What the tests of the PostgreSQL client share.
enum PostgresBench {
    static func server(_ url: String, name: String = "main") -> PostgresServer {
        PostgresServer(name: name, settings: PostgresSettings(url: url), now: { .now })
    }

    /// One session of its own.
    @discardableResult
    static func connect<Result>(
        _ url: String,
        as application: String = "test",
        _ body: (PostgresConnection) throws -> Result
    ) throws -> Result {
        try server(url).withConnection(as: application, body)
    }

    /// Lends a session in a database of its own with the table `t (i int)`.
    static func withTable(_ body: (_ url: String, PostgresConnection) throws -> Void) async throws {
        try await PostgresTestServer.shared.withDatabase { url in
            try connect(url) { connection in
                try connection.executeScript("CREATE TABLE t (i int)")
                try body(url, connection)
            }
        }
    }

    /// Rows of `t`.
    static func count(_ connection: PostgresConnection) throws -> Int64? {
        try connection.query("SELECT count(*) FROM t")[0].int(0)
    }

    /// The `PostgresError` that `body` ends in; anything else fails the test.
    static func error(
        _ location: SourceLocation = #_sourceLocation,
        from body: () throws -> some Any
    ) -> PostgresError? {
        do {
            _ = try body()
            Issue.record("it went well", sourceLocation: location)
        } catch let error as PostgresError {
            return error
        } catch {
            Issue.record("another error: \(error)", sourceLocation: location)
        }
        return nil
    }
}

/// A clock that stands still until it is told.
final class HeldClock: Sendable {
    private let instant = Mutex(ContinuousClock.now)

    var now: ContinuousClock.Instant { instant.withLock { $0 } }

    func advance(_ duration: Duration) { instant.withLock { $0 += duration } }
}
