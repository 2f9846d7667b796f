extension TaskConfiguration {
    /// Which objects of a bucket are candidates.
    package struct ObjectsSource: Sendable, Equatable {
        /// Which versions of an object can be candidates.
        package enum Versions: String, Sendable, CaseIterable {
            case current
            case noncurrent
            case all
        }

        /// What keys begin with; empty = all keys.
        package var prefix: String
        /// Globs of the whole key; without a slash they match its last component. Empty = everything.
        package var match: [String]
        package var versions: Versions
        /// The candidates are unfinished multipart uploads instead; then `versions` is `current` and `tags` is empty.
        package var uploads: Bool
        /// Tags that an object must have, all of them; the value `*` = any.
        package var tags: [String: String]
        /// The n-th component is that of the key.
        package var groupBy: FilesSource.Grouping?
    }

    /// Whether it removes current objects of a bucket, as its items or together with them: such as others may overwrite at
    /// any time, so that it must be known whether the server heeds conditions.
    package func removesCurrentObjects(of connection: String) -> Bool {
        let ownsSome = owns.contains { owned in
            if case .objects(let things) = owned { things.connection == connection } else { false }
        }
        guard let objects, self.connection == connection else { return ownsSome }
        return ownsSome || !objects.uploads && objects.versions != .noncurrent
    }
}

extension Configuration {
    /// Beneath what a bucket is asked what it can do: keys may be allowed beneath the prefix of its tasks only.
    package func probePrefix(of bucket: String) -> String {
        tasks.lazy.filter { $0.connection == bucket }.compactMap(\.objects).first?.prefix ?? ""
    }
}
