import Retention

/// What a bucket did to files before, so that not each has to find out for itself that it cannot be used.
struct CopyHindrance {
    /// So long nobody else tries where every file would meet the same.
    private static let pause: Duration = .seconds(30)
    /// So many silences, one after the other, are enough: each of them has lasted minutes, unlike attempts to connect.
    private static let mostSilences = 2

    private var last: (failure: FailureReason, at: ContinuousClock.Instant)?
    private var silences = 0
    private var lastSilence: ContinuousClock.Instant?

    /// One file has no copy.
    /// - Parameter start: when it began. Of those that met the same silence at the same time only the first counts.
    mutating func note(
        _ refusal: CopyRefusal,
        since start: ContinuousClock.Instant,
        at now: ContinuousClock.Instant
    ) {
        switch refusal.scope {
        case .one: break
        case .all: last = (refusal.result.failure ?? .unknown, now)
        case .silence:
            // Also where it had answered before: this file has waited all the same.
            if let lastSilence, start < lastSilence { return }
            silences += 1
            lastSilence = now
            return
        }
        if refusal.isAnswered { silences = 0 }
    }

    /// One file has its copy: the bucket answers.
    mutating func noteProof() { silences = 0 }

    /// What other files are told; `nil`: it is time for another try. The words are not those of the first file, which name
    /// its own key.
    func refusal(at now: ContinuousClock.Instant) -> CopyRefusal? {
        guard silences < Self.mostSilences else {
            return CopyRefusal(
                .timeout,
                "not copied, because the bucket was silent for two files one after the other; this run asks it no more"
            )
        }
        guard let last, now - last.at < Self.pause else { return nil }
        return CopyRefusal(
            last.failure,
            "not copied, because the bucket could not be used a moment ago for another file"
        )
    }
}
