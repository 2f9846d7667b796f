import CleanupConfiguration
import Retention
import Stores

/// Makes the objects store of a task from checked configuration values.
struct ObjectsBuilder {
    let context: StoreContext

    func specification(_ objects: TaskConfiguration.ObjectsSource) -> ObjectsSpecification {
        ObjectsSpecification(
            prefix: objects.prefix,
            match: objects.match,
            versions: .init(objects.versions),
            uploads: objects.uploads,
            tags: objects.tags,
            keepTags: context.task.keepTags,
            keepMatch: context.policy.keep.match,
            groupBy: objects.groupBy.map(PathGrouping.init),
            olderThan: context.policy.remove?.olderThan,
            sizeOver: context.policy.remove?.sizeOver,
            countsObjects: context.countsItems,
            allowsUnconditional: context.task.allow.unconditional
        )
    }

    /// Throws `StoreError` when a secret of the connection cannot be read; a server that is not there shows later.
    func store(_ specification: ObjectsSpecification) throws -> any MutableStore {
        let objects = ObjectsStore(
            server: try context.connections.objects(context.task.connection),
            specification: specification,
            now: context.now
        )
        return context.referenced(objects, mustMeet: !specification.uploads && specification.versions != .noncurrent)
    }
}

extension ObjectsSpecification.Versions {
    init(_ versions: TaskConfiguration.ObjectsSource.Versions) {
        switch versions {
        case .current: self = .current
        case .noncurrent: self = .noncurrent
        case .all: self = .all
        }
    }
}
