import CleanupConfiguration
import Clients
import Engine
import Retention
import Stores

/// What every builder of a store needs, and what lists and references put around the store itself.
struct StoreContext {
    let connections: Connections
    let memory: ReferenceMemory
    let task: TaskConfiguration
    /// The policy with the overrides of a run and the settings of its cycle.
    let policy: Policy
    /// Of plans: the wall clock, or the one instant that a plan is made as of.
    var now: @Sendable () -> Instant = { SystemClock.now() }
    /// Somebody on a terminal takes an answer that has shrunk for right.
    let isForced: Bool

    var configuration: Configuration { connections.configuration }

    /// Sizes decide, so that each item's must be known.
    var needsBytes: Bool { task.limits.maxBytes != nil || policy.budget.bytes != nil }

    /// A rule compares items with each other.
    var countsItems: Bool { policy.keep.comparesItems }

    /// The store with only those items that lists name and no reference keeps.
    /// - Parameters:
    ///   - root: absolute path of the connection's root; `nil` = items have names that are no paths.
    ///   - names: of an item, where it has several.
    ///   - mustMeet: everything that references could name is listed.
    func referenced(
        _ base: any MutableStore,
        root: String? = nil,
        aliases: [String] = [],
        names: @escaping ReferenceNames = { [$0.path(of: $1)] },
        mustMeet: Bool = false
    ) -> any MutableStore {
        let references = ReferenceBuilder(
            connections: connections,
            task: task,
            policy: policy
        )
        let lists = task.removal.listedBy.map(references.reference)
        let listed: any MutableStore =
            lists.isEmpty ? base : ListedStore(base: base, lists: lists, root: root, aliases: aliases, names: names)
        guard !references.all.isEmpty || task.removal.orphan else { return listed }
        let (memory, name) = (memory, task.name)
        var rules = references.rules
        rules.mustMeet = mustMeet
        let store = ReferencedStore(
            base: listed,
            references: references.all,
            root: root,
            aliases: aliases,
            names: names,
            rules: rules,
            lastAnswers: { try memory.baseline(of: name) },
            remember: { try memory.remember($0, of: name) },
            makeSpool: { Spool(folder: memory.spoolFolder) }
        )
        return isForced ? store.forced() : store
    }

    /// Where the task's files are copied before they are removed; `nil` = nowhere. Throws `StoreError` when a secret of the
    /// bucket cannot be read; one that is not there shows later.
    func copies() throws -> CopyDestination? {
        try task.archiveTo.map { settings in
            CopyDestination(
                server: try connections.objects(settings.connection),
                prefix: settings.prefix,
                library: GzipLibrary(task.compressionLibrary)
            )
        }
    }

    /// Objects that a row or a record owns. Blocking: the server is asked whether it heeds conditions. Throws
    /// `StoreError`.
    static func ownedObjects(
        _ owned: TaskConfiguration.OwnedThings,
        of task: TaskConfiguration,
        _ connections: Connections,
        _ isCancelled: () -> Bool
    ) throws -> OwnedObjects {
        let server = try connections.objects(owned.connection)
        return try missingIsUnreadable {
            let prefix = connections.configuration.probePrefix(of: owned.connection)
            _ = try server.capabilities(prefix: prefix, isCancelled: isCancelled)
            return try OwnedObjects(
                server: server,
                allowsUnconditional: task.allow.unconditional,
                isCancelled: isCancelled
            )
        }
    }

    /// A place of owned things that is not there: the connection of the task itself may be optional, this is not it.
    private static func missingIsUnreadable<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as StoreError where error.code == .missing {
            throw StoreError(.unreadable, error.message, guardName: error.guardName)
        }
    }

    /// Files that a row or a record owns, as a task of files would remove them. Blocking. Throws `StoreError`.
    static func ownedFiles(
        _ owned: TaskConfiguration.OwnedThings,
        _ configuration: Configuration
    ) throws -> OwnedFiles {
        guard let connection = configuration.connections[owned.connection], let root = connection.root else {
            throw StoreError(.unreadable, "Connection \(owned.connection) is no directory.")
        }
        return try missingIsUnreadable {
            try OwnedFiles(
                rootPath: root,
                aliases: connection.aliases,
                specification: FilesSpecification(protect: connection.protect, ownPaths: configuration.ownPaths)
            )
        }
    }
}
