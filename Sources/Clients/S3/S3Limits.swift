/// Bounds of one client.
package struct S3Limits: Sendable, Equatable {
    /// Of one request, the first included.
    package var attempts = 3
    /// The pause before the second attempt is up to this long, before the third up to twice as long.
    package var firstPause: Duration = .milliseconds(200)
    package var longestPause: Duration = .seconds(5)
    /// For TCP, and again for TLS.
    package var connectTimeout: Duration = .seconds(5)
    /// Without any byte sent or received.
    package var idleTimeout: Duration = .seconds(60)
    /// For one attempt, however slowly it goes on.
    package var attemptTimeout: Duration = .seconds(600)
    /// At once; further requests wait in line.
    package var connections = 64
    /// Of one answer.
    package var replyBytes = 16 * 1024 * 1024

    /// The usual ones.
    package init() {}
}
