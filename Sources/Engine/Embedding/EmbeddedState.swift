import State

/// Opens state files for embedding programs only.
///
/// That of a `cleanupd` is known by what it holds, and is refused; the mark that is made here keeps a `cleanupd` away.
enum EmbeddedState {
    /// Opens, or makes, a file, and marks it.
    /// - Throws: `.foreignState`, or what keeps the file from being used.
    static func open(_ path: String) throws -> SQLiteStateStore {
        let store = try SQLiteStateStore(path: path, owner: .embedder)
        do {
            try claim(store)
        } catch {
            store.close()
            throw error
        }
        return store
    }

    private static func claim(_ store: SQLiteStateStore) throws {
        guard try store.settings()[StateOwner.mark] == nil else { return }
        let isUsed = try !store.stamps().isEmpty || !store.runs(task: nil, before: nil, limit: 1).isEmpty
        // Read again: another process of the program may have marked and used it meanwhile.
        if isUsed, try store.settings()[StateOwner.mark] == nil {
            throw EmbeddingError(
                .foreignState,
                "\(store.path) is the state of a cleanupd. Name a file of its own."
            )
        }
        try store.setSetting(StateOwner.mark, to: "true")
    }
}
