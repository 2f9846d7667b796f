/// Identities of ended jobs in the order of their ends.
struct EndedJobs: Sendable {
    private var entries: [(place: Int64, id: String)] = []

    var count: Int { entries.count }
    var ids: [String] { entries.map(\.id) }
    /// The one that ended first.
    var first: String? { entries.first?.id }

    mutating func insert(_ id: String, place: Int64) {
        let index = entries.lastIndex { $0.place < place }.map { $0 + 1 } ?? 0
        entries.insert((place, id), at: index)
    }

    mutating func remove(_ id: String, place: Int64) {
        entries.removeAll { $0.place == place && $0.id == id }
    }
}
