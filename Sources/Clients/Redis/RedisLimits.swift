/// What a connection accepts from a server, which is never trusted, and holds for it.
package struct RedisLimits: Sendable, Equatable {
    /// Of one reply. A longer one closes the connection, as soon as it is announced.
    package var replyBytes = 64 << 20
    /// Of one reply, nested arrays together. More close the connection before they are allocated.
    package var replyElements = 1 << 20
    /// Commands that wait for their replies, those included that nobody waits for any more.
    package var commandsInFlight = 100_000
    /// Bytes of those commands; also the greatest command.
    package var bytesInFlight = 64 << 20
    /// How long a late reply is waited for after its command's time-out, before the connection is given up: a server
    /// that has stopped for a moment needs no new connection, one behind a broken network does.
    package var patience: Duration = .seconds(5)

    /// The usual ones.
    package init() {}
}
