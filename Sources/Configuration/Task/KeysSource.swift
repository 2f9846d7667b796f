extension TaskConfiguration {
    /// Which keys of Redis are candidates.
    package struct KeysSource: Sendable, Equatable {
        /// What a key can hold.
        package enum Kind: String, Sendable, CaseIterable {
            case string
            case list
            case set
            case zset
            case hash
            case stream
        }

        /// Globs as Redis has them; one must match. Empty = all keys. None begins with the prefix of our own keys.
        package var match: [String]
        /// Empty = whatever it holds; hashes only where `time` is given.
        package var types: [Kind]
        /// Field of a hash that ages are counted from.
        package var time: String?
    }
}

/// Keys that name what is needed.
package struct KeysReference: Sendable, Equatable {
    /// Name of a connection to Redis of the same configuration.
    package var connection: String
    /// A glob as Redis has it.
    package var keys: String
}
