import CleanupConfiguration

/// What the grammar of the configuration has and this version does not do yet: refused, never half obeyed.
enum Unavailable {
    /// One sentence for each such key, with its path.
    static func problems(in configuration: Configuration) -> [String] {
        var keys: [String] = []
        for cycle in configuration.cycles where !cycle.notify.isEmpty { keys.append("cycles.\(cycle.name).notify") }
        return keys.map { "\(configuration.file): \($0): not available in this version of cleanupd; take the key out" }
    }
}
