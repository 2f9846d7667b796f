package import Retention

/// Which keys of Redis are candidates of a task, and what must hold of a key at the instant of its deletion.
package struct KeysSpecification: Sendable, Equatable, Encodable {
    /// Globs as Redis has them; one must match. Empty = all keys.
    package var match: [String]
    /// As `TYPE` says them; empty = any.
    package var types: [String]
    /// Field of a hash that ages are counted from; `nil` = the last use counts. Needs `types` to be hash.
    package var time: String?
    /// How long a key must not have been used; `nil` = no such condition. Excludes `time`.
    package var idleFor: Age?
    /// Only keys that do not expire by themselves.
    package var withoutTTL: Bool
    /// Bytes; a key must be larger. `nil` = no such condition.
    package var sizeOver: Int64?
    /// A limit or a budget counts bytes: a server that does not tell them then fails the task.
    package var needsBytes: Bool
    /// A rule counts keys (keep the last 10, at least 3): none may be listed twice.
    package var countsKeys: Bool
    /// Globs as Redis has them; what matches stays.
    package var keepMatch: [String]
    /// What the names of our own keys begin with; the first is that of the fences that this program sets.
    package var ownPrefixes: [String]

    package init(
        match: [String] = [],
        types: [String] = [],
        time: String? = nil,
        idleFor: Age? = nil,
        withoutTTL: Bool = false,
        sizeOver: Int64? = nil,
        needsBytes: Bool = false,
        countsKeys: Bool = false,
        keepMatch: [String] = [],
        ownPrefixes: [String]
    ) {
        precondition(!ownPrefixes.contains(""), "an empty prefix would make all keys our own")
        self.match = match
        self.types = types
        self.time = time
        self.idleFor = idleFor
        self.withoutTTL = withoutTTL
        self.sizeOver = sizeOver
        self.needsBytes = needsBytes
        self.countsKeys = countsKeys
        self.keepMatch = keepMatch
        self.ownPrefixes = ownPrefixes
    }
}

/// Tells our own keys from others.
struct OwnKeys: Sendable {
    private let prefixes: [[UInt8]]

    init(_ prefixes: [String]) {
        self.prefixes = prefixes.map { Array($0.utf8) }
    }

    func contains(_ key: [UInt8]) -> Bool { prefixes.contains { key.starts(with: $0) } }
}
