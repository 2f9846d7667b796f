/// One item from where a simulation meets it to its removal.
package struct SimulatedLife: Sendable, Equatable {
    /// What a run said of an item that stayed.
    package struct Judgement: Sendable, Equatable {
        package let verdict: Verdict
        package let reason: String
        /// A guard refused the run, so that what was due stayed, too.
        package let isRefused: Bool
    }

    /// From the connection's root.
    package let path: [UInt8]
    package let group: String
    /// The time that its age is counted from.
    package let time: Instant
    package let bytes: Int64
    /// The simulation made it; the others are there now.
    package let isMade: Bool
    /// The run that compressed it, if one did.
    package var compressedAt: Instant?
    /// The run that removed it; `nil` = it is there at the end.
    package var removedAt: Instant?
    /// What the last run said of it, if it is there at the end; `nil` = it is gone, or came after that run.
    package var judgement: Judgement?
}
