import CleanupConfiguration
import Stores

/// Makes what says which items of a task are still needed: queries and keys.
struct ReferenceBuilder {
    let configuration: Configuration
    let databases: Databases
    let task: TaskConfiguration

    /// All of `referenced_by`.
    var all: [Reference] { task.referencedBy.map(reference) + task.referencedByKeys.map(reference) }

    var rules: ReferenceRules {
        ReferenceRules(
            isOrphan: task.removal.orphan,
            allowEmpty: task.references.allowEmpty,
            minRatio: task.references.minRatio
        )
    }

    func reference(_ query: QueryReference) -> Reference {
        let (configuration, databases, name) = (configuration, databases, task.name)
        return Reference(
            id: "\(query.connection): \(query.query)",
            label: "the query \"\(query.query)\" on \(query.connection)"
        ) { isCancelled in
            let reference = RowsReference(connection: query.connection, query: query.query)
            let limit = RowsStore.maximumReferences
            let values = try databases.values(
                of: reference,
                in: configuration,
                task: name,
                limit: limit + 1,
                isCancelled: isCancelled
            )
            guard values.count <= limit else {
                throw StoreError(
                    .unreadable,
                    "The query \"\(query.query)\" on \(query.connection) names more than \(limit) things. Narrow it."
                )
            }
            return values
        }
    }

    func reference(_ keys: KeysReference) -> Reference {
        let (configuration, databases) = (configuration, databases)
        return Reference(
            id: "\(keys.connection): keys \(keys.keys)",
            label: "the keys \"\(keys.keys)\" on \(keys.connection)"
        ) { isCancelled in
            let server = try databases.keys(keys.connection, in: configuration)
            return try KeysNames(server: server, pattern: keys.keys, ownPrefixes: configuration.ownKeyPrefixes)
                .read(limit: RowsStore.maximumReferences, isCancelled: isCancelled)
        }
    }
}
