public import Retention

/// What a task can look at in a store of the embedding program.
///
/// A dry run holds only this, so that it has no way to change anything; ``ItemStore`` adds the removing. All calls are
/// made from tasks of the engine's own, at most a few at once, and may take their time.
///
/// Some seconds after a run is cancelled or out of time, the Swift task of a call is cancelled; that of a look also
/// after a minute. The call must end then, or the run never does.
public protocol ItemSource: Sendable {
    /// The candidates, part by part: each with a version, unless it says why it is kept, and none that must not even be
    /// looked at. Where parts overlap, the first sighting of a name stands.
    ///
    /// What it throws fails the run before anything is removed.
    /// - Parameter position: ``CandidatePage/next`` of the part before; `nil` = from the beginning. A `next` that comes
    ///   again fails the run, because such a listing has no end.
    func candidates(after position: String?) async throws -> CandidatePage

    /// Looks where a candidate is now: asked when a process died, or a removal threw, before it could say what became
    /// of it. What it throws leaves that unknown.
    func look(at candidate: Candidate) async throws -> Sighting
}

/// A store of the embedding program that a task can clean.
public protocol ItemStore: ItemSource {
    /// Removes a candidate if it still is the one that was listed: of that name *and* that version.
    ///
    /// To be decided at the instant of the removal (by a condition of the call, a transaction, a handle), because the
    /// plan is older. That it was to be removed is durable in the ledger by now. After a throw a look decides what
    /// became of it: unless it is gone or changed, this candidate has failed. No other is stopped by that.
    func remove(_ candidate: Candidate) async throws -> Removal
}

/// A part of a listing.
public struct CandidatePage: Sendable {
    /// At most some thousands, because they are held in memory together.
    public var candidates: [Candidate]
    /// Where the next part begins, in words of the store; `nil` = this is the last.
    public var next: String?

    /// The last part, or with `next` one before it.
    public init(_ candidates: [Candidate], next: String? = nil) {
        self.candidates = candidates
        self.next = next
    }
}

/// What a look at a candidate finds.
public enum Sighting: Sendable {
    /// Not there any more.
    case absent
    /// Of the same version.
    case unchanged
    /// There, but of another version.
    case changed
}

/// What came of removing a candidate.
public enum Removal: Sendable {
    /// It is gone by this call.
    /// - Parameter freedBytes: what that gave back.
    case removed(freedBytes: Int64)
    /// It was not there any more: harmless.
    case gone
    /// It is of another version, and was left.
    case changed
    /// Somebody uses it, so it was left.
    case inUse
    /// It could not be removed.
    /// - Parameters:
    ///   - reason: the label of `cleanup_item_failures_total`; a thrown error counts as `.unknown`.
    ///   - detail: what happened to which object, for people.
    case failed(reason: FailureReason, detail: String)
}
