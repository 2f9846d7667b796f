import CleanupConfiguration
import Retention
import Stores

/// Makes the containers store of a task from checked configuration values.
struct ContainersBuilder {
    let context: StoreContext

    func specification(_ containers: TaskConfiguration.ContainersSource) -> ContainersSpecification {
        ContainersSpecification(
            names: containers.names,
            labels: containers.labels,
            keepLabels: context.task.keepLabels,
            keepMatch: context.policy.keep.match,
            states: containers.states.map(ContainersSpecification.State.init),
            needsBytes: context.needsBytes
        )
    }

    /// Throws `StoreError` when the connection cannot be used at all; an engine that is not there shows later.
    func store(_ specification: ContainersSpecification) throws -> any MutableStore {
        let containers = ContainersStore(
            server: try context.connections.containers(context.task.connection),
            specification: specification,
            own: OwnContainer.current()
        )
        return context.referenced(containers, names: ContainersStore.referenceNames)
    }
}

extension ContainersSpecification.State {
    init(_ state: TaskConfiguration.ContainersSource.State) {
        switch state {
        case .exited: self = .exited
        case .dead: self = .dead
        case .created: self = .created
        }
    }
}
