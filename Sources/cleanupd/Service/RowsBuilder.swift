import CleanupConfiguration
import Engine
import Retention
import Stores

/// Makes the rows store of a task from checked configuration values.
struct RowsBuilder {
    let context: StoreContext
    /// Filters of a manual run, bound.
    var filters: [RowsFilter] = []

    private var task: TaskConfiguration { context.task }

    /// Throws `StoreError` when the connection's secret cannot be read.
    func store(_ rows: TaskConfiguration.RowsSource) throws -> any MutableBatchStore {
        let (connections, memory) = (context.connections, context.memory)
        let name = task.name
        return RowsStore(
            specification(rows),
            backend: try connections.backend(task.connection),
            pace: RowsPace(
                maxLagMilliseconds: task.pace.maxLagMilliseconds,
                maxLoad: task.pace.maxLoad,
                health: task.pace.health.map(reference)
            ),
            owned: task.owns.map(owned),
            orphans: RowsOrphanGuard(
                rules: ReferenceRules(
                    isOrphan: task.removal.orphan,
                    allowEmpty: task.references.allowEmpty,
                    minRatio: task.references.minRatio
                ),
                isForced: context.isForced,
                lastAnswers: { try memory.baseline(of: name) },
                remember: { try memory.remember($0, of: name) }
            )
        ) { query, limit, isCancelled in
            try connections.values(
                of: query,
                task: name,
                limit: limit,
                isCancelled: isCancelled
            )
        }
    }

    private func owned(_ owned: TaskConfiguration.Owned) -> RowsOwned {
        let (task, configuration, connections) = (task, context.configuration, context.connections)
        return RowsOwned(column: owned.things.column, resource: owned.things.resource) { isCancelled in
            switch owned {
            case .files(let files):
                let owned = try StoreContext.ownedFiles(files, configuration)
                return { owned.remove($0, isCancelled: $1) }
            case .objects(let objects):
                let owned = try StoreContext.ownedObjects(objects, of: task, connections, isCancelled)
                return { owned.remove($0, isCancelled: $1) }
            }
        }
    }

    func specification(_ rows: TaskConfiguration.RowsSource) -> RowsSpecification {
        var specification = RowsSpecification(task: task.name, table: rows.table)
        specification.key = rows.key
        specification.time = rows.time
        specification.expires = rows.expires
        specification.timeFormat = rows.timeFormat.map(RowsSpecification.TimeFormat.init)
        specification.timezone = rows.timezone
        specification.condition = rows.condition
        specification.params = rows.params
        specification.groupBy = rows.groupBy
        specification.orphanOf = rows.orphanOf.map { .init(column: $0.column, table: $0.table, key: $0.key) }
        specification.vacuum = rows.vacuum
        specification.olderThan = context.policy.remove?.olderThan
        specification.expired = task.removal.expired
        specification.graceMilliseconds = context.configuration.graceMilliseconds
        specification.listedBy = task.removal.listedBy.map(reference)
        specification.keep = context.policy.keep
        specification.referencedBy = task.referencedBy.map(reference)
        specification.zone = context.policy.zone
        specification.filters = filters
        specification.needsFilter = task.isByHandOnly
        specification.budgetRows = context.policy.budget.items
        specification.action = .init(task.action)
        specification.allowCascade = task.allow.cascade
        specification.allowUnconditional = task.allowsAllRows
        return specification
    }

    /// A query on the task's own connection becomes part of the statement.
    private func reference(_ query: QueryReference) -> RowsReference {
        var reference = RowsReference(query)
        if query.connection == task.connection { reference.connection = nil }
        return reference
    }
}

extension RowsReference {
    init(_ query: QueryReference) {
        self.init(
            connection: query.connection,
            query: query.query,
            timeFormat: query.timeFormat.map(RowsSpecification.TimeFormat.init)
        )
    }
}

extension RowsSpecification.TimeFormat {
    init(_ format: TaskConfiguration.RowsSource.TimeFormat) {
        switch format {
        case .iso: self = .iso
        case .epoch: self = .epoch
        case .epochMilliseconds: self = .epochMilliseconds
        }
    }
}

extension RowsSpecification.Action {
    init(_ action: TaskConfiguration.Action) {
        switch action {
        case .delete: self = .delete
        case .none: self = .none
        case .set(let assignments):
            self = .set(assignments.map { .init(column: $0.column, value: .init($0.value)) })
        }
    }
}

extension RowsSpecification.Assignment.Value {
    init(_ literal: TaskConfiguration.Literal) {
        switch literal {
        case .null: self = .null
        case .now: self = .now
        case .flag(let value): self = .bool(value)
        case .integer(let value): self = .integer(value)
        case .number(let value): self = .double(value)
        case .text(let value): self = .text(value)
        }
    }
}
