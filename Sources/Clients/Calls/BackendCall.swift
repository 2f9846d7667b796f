/// One call to an outside server as it ended, for whoever counts.
package struct BackendCall: Sendable, Equatable {
    /// Why a call failed: a closed set, so that it can be a label.
    package enum Failure: String, Sendable, CaseIterable {
        /// Nobody listens at the address, or it leads nowhere.
        case notThere = "not_there"
        /// The connection broke, or TLS failed; of clients that do not tell these apart, also that nobody listens.
        case connection
        case timeout
        /// The server knows us and does not let us, or does not know us.
        case denied
        /// The server asks for patience.
        case throttled
        /// An answer that cannot be understood.
        case badReply = "bad_reply"
        /// The server says that it failed.
        case server
        /// Whatever is asked for cannot be had so: a condition, a missing bucket, a wrong word.
        case refused
    }

    /// What was asked for, from the closed set of its client.
    package var operation: String
    /// Retries and the pauses between them included.
    package var seconds: Double
    /// `nil` = it was answered, be it with "not there".
    package var failure: Failure?
    /// How often it was made again.
    package var retries: Int
    /// Of a call that was answered: parts of it that failed, by why (keys within a list of deletions).
    package var partFailures: [Failure: Int]

    package init(
        operation: String,
        seconds: Double,
        failure: Failure? = nil,
        retries: Int = 0,
        partFailures: [Failure: Int] = [:]
    ) {
        self.operation = operation
        self.seconds = seconds
        self.failure = failure
        self.retries = retries
        self.partFailures = partFailures
    }
}

/// Is told each call; cheap, and called from any thread.
package typealias CallObserver = @Sendable (BackendCall) -> Void
