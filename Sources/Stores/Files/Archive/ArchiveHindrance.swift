import Retention

/// That a bucket could not be used a moment ago, so that not each file has to find it out for itself.
struct ArchiveHindrance {
    /// So long nobody else tries.
    private static let pause: Duration = .seconds(30)

    private var last: (failure: FailureReason, at: ContinuousClock.Instant)?

    /// One file has met what every other one would meet.
    mutating func note(_ refusal: ArchiveRefusal, at now: ContinuousClock.Instant) {
        last = (refusal.result.failure ?? .unknown, now)
    }

    /// What other files are told; `nil`: it is time for another try. The words are not those of the first file, which name
    /// its own key.
    func refusal(at now: ContinuousClock.Instant) -> ArchiveRefusal? {
        guard let last, now - last.at < Self.pause else { return nil }
        return ArchiveRefusal(
            last.failure,
            "not copied, because the bucket could not be used a moment ago for another file"
        )
    }
}
