import Clients

/// Why keys of a Redis server cannot be looked at: one factory each.
extension StoreError {
    /// A node of a cluster would list only its own keys.
    static func isCluster(_ connection: String) -> StoreError {
        StoreError(
            .denied,
            "Connection \(connection) is a node of a Redis Cluster, which has only a part of the keys. Keys of a cluster are "
                + "not cleaned; name a single server, or Sentinels."
        )
    }

    /// A key may have been listed twice, and whoever counts would be wrong.
    static func tooManyKeys(_ connection: String, limit: Int) -> StoreError {
        StoreError(
            .unreadable,
            "Connection \(connection) has more than \(limit) keys that the task looks at: too many for a rule of keep that "
                + "counts them, because Redis may list a key twice. Nothing was removed. Narrow match, or leave the counts "
                + "out."
        )
    }

    /// The server counts uses, and not the time since the last.
    static func noIdleTimes(_ connection: String) -> StoreError {
        StoreError(
            .unreadable,
            "Connection \(connection) does not know since when keys are idle, because its maxmemory-policy counts uses "
                + "(LFU) and not times. Nothing was removed. Choose a policy of the kind LRU, or write older_than with the "
                + "time in a field."
        )
    }

    /// - Parameter key: for people.
    static func listTooLong(_ connection: String, key: String, length: Int64, limit: Int64) -> StoreError {
        StoreError(
            .unreadable,
            "Connection \(connection): the list \(key) has \(length) elements; more than \(limit) are not read. Name fewer, "
                + "or keep them in a set."
        )
    }

    /// - Parameter key: for people; something in it is the name of nothing.
    static func notUTF8(_ connection: String, key: String) -> StoreError {
        StoreError(
            .unreadable,
            "Connection \(connection): the key \(key) names something whose name is not UTF-8, which cannot be looked for. "
                + "Correct it."
        )
    }

    /// What an error of the client means to who wants to look at keys.
    init(_ error: RedisError, connection: String) {
        let code: Code =
            switch error {
            // It is there, and does not let us in.
            case .notConnected(_, let reason) where ["WRONGPASS", "NOAUTH", "NOPERM"].contains(where: reason.contains):
                .unreadable
            case .notConnected: .missing
            default: .unreadable
            }
        self.init(code, "Connection \(connection): \(error)")
    }
}
