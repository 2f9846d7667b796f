import Foundation
import Retention

extension RowsSpecification {
    /// What a plan does, for people, with its cutoff.
    func sentence(_ instants: RowsInstants, order: RowsOrder?) -> String {
        var text = "\(verb) \(table)"
        if let cutoff = instants.cutoff, let order {
            text += " with \(order.column.name) before \(Timestamp.format(cutoff))"
        }
        if expired { text += ", expired (\(expires ?? "") before \(Timestamp.format(instants.graceCutoff)))" }
        if let condition { text += ", where \(condition.split(whereSeparator: \.isWhitespace).joined(separator: " "))" }
        if let orphan = orphanOf { text += ", whose \(orphan.column) is not in \(orphan.table).\(orphan.key)" }
        if !listedBy.isEmpty { text += ", only those listed by \(count(listedBy.count, "query", "queries"))" }
        if !filters.isEmpty { text += ", filtered by \(filters.map(\.name).joined(separator: " and "))" }
        if !referencedBy.isEmpty { text += "; keeps what \(count(referencedBy.count, "query names", "queries name"))" }
        if keep.comparesItems {
            let sentence = Policy(keep: keep, zone: zone).sentence(noun: "rows")
            if let keeps = sentence.range(of: "keeps ") { text += "; " + sentence[keeps.lowerBound...].dropLast() }
        }
        if let budgetRows { text += "; at most \(count(budgetRows, "row", "rows")) a run" }
        return text + "."
    }

    private var verb: String {
        switch action {
        case .delete: "Deletes rows of"
        case .set(let assignments): "Sets \(assignments.map(\.column).joined(separator: ", ")) in rows of"
        case .none: "Removes what is owned by rows of"
        }
    }

    private func count(_ number: Int, _ one: String, _ many: String) -> String {
        "\(number) \(number == 1 ? one : many)"
    }
}
