import CleanupConfiguration
import Clients
import Engine
import Foundation
import Retention
import Stores

/// Makes the keys store of a task from checked configuration values.
struct KeysBuilder {
    let configuration: Configuration
    let connections: Connections
    let memory: ReferenceMemory
    let task: TaskConfiguration
    /// The policy with the overrides of a run and the settings of its cycle.
    let policy: Policy
    /// Somebody on a terminal takes an answer that has shrunk for right.
    let isForced: Bool

    func specification(_ keys: TaskConfiguration.KeysSource) -> KeysSpecification {
        KeysSpecification(
            match: keys.match,
            types: keys.types.map(\.rawValue),
            time: keys.time,
            idleFor: policy.remove?.idleFor,
            withoutTTL: policy.remove?.withoutTTL ?? false,
            sizeOver: policy.remove?.sizeOver,
            needsBytes: task.limits.maxBytes != nil || policy.budget.bytes != nil,
            countsKeys: policy.keep.counts != Policy.Counts() || policy.keep.atLeast > 0,
            keepMatch: policy.keep.match,
            ownPrefixes: configuration.ownKeyPrefixes
        )
    }

    /// Throws `StoreError` when the connection's secret cannot be read, or its URL is none of Redis.
    func store(_ specification: KeysSpecification) throws -> any MutableStore {
        let keys = KeysStore(
            server: try connections.keys(task.connection, in: configuration),
            specification: specification,
            now: { SystemClock.now() }
        )
        let references = ReferenceBuilder(configuration: configuration, connections: connections, task: task)
        let lists = task.removal.listedBy.map(references.reference)
        let listed: any MutableStore =
            lists.isEmpty ? keys : ListedStore(base: keys, lists: lists, root: nil, aliases: [])
        guard !references.all.isEmpty || task.removal.orphan else { return listed }
        let (memory, name) = (memory, task.name)
        let store = ReferencedStore(
            base: listed,
            references: references.all,
            root: nil,
            rules: references.rules,
            lastAnswers: { try memory.baseline(of: name) },
            remember: { try memory.remember($0, of: name) },
            makeSpool: { Spool(folder: memory.spoolFolder) }
        )
        return isForced ? store.forced() : store
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
