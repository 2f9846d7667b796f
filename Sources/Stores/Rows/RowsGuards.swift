import Retention

/// What the store itself refuses, whatever the figures: side effects on other rows, and tasks over everything.
struct RowsGuards {
    let specification: RowsSpecification
    let table: RowsTable

    /// Throws `StoreError` (`.denied`) with its guard.
    func check() throws {
        guard !specification.needsFilter || !specification.filters.isEmpty else {
            throw StoreError(
                .denied,
                "Task \(specification.task) runs by hand only, with at least one of its filters (a flag that is false is "
                    + "none). Nothing was removed.",
                guardName: .emptyPolicy
            )
        }
        guard specification.hasCondition || specification.allowUnconditional else {
            throw StoreError(
                .denied,
                "Task \(specification.task) has no condition: all rows of \(specification.table) would go. Nothing was "
                    + "removed. State which, or write allow: { unconditional: true }.",
                guardName: .emptyPolicy
            )
        }
        let effects: [RowsSideEffect]
        switch specification.action {
        case .delete: effects = table.onDelete
        case .set: effects = table.onUpdate
        case .none: effects = []
        }
        let allowed = Set(specification.allowCascade)
        let refused = effects.filter { allowed.isDisjoint(with: $0.names) }
        guard !refused.isEmpty else { return }
        let list = refused.map { "\($0.kind == .cascade ? "table" : "trigger") \($0.names.first ?? "")" }
        let verb = specification.action == .delete ? "Deletes from" : "Updates of"
        throw StoreError(
            .denied,
            "\(verb) \(specification.table) would reach further than the task says, by ON DELETE CASCADE or a trigger: "
                + "\(list.joined(separator: ", ")). Nothing was removed. If that is wanted, write allow: { cascade: "
                + "[\(refused.compactMap(\.names.first).joined(separator: ", "))] }.",
            guardName: .cascade
        )
    }
}
