import CleanupConfiguration
import Clients
import Engine
import Foundation
import Retention
import Stores

/// Makes the keys store of a task from checked configuration values.
struct KeysBuilder {
    let context: StoreContext

    func specification(_ keys: TaskConfiguration.KeysSource) -> KeysSpecification {
        KeysSpecification(
            match: keys.match,
            types: keys.types.map(\.rawValue),
            time: keys.time,
            idleFor: context.policy.remove?.idleFor,
            withoutTTL: context.policy.remove?.withoutTTL ?? false,
            sizeOver: context.policy.remove?.sizeOver,
            needsBytes: context.needsBytes,
            countsKeys: context.countsItems,
            keepMatch: context.policy.keep.match,
            ownPrefixes: context.configuration.ownKeyPrefixes
        )
    }

    /// Throws `StoreError` when the connection's secret cannot be read, or its URL is none of Redis.
    func store(_ specification: KeysSpecification) throws -> any MutableStore {
        let keys = KeysStore(
            server: try context.connections.keys(context.task.connection),
            specification: specification,
            // Of the idle time that the server tells at this moment, whatever instant a plan is made as of.
            now: { SystemClock.now() }
        )
        return context.referenced(keys)
    }
}

extension Configuration {
    /// What the names of our own keys begin with, ours first: those of an installation with the usual prefix are never
    /// touched either.
    var ownKeyPrefixes: [String] {
        let usual = Coordination.defaultKeyPrefix
        return coordination.keyPrefix == usual ? [usual] : [coordination.keyPrefix, usual]
    }
}
