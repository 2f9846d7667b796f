/// Tells whether this replica is the one that fires cycles.
package protocol Election: Sendable {
    /// Trusted at this moment; `nil` = another replica leads, or nobody.
    var leadership: Leadership? { get }

    /// Name of the replica that leads, if it is another one; `nil` = nobody does, or it is not known here.
    var otherLeader: String? { get }

    /// Each gain and loss, in order, for one consumer.
    var changes: AsyncStream<Leadership?> { get }

    /// Gives the lead back: somebody has refused its epoch. Whoever leads next has a higher one.
    func resign()
}

extension Elector: Election {}

/// The only process that there is: it leads as long as it lives.
package struct SoleLeader: Election {
    package init() {}

    package var leadership: Leadership? { Leadership(epoch: 1) }

    package var otherLeader: String? { nil }

    package var changes: AsyncStream<Leadership?> {
        let (stream, continuation) = AsyncStream.makeStream(of: Leadership?.self)
        continuation.yield(leadership)
        return stream
    }

    /// There is nobody else.
    package func resign() {}
}
