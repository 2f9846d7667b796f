package import Retention

/// A store whose items stay while something refers to them.
///
/// Where what nobody refers to is to go (`rules.isOrphan`), the items are listed first, and the references read when the
/// listing has ended: whatever is made and referred to meanwhile is either not listed or named. Otherwise the references
/// only protect, and are read first, so that blocks flow through. They are read once more when the deleting side opens,
/// just before the first deletion; what has come to be named since the plan then stays as `changed`. That also holds for
/// a sealed plan, hours after it was made: what a query then asks of instants it asks of those of the plan. They are not
/// asked again within a run.
package struct ReferencedStore: MutableStore {
    private let base: any MutableStore
    private let references: [Reference]
    private let root: String?
    private let aliases: [String]
    private let names: ReferenceNames
    private let rules: ReferenceRules
    private let lastAnswers: @Sendable () throws -> ReferenceBaseline
    private let remember: @Sendable (ReferenceBaseline) throws -> Void
    private let makeSpool: @Sendable () throws -> any BlockSpool
    private var isForced = false

    /// - Parameters:
    ///   - root: absolute path of the connection's root, as configured; `nil` = items have names that are no paths, and
    ///     are named as they are.
    ///   - aliases: prefixes under which references name the root.
    ///   - names: of an item, where it has no path: a container has several.
    ///   - lastAnswers: what `ReferencedSource.baseline` was after the last run that was not refused; asked at each
    ///     opening.
    ///   - remember: is told what to compare the next answers with, once a plan is accepted.
    ///   - makeSpool: called once a scan, and only where items wait for references.
    package init(
        base: any MutableStore,
        references: [Reference],
        root: String?,
        aliases: [String] = [],
        names: @escaping ReferenceNames = { [$0.path(of: $1)] },
        rules: ReferenceRules,
        lastAnswers: @escaping @Sendable () throws -> ReferenceBaseline = { ReferenceBaseline() },
        remember: @escaping @Sendable (ReferenceBaseline) throws -> Void = { _ in },
        makeSpool: @escaping @Sendable () throws -> any BlockSpool
    ) {
        self.base = base
        self.references = references
        self.root = root
        self.aliases = aliases
        self.names = names
        self.rules = rules
        self.lastAnswers = lastAnswers
        self.remember = remember
        self.makeSpool = makeSpool
    }

    /// The same store for a run by hand: answers that have shrunk are taken for right (empty ones are not).
    package func forced() -> ReferencedStore {
        var store = self
        store.isForced = true
        return store
    }

    package func openSource(asOf now: Instant) throws -> any Source {
        try openReferencedSource(asOf: now)
    }

    /// As `openSource`; for those who want to know what the references named.
    package func openReferencedSource(asOf now: Instant) throws -> ReferencedSource {
        let last = try lastAnswers()
        return ReferencedSource(
            base: try base.openSource(asOf: now),
            rules: rules,
            load: { try load(last, asOf: now, $0) },
            remember: remember,
            makeSpool: makeSpool
        )
    }

    package func openRemover(
        run: String,
        asOf now: Instant,
        fence: Fence?,
        isCancelled: @Sendable () -> Bool
    ) throws -> any Remover {
        let remover = try base.openRemover(run: run, asOf: now, fence: fence, isCancelled: isCancelled)
        return ReferencedRemover(base: remover, set: try load(try lastAnswers(), asOf: now, isCancelled))
    }

    package func sweep(before instant: Instant) throws -> SweepReport { try base.sweep(before: instant) }

    private func load(
        _ last: ReferenceBaseline,
        asOf now: Instant,
        _ isCancelled: () -> Bool
    ) throws -> ReferenceSet {
        try ReferenceSet(
            asking: references,
            root: root,
            aliases: aliases,
            names: names,
            rules: rules,
            last: last,
            isForced: isForced,
            asOf: now,
            isCancelled: isCancelled
        )
    }
}
