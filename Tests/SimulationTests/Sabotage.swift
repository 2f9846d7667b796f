/// A mistake that the simulated service makes on purpose: the test of the test. Each must be found by some seed.
enum Sabotage: String, CaseIterable, Sendable {
    /// Trust is counted from the answer instead of the question.
    case trustFromAnswer
    /// A late release removes whoever's lock it finds.
    case releaseWithoutCompare
    /// A server that has lost its counter begins again, and nobody compares with the mark.
    case epochReused
    /// A batch begins whether the lock is trusted or not.
    case noTrustCheck
    /// The store of rows takes batches of any epoch.
    case staleEpochAccepted
    /// The queue ends a job for whoever says so.
    case completionWithoutToken
    /// The queue takes a firing twice.
    case enqueueWithoutIdentity
    /// A scheduler goes on when its lead has ended.
    case lossOfLeadUnnoticed
    /// A new leader does not look where the one before left off.
    case lastFiresNotRead
    /// What has changed since the plan is deleted all the same.
    case noCheckAtDeletion
    /// A wall clock that leapt is believed.
    case leapBelieved
    /// All machines remember their clocks in one place, so that each forgets what the others had seen.
    case clockMemoryShared
    /// A plan counts ages from an instant before the clock was looked at.
    case instantUnchecked
    /// What was to go is counted, instead of what went.
    case plannedCounted
}

extension Sabotage {
    /// Words of what may come of it.
    var clues: [String] {
        switch self {
        case .trustFromAnswer, .releaseWithoutCompare: ["both trust"]
        case .epochReused: ["was given out twice", "acted on"]
        case .noTrustCheck: ["without a trusted lock"]
        case .staleEpochAccepted: ["acted on"]
        case .completionWithoutToken: ["by a claim that it is not with"]
        case .enqueueWithoutIdentity: ["took the firing"]
        case .lossOfLeadUnnoticed: ["does not lead"]
        case .lastFiresNotRead: ["nobody accounts for the firing", "counted as missed"]
        case .noCheckAtDeletion, .leapBelieved, .clockMemoryShared, .instantUnchecked: ["was deleted at an age"]
        case .plannedCounted: ["counted"]
        }
    }
}
