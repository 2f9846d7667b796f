/// What a statement would do besides what it says: rows of other tables that go with foreign keys, and triggers.
///
/// SQLite itself tells, as it does when it compiles the statement: also what follows from what follows.
package struct SQLiteEffects: Sendable, Equatable {
    /// Tables that lose rows because of ON DELETE CASCADE.
    package var cascades: Set<String>
    package var triggers: Set<String>

    package init(cascades: Set<String> = [], triggers: Set<String> = []) {
        self.cascades = cascades
        self.triggers = triggers
    }
}
