/// Which statements of a connection are prepared: bounded, the least recently used goes first.
///
/// A statement is prepared when it comes for the second time: most come once, and preparing costs round trips.
struct PostgresStatements {
    struct Key: Hashable {
        let sql: String
        let types: [UInt32]
    }

    struct Prepared {
        let name: String
        /// All columns of its result can be read in binary form.
        let isBinary: Bool
    }

    private struct Entry {
        var prepared: Prepared?
        var lastUse: UInt64
    }

    /// Prepared at a time: a task has a handful.
    static let limit = 64
    private static let remembered = 4 * limit
    private var entries: [Key: Entry] = [:]
    private var preparedCount = 0
    private var uses: UInt64 = 0
    private var made: UInt64 = 0
    /// Names that the server still knows and nobody uses.
    private(set) var garbage: [String] = []

    enum Use {
        case prepared(Prepared)
        /// Prepare it under this name, and then call `add`.
        case prepare(String)
        case once
    }

    /// - Parameters:
    ///   - canDiscard: the server can be told to forget another one; within a transaction a failure would abort it.
    ///   - prefix: of names, different for each connection, because poolers lend one session to many.
    mutating func use(_ key: Key, canDiscard: Bool, prefix: String) -> Use {
        uses += 1
        let known = entries[key]
        entries[key, default: Entry(prepared: nil, lastUse: uses)].lastUse = uses
        if let prepared = known?.prepared { return .prepared(prepared) }
        if entries.count > Self.remembered { forgetOldest { $0.prepared == nil } }
        guard known != nil, preparedCount < Self.limit || canDiscard else { return .once }
        if preparedCount >= Self.limit { forgetOldest { $0.prepared != nil } }
        made += 1
        return .prepare("cleanupd_\(prefix)_\(made)")
    }

    mutating func add(_ key: Key, _ prepared: Prepared) {
        entries[key] = Entry(prepared: prepared, lastUse: uses)
        preparedCount += 1
    }

    /// The server no longer accepts what was prepared.
    /// - Returns: whether it was prepared at all.
    @discardableResult
    mutating func forget(_ key: Key) -> Bool {
        guard let prepared = entries.removeValue(forKey: key)?.prepared else { return false }
        preparedCount -= 1
        garbage.append(prepared.name)
        return true
    }

    mutating func takeGarbage() -> [String] {
        defer { garbage = [] }
        return garbage
    }

    private mutating func forgetOldest(where matches: (Entry) -> Bool) {
        let oldest = entries.filter { matches($0.value) }.min { $0.value.lastUse < $1.value.lastUse }
        guard let key = oldest?.key else { return }
        if entries[key]?.prepared == nil { entries[key] = nil } else { forget(key) }
    }
}
