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
        ) { isCancelled, take in
            try databases.eachValue(
                of: RowsReference(connection: query.connection, query: query.query),
                in: configuration,
                task: name,
                isCancelled: isCancelled
            ) { value in
                try take(value)
                return true
            }
        }
    }

    func reference(_ keys: KeysReference) -> Reference {
        let (configuration, databases) = (configuration, databases)
        return Reference(
            id: "\(keys.connection): keys \(keys.keys)",
            label: "the keys \"\(keys.keys)\" on \(keys.connection)"
        ) { isCancelled, take in
            let server = try databases.keys(keys.connection, in: configuration)
            try KeysNames(server: server, pattern: keys.keys, ownPrefixes: configuration.ownKeyPrefixes)
                .read(isCancelled: isCancelled, take)
        }
    }
}
