/// One thing that a policy decides about, as plain values: for programs that bring things of their own.
///
/// A policy knows nothing else of it. Two candidates of one listing have different names.
public struct Candidate: Sendable, Equatable {
    /// Tells it apart from all others. A path from the root of whatever it lies in, where there is such a thing: the
    /// globs of ``Policy/Keep/match`` look at it. Of two of one time, the one with the later name counts as the newer.
    public var name: String
    /// What must be unchanged for it to be removed, such as an ETag, a revision, or an inode with its times. A policy
    /// does not look at it; a store must, before it removes anything: the engine takes no candidate without one.
    public var version: String
    /// Counts of ``Policy/Keep`` hold for each group by itself.
    public var group: String
    /// The time that ages are counted from.
    public var time: Instant
    /// Bytes that its removal gives back; 0 where there is no size.
    public var size: Int64
    /// Why it must stay whatever the policy says, for people (`in use by job 7`); `nil` = nothing but the policy keeps it.
    public var keptBecause: String?

    /// A candidate with no version, in the one group without a name, of no size, that only the policy keeps.
    public init(
        name: String,
        version: String = "",
        group: String = "",
        time: Instant,
        size: Int64 = 0,
        keptBecause: String? = nil
    ) {
        self.name = name
        self.version = version
        self.group = group
        self.time = time
        self.size = size
        self.keptBecause = keptBecause
    }
}

extension Candidate {
    /// What was packed into a block by ``CandidatePacking``.
    package init(_ item: Item, in block: ItemBlock) {
        self.init(
            name: String(decoding: block.name(of: item), as: UTF8.self),
            version: String(decoding: block.version(of: item), as: UTF8.self),
            group: block.groups.isEmpty ? "" : block.group(of: item),
            time: item.time,
            size: item.size,
            keptBecause: item.hold == 0 ? nil : block.reasons[Int(item.hold) - 1]
        )
    }
}
