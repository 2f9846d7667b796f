import CleanupConfiguration
import Stores

/// Makes what says which items of a task are still needed: queries and keys.
struct ReferenceBuilder {
    let configuration: Configuration
    let connections: Connections
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
        let (configuration, connections, name) = (configuration, connections, task.name)
        return Reference(
            id: "\(query.connection): \(query.query)",
            label: "the query \"\(query.query)\" on \(query.connection)"
        ) { isCancelled, take in
            try connections.eachValue(
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
        let (configuration, connections) = (configuration, connections)
        return Reference(
            id: "\(keys.connection): keys \(keys.keys)",
            label: "the keys \"\(keys.keys)\" on \(keys.connection)"
        ) { isCancelled, take in
            let server = try connections.keys(keys.connection, in: configuration)
            try KeysNames(server: server, pattern: keys.keys, ownPrefixes: configuration.ownKeyPrefixes)
                .read(isCancelled: isCancelled, take)
        }
    }
}
