import State

/// Opens state files for embedding programs only.
///
/// In the state of a `cleanupd`, pruning would forget the daemon's history, and recovery would close its runs with stores
/// that happen to have the same name.
enum EmbeddedState {
    /// A setting that only an embedded engine makes.
    private static let mark = "embedded"

    /// Opens, or makes, a file, and marks it.
    /// - Throws: `.foreignState`, or what keeps the file from being used.
    static func open(_ path: String) throws -> SQLiteStateStore {
        let store = try SQLiteStateStore(path: path)
        do {
            try claim(store)
        } catch {
            store.close()
            throw error
        }
        return store
    }

    private static func claim(_ store: SQLiteStateStore) throws {
        guard try store.settings()[mark] == nil else { return }
        let isUsed = try !store.stamps().isEmpty || !store.runs(task: nil, before: nil, limit: 1).isEmpty
        // Read again: another process of the program may have marked and used it meanwhile.
        if isUsed, try store.settings()[mark] == nil {
            throw EmbeddingError(
                .foreignState,
                "\(store.path) is the state of a cleanupd. Name a file of its own."
            )
        }
        try store.setSetting(mark, to: "true")
    }
}
