import Retention

extension RowsSpecification {
    /// What the task does, for people, as far as the configuration alone tells it: without instants, without the catalog.
    package var summary: String {
        var text = "Cleans rows of \(table)"
        if let olderThan { text += " older than \(olderThan.text)" }
        if expired { text += " that have expired" }
        if let condition { text += ", where \(condition.split(whereSeparator: \.isWhitespace).joined(separator: " "))" }
        if let orphan = orphanOf { text += ", whose \(orphan.column) is not in \(orphan.table).\(orphan.key)" }
        if !listedBy.isEmpty { text += ", only those listed" }
        if !referencedBy.isEmpty { text += "; keeps what is referenced" }
        switch action {
        case .delete: break
        case .set(let assignments): text += "; sets \(assignments.map(\.column).joined(separator: ", "))"
        case .none: text += "; only what they own goes"
        }
        return text + "."
    }
}
