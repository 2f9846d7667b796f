import State
import Support
import Testing

/// A kind of state store that the conformance suites run on; a new one joins by one more entry in `all`.
struct Backend: Sendable, CustomTestStringConvertible {
    let name: String
    /// Opens the store that lives in this folder; opened again, it is the same store.
    let open: @Sendable (TemporaryFolder) throws -> any StateStore

    var testDescription: String { name }

    static let all = [
        Backend(name: "sqlite") { try SQLiteStateStore(path: $0.file("state.db")) },
        Backend(name: "postgres") { try PostgresStateStore(url: TestDatabase.of($0).url, now: { .now }) },
    ]
}
