import Retention

extension GlobSet {
    /// The globs of a specification.
    /// - Parameter key: of the configuration, under which they stand.
    init(_ patterns: [String], of key: String) throws(StoreError) {
        do {
            try self.init(patterns)
        } catch {
            throw .refusedGlob(key, error)
        }
    }
}
