import CleanupConfiguration
import Retention
import Stores

/// Makes the records store of a task from checked configuration values.
struct RecordsBuilder {
    let context: StoreContext

    func specification(_ records: TaskConfiguration.RecordsSource) -> RecordsSpecification {
        RecordsSpecification(
            pointer: records.pointer,
            key: records.key,
            time: records.time,
            expires: records.expires,
            timeFormat: records.timeFormat.map(RowsSpecification.TimeFormat.init),
            timezone: records.timezone,
            removesExpired: context.task.removal.expired,
            graceMilliseconds: context.configuration.graceMilliseconds,
            keepMatch: context.policy.keep.match,
            isNamedByOthers: isNamedByOthers
        )
    }

    private var isNamedByOthers: Bool {
        let task = context.task
        let keeps = !task.referencedBy.isEmpty || !task.referencedByKeys.isEmpty || !task.referencedByFields.isEmpty
        return keeps || task.removal.orphan || !task.removal.listedBy.isEmpty
    }

    static func noAge(_ task: String) -> StoreError {
        StoreError(.denied, "Records of \(task) have no age: say \"time\" under \"records\", or ask for no age.")
    }

    /// Throws `StoreError` for a connection that is no JSON file; one that is not there shows later.
    func store(_ specification: RecordsSpecification) throws -> any MutableStore {
        if context.policy.remove?.olderThan != nil, specification.time == nil {
            throw Self.noAge(context.task.name)
        }
        let records = RecordsStore(
            file: try context.configuration.jsonFile(context.task.connection),
            specification: specification,
            owned: context.task.owns.map(owned),
            usage: usage,
            now: context.now
        )
        return context.referenced(records)
    }

    /// What the task's quota measures.
    private var usage: StorageUse? {
        guard let quota = context.task.quota, let root = context.configuration.connections[quota.connection]?.root
        else {
            return nil
        }
        return StorageUse(rootPath: root, path: quota.path)
    }

    private func owned(_ owned: TaskConfiguration.Owned) -> RecordsOwned {
        let (task, configuration, connections) = (context.task, context.configuration, context.connections)
        switch owned {
        case .files(let files):
            let root = configuration.connections[files.connection]?.root
            return .files(field: files.column, resource: files.resource, root: root, measured: usage) {
                try StoreContext.ownedFiles(files, configuration)
            }
        case .objects(let objects):
            return RecordsOwned(field: objects.column, resource: objects.resource) { isCancelled in
                let owned = try StoreContext.ownedObjects(objects, of: task, connections, isCancelled)
                return { owned.remove($0, isCancelled: $1) }
            }
        }
    }
}

extension Configuration {
    /// Absolute path of a connection's JSON file. Throws `StoreError` for any other connection.
    func jsonFile(_ name: String) throws -> String {
        guard case .json(let path)? = connections[name]?.kind else {
            throw StoreError(.unreadable, "Connection \(name) is no JSON file.")
        }
        return path
    }
}
