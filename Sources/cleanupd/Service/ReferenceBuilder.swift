import CleanupConfiguration
import Retention
import Stores

/// Makes what says which items of a task are still needed: queries, keys, and fields of records.
struct ReferenceBuilder {
    let connections: Connections
    let task: TaskConfiguration
    /// With the age that is in force.
    let policy: Policy

    private var configuration: Configuration { connections.configuration }

    /// All of `referenced_by`.
    var all: [Reference] {
        task.referencedBy.map(reference) + task.referencedByKeys.map(reference) + task.referencedByFields.map(reference)
    }

    var rules: ReferenceRules {
        ReferenceRules(
            isOrphan: task.removal.orphan,
            allowEmpty: task.references.allowEmpty,
            minRatio: task.references.minRatio
        )
    }

    func reference(_ query: QueryReference) -> Reference {
        let (configuration, connections, name, policy) = (configuration, connections, task.name, policy)
        return Reference(
            id: "\(query.connection): \(query.query)",
            label: "the query \"\(query.query)\" on \(query.connection)"
        ) { now, isCancelled, take in
            let instants = try RowsInstants(
                task: name,
                olderThan: policy.remove?.olderThan,
                graceMilliseconds: configuration.graceMilliseconds,
                zone: policy.zone,
                now: now
            )
            try connections.eachValue(
                of: RowsQuery(RowsReference(query), instants: instants),
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
            let server = try connections.keys(keys.connection)
            try KeysNames(server: server, pattern: keys.keys, ownPrefixes: configuration.ownKeyPrefixes)
                .read(isCancelled: isCancelled, take)
        }
    }

    func reference(_ field: FieldReference) -> Reference {
        let configuration = configuration
        let place = field.pointer.isEmpty ? "" : " at \(field.pointer)"
        return Reference(
            id: "\(field.connection): field \(field.field)\(place)",
            label: "the field \"\(field.field)\"\(place) of \(field.connection)"
        ) { isCancelled, take in
            let file = try configuration.jsonFile(field.connection)
            try RecordsNames(file: file, pointer: field.pointer, field: field.field).read(
                isCancelled: isCancelled,
                take
            )
        }
    }
}
